import type { OutputBuffer } from '@weft/kit';
import type { HeaderMap, ResetReason, StreamBase, StreamSink } from '@weft/sdk';
import type { FramedConnection } from './connection.ts';

/** `sendLeft` before the head went out. */
const HEAD_DUE = -1;
const EMPTY = Buffer.alloc(0);

/** Stands in until the receiver of a stream has set its own. */
export const SILENT_SINK: StreamSink = Object.freeze({
  onInformational() {},
  onHead() {},
  onData() {},
  onTrailers() {},
  onReset() {},
  onWritable() {},
});

/** What the two ends have in common: one frame to send, of a length that its head announced, and one to receive. */
export abstract class FramedStream implements StreamBase {
  readonly connection: FramedConnection;
  /** Set by whoever receives the stream, before a callback can need it. */
  sink: StreamSink;
  /** Id of the frames on this connection. */
  id: number;
  /** Own buffer while another stream is in the middle of its frame; null = straight to the link. */
  pending: OutputBuffer | null = null;
  /** Content bytes that are still to be given to `sendData`. */
  sendLeft = HEAD_DUE;
  sendEnded = false;
  receiveEnded = false;
  /** Nothing more happens on this stream. */
  over = false;
  /** Neighbours in the list of open streams. */
  previous: FramedStream | null = null;
  next: FramedStream | null = null;

  constructor(connection: FramedConnection, sink: StreamSink, id: number) {
    this.connection = connection;
    this.sink = sink;
    this.id = id;
  }

  get headSent(): boolean {
    return this.sendLeft !== HEAD_DUE;
  }

  /** The whole backlog of the link: frames of one connection leave in order, so all of it stands before this stream. */
  get bufferedBytes(): number {
    return this.connection.link.pendingBytes + (this.pending === null ? 0 : this.pending.length);
  }

  sendData(chunk: Uint8Array, end: boolean): void {
    if (this.over || this.sendEnded || this.sendLeft === HEAD_DUE) return;
    const length = chunk.length;
    if (length > this.sendLeft || (end && length < this.sendLeft)) {
      // The head announced another length: whatever follows would be read as the wrong bytes.
      this.abort();
      return;
    }
    if (length > 0) {
      const left = this.sendLeft - length;
      this.writeContent(this.pending ?? this.connection.link.out, chunk, left);
      this.sendLeft = left;
      if (left === 0) this.connection.endFrame(this);
    }
    if (end) {
      this.sendEnded = true;
      this.sendFinished();
    }
    this.connection.link.flush();
  }

  sendTrailers(_trailers: HeaderMap): void {
    this.sendData(EMPTY, true);
  }

  abstract reset(reason: ResetReason): void;
  abstract pause(): boolean;
  abstract resume(): void;
  /** Content of the frame that arrives. */
  abstract deliver(chunk: Uint8Array, end: boolean): void;
  /** Ends the stream from the peer's side. */
  abstract lost(reason: ResetReason): void;
  /** The direction that we send is closed. */
  protected abstract sendFinished(): void;
  /** The frame cannot be completed. */
  protected abstract abort(): void;

  /** Writes a whole frame to the link, which must be free; false when the head cannot be encoded. */
  protected startWhole(head: FrameHead, bytes: Buffer, start: number, end: number): boolean {
    if (!this.writeWhole(this.connection.link.out, head, bytes, start, end)) return false;
    this.sendLeft = 0;
    this.sendEnded = true;
    this.sendFinished();
    this.connection.link.flush();
    return true;
  }

  /** Appends a frame with `bytes[start, end)` as its content; false, and nothing written, when its head has no form on the wire. */
  protected writeWhole(out: OutputBuffer, head: FrameHead, bytes: Buffer, start: number, end: number): boolean {
    if (!this.writeHead(out, head, end - start)) return false;
    this.writeContent(out, bytes.subarray(start, end), 0);
    return true;
  }

  /** Appends content to the frame; `left` is how much comes behind it. */
  protected writeContent(out: OutputBuffer, chunk: Uint8Array, _left: number): void {
    out.write(chunk);
  }

  /** Starts the frame; false when the head cannot be encoded. `end`: without content, whatever the head announces. */
  protected startFrame(head: FrameHead, end: boolean): boolean {
    const contentLength = end ? 0 : head.contentLength;
    const out = this.connection.beginFrame(this);
    if (!this.writeHead(out, head, contentLength)) {
      this.connection.cancelFrame(this);
      return false;
    }
    this.sendLeft = contentLength;
    if (contentLength === 0) this.connection.endFrame(this);
    if (end) {
      this.sendEnded = true;
      this.sendFinished();
    }
    this.connection.link.flush();
    return true;
  }

  /** Appends the head of a frame with that much content; false when it has no form on the wire. */
  protected abstract writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean;
}

/** What the heads of all these protocols have in common here. */
export interface FrameHead {
  /** Bytes behind the head; such a frame cannot leave them open. */
  readonly contentLength: number;
}
