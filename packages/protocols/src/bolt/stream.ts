import { crc32 } from 'node:zlib';
import type { OutputBuffer } from '@weft/kit';
import type { HeaderMap, ResetReason, StreamBase, StreamSink } from '@weft/sdk';
import type { BoltConnection } from './connection.ts';
import { hasCrc } from './frame.ts';
import type { BoltRequestHead, BoltResponseHead } from './head.ts';

/** `sendLeft` before the head went out. */
const HEAD_DUE = -1;
const NO_CRC = -1;

/** What the two ends have in common: one frame to send, of a length that its head announced, and one to receive. */
export abstract class BoltStream implements StreamBase {
  readonly #connection: BoltConnection;
  /** Set by whoever receives the stream, before a callback can need it. */
  sink: StreamSink;
  /** Id of the frames on this connection. */
  id: number;
  /** Own buffer while another stream is in the middle of its frame; null = straight to the link. */
  pending: OutputBuffer | null = null;
  /** Content bytes that the frame still lacks. */
  sendLeft = HEAD_DUE;
  sendEnded = false;
  receiveEnded = false;
  /** Nothing more happens on this stream. */
  over = false;
  /** Neighbours in the list of open streams. */
  previous: BoltStream | null = null;
  next: BoltStream | null = null;
  #sendCrc = NO_CRC;

  constructor(connection: BoltConnection, sink: StreamSink, id: number) {
    this.#connection = connection;
    this.sink = sink;
    this.id = id;
  }

  get headSent(): boolean {
    return this.sendLeft !== HEAD_DUE;
  }

  /** The whole backlog of the link: frames of one connection leave in order, so all of it stands before this stream. */
  get bufferedBytes(): number {
    return this.#connection.link.pendingBytes + (this.pending === null ? 0 : this.pending.length);
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
      const out = this.pending ?? this.#connection.link.out;
      out.write(chunk);
      if (this.#sendCrc !== NO_CRC) this.#sendCrc = crc32(chunk, this.#sendCrc);
      this.sendLeft -= length;
      if (this.sendLeft === 0) this.#finishFrame();
    }
    if (end) {
      this.sendEnded = true;
      this.sendFinished();
    }
    this.#connection.link.flush();
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

  /** Starts the frame; false when the head cannot be encoded. */
  protected startFrame(
    head: BoltRequestHead | BoltResponseHead,
    proto: number,
    ver1: number,
    switches: number,
    end: boolean,
  ): boolean {
    const contentLength = end ? 0 : head.contentLength;
    const out = this.#connection.beginFrame(this);
    const written = head.encode(out, proto, ver1, switches, this.id, contentLength);
    if (written === 0) {
      this.#connection.cancelFrame(this);
      return false;
    }
    this.sendLeft = contentLength;
    const at = out.position - written;
    const bytes = out.buffer;
    if (hasCrc(bytes[at] as number, bytes[at + 1] as number, bytes[at + 11] as number)) {
      this.#sendCrc = crc32(bytes.subarray(at, at + written));
    }
    if (contentLength === 0) this.#finishFrame();
    if (end) {
      this.sendEnded = true;
      this.sendFinished();
    }
    this.#connection.link.flush();
    return true;
  }

  #finishFrame(): void {
    if (this.#sendCrc !== NO_CRC) (this.pending ?? this.#connection.link.out).writeUint32(this.#sendCrc);
    this.#connection.endFrame(this);
  }
}

const EMPTY = Buffer.alloc(0);
