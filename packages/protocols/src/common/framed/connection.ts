import { type OutputBuffer, ProtocolError } from '@weft/kit';
import { type Codec, type CodecLimits, type Link, ResetReason } from '@weft/sdk';
import type { FramedStream } from './stream.ts';

const EMPTY = Buffer.alloc(0);

export type RefusalCode = 'protocol_malformed' | 'protocol_limit' | 'body_too_large';

/**
 * Frames of one connection of a multiplexed RPC protocol, both ways: what does not depend on how a frame looks.
 *
 * Receiving: the protocol says how large a frame is, where its head ends, and whether it waits for the whole of it. What it
 * does not wait for is cut through: head first, then content as it comes. A frame that nobody waits for is dropped unread.
 * Sending: frames leave one behind the other. While one is incomplete the others collect in buffers of their own.
 */
export abstract class FramedConnection implements Codec {
  readonly link: Link;
  readonly limits: CodecLimits;
  need = 1;
  /** The codec ended the connection itself: what still arrives is dropped. */
  ended = false;
  protected draining = false;
  /** Of the frame at hand, set by `readFrame`. */
  protected frameBytes = 0;
  protected headBytes = 0;
  /** Behind the content and no part of it, such as a checksum. */
  protected tailBytes = 0;
  /** Nobody waits for it. */
  protected unwanted = false;
  /** Belongs to the connection, not to a call; such a frame is always whole. */
  protected control = false;
  /** Gets the content of the frame that is being cut through. */
  protected receiving: FramedStream | null = null;
  /** The stream in the middle of its frame. */
  protected writer: FramedStream | null = null;
  /** Content that is here with its head, while the head is delivered; whoever takes it sets `contentEnd` to 0. */
  content: Buffer = EMPTY;
  contentStart = 0;
  contentEnd = 0;
  #frames = 0;
  #contentLeft = 0;
  #skipLeft = 0;
  /** Tail of the frame that is being cut through. */
  #tailDue = 0;
  /** Open streams, in a list through the streams themselves. */
  #first: FramedStream | null = null;
  #active = 0;
  readonly #queue: FramedStream[] = [];
  #control: OutputBuffer | null = null;

  constructor(link: Link, limits: CodecLimits) {
    this.link = link;
    this.limits = limits;
  }

  abstract receiveEnd(unconsumed: number): void;
  abstract onTimer(): void;
  abstract goaway(): void;
  /**
   * Looks at the frame at `at`: 0 when it can be delivered, else how many of its bytes must be there.
   * @throws ProtocolError when it cannot be one
   */
  protected abstract readFrame(bytes: Buffer, at: number, end: number): number;
  /** A frame whose head is complete; gives the stream that its content belongs to, or null. */
  protected abstract accept(bytes: Buffer, at: number): FramedStream | null;
  protected abstract receiveControl(bytes: Buffer, at: number): void;
  /** A frame was dropped unread. */
  protected abstract dropped(): void;
  /** Content of a frame with a tail that is being cut through, before its stream sees it. */
  protected contentPasses(_chunk: Buffer): void {}
  /** What is wrong with the frame that was cut through, as its tail tells; '' when nothing is. */
  protected tailProblem(_bytes: Buffer, _at: number): string {
    return '';
  }
  /** The link is free for another frame. */
  protected abstract writerReleased(): void;

  get activeStreams(): number {
    return this.#active;
  }

  /** Number of the frame that has arrived in part; large content is passed on as it comes and no longer part of it. */
  get pendingHead(): number {
    return this.need > 1 ? this.#frames + 1 : 0;
  }

  /** Nothing can be answered to a request without an id. */
  headTimedOut(): void {
    this.closeLink();
  }

  connectionClosed(reason: ResetReason): void {
    this.ended = true;
    this.receiving = null;
    this.#control?.clear();
    this.#control = null;
    while (this.#first !== null) this.#first.lost(reason);
    // Complete answers that waited for the link: their streams are over, so nobody else lets their slabs go.
    for (const stream of this.#queue) stream.pending?.clear();
    this.#queue.length = 0;
  }

  receive(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && !this.ended) {
      if (this.#skipLeft > 0) {
        const count = Math.min(this.#skipLeft, end - at);
        this.#skipLeft -= count;
        at += count;
      } else if (this.#contentLeft > 0) {
        at = this.#receiveContent(bytes, at, end);
      } else if (this.#tailDue > 0) {
        if (end - at < this.#tailDue) {
          this.need = this.#tailDue;
          return at - start;
        }
        at = this.#receiveTail(bytes, at);
      } else {
        const needed = this.readFrame(bytes, at, end);
        if (needed > 0) {
          this.need = needed;
          return at - start;
        }
        at = this.#receiveFrame(bytes, at, end);
      }
    }
    this.need = 1;
    return this.ended ? end - start : at - start;
  }

  onDrained(): void {
    const writer = this.writer;
    if (writer !== null && !writer.over) writer.sink.onWritable();
  }

  /** A stream begins. */
  add(stream: FramedStream): void {
    stream.next = this.#first;
    if (this.#first !== null) this.#first.previous = stream;
    this.#first = stream;
    this.#active++;
  }

  /** A stream is over. */
  remove(stream: FramedStream): void {
    const { previous, next } = stream;
    if (previous !== null) previous.next = next;
    else this.#first = next;
    if (next !== null) next.previous = previous;
    stream.previous = null;
    stream.next = null;
    this.#active--;
  }

  /** Where the frame of `stream` goes: the link, or a buffer of its own while another one is being written. */
  beginFrame(stream: FramedStream): OutputBuffer {
    if (this.writer === null) {
      this.writer = stream;
      return this.link.out;
    }
    stream.pending = this.link.out.sibling();
    this.#queue.push(stream);
    return stream.pending;
  }

  /** No frame is being written: one that is whole can go straight to the link, and nobody has waited for its end. */
  get isFree(): boolean {
    return this.writer === null;
  }

  endFrame(stream: FramedStream): void {
    if (this.writer !== stream) return;
    this.writer = null;
    if (this.#queue.length > 0 || this.#control !== null) this.#advance();
    if (this.writer === null) this.writerReleased();
  }

  /** Takes a frame back of which nothing was written; false when it is on the link already. */
  cancelFrame(stream: FramedStream): boolean {
    if (stream.pending !== null) {
      stream.pending.clear();
      stream.pending = null;
      const at = this.#queue.indexOf(stream);
      if (at >= 0) this.#queue.splice(at, 1);
      return true;
    }
    if (this.writer !== stream) return true;
    if (stream.headSent) return false;
    this.endFrame(stream);
    return true;
  }

  /** Ends the streams whose frames wait behind the one that is being written. */
  protected loseQueued(reason: ResetReason): void {
    for (const stream of this.#queue.slice()) stream.lost(reason);
  }

  /** Ends the connection under a frame that will not be completed: no later byte could be understood. */
  breakOff(): void {
    if (this.ended) return;
    this.ended = true;
    this.link.reset();
  }

  closeLink(): void {
    if (this.ended) return;
    this.ended = true;
    this.link.close();
  }

  /** Between two frames, both ways. */
  protected get atBoundary(): boolean {
    return (
      this.#contentLeft === 0 &&
      this.#skipLeft === 0 &&
      this.#tailDue === 0 &&
      this.writer === null &&
      this.#queue.length === 0
    );
  }

  /** Sends a frame of the codec itself between those of the streams. */
  protected sendControl(frame: Uint8Array): void {
    let out = this.link.out;
    if (this.writer !== null) {
      this.#control ??= out.sibling();
      out = this.#control;
    }
    // A peer that asks without reading the answers gets no more of them.
    if (out.length > this.limits.highWaterBytes) return;
    out.write(frame);
    this.link.flush();
  }

  /** @throws ProtocolError always */
  protected fail(message: string, code: RefusalCode = 'protocol_malformed'): never {
    this.ended = true;
    throw new ProtocolError(message, { code });
  }

  #receiveFrame(bytes: Buffer, at: number, end: number): number {
    const size = this.frameBytes;
    const contentAt = at + this.headBytes;
    const tailBytes = this.tailBytes;
    const contentLength = size - this.headBytes - tailBytes;
    this.#frames++;
    if (this.unwanted) {
      this.dropped();
      this.#skipLeft = size;
      return at;
    }
    if (this.control) {
      this.receiveControl(bytes, at);
      return at + size;
    }
    if (end - at < size) {
      // Before the head is delivered: what the callback does must find the connection in the middle of this frame.
      this.#contentLeft = contentLength;
      this.#tailDue = tailBytes;
      this.contentEnd = 0;
      this.receiving = this.accept(bytes, at);
      return contentAt;
    }
    this.content = bytes;
    this.contentStart = contentAt;
    this.contentEnd = contentLength === 0 ? 0 : contentAt + contentLength;
    const stream = this.accept(bytes, at);
    if (this.contentEnd > 0) {
      this.contentEnd = 0;
      if (stream !== null) stream.deliver(bytes.subarray(contentAt, contentAt + contentLength), true);
    }
    return at + size;
  }

  #receiveContent(bytes: Buffer, at: number, end: number): number {
    const count = Math.min(this.#contentLeft, end - at);
    const chunk = bytes.subarray(at, at + count);
    this.#contentLeft -= count;
    if (this.#tailDue > 0) this.contentPasses(chunk);
    const stream = this.receiving;
    const last = this.#contentLeft === 0 && this.#tailDue === 0;
    if (last) this.receiving = null;
    if (stream !== null) stream.deliver(chunk, last);
    return at + count;
  }

  /** The content ends only when its tail agrees. */
  #receiveTail(bytes: Buffer, at: number): number {
    const count = this.#tailDue;
    const stream = this.receiving;
    this.#tailDue = 0;
    this.receiving = null;
    const problem = this.tailProblem(bytes, at);
    if (problem !== '') {
      if (stream !== null) stream.lost(ResetReason.PROTOCOL_ERROR);
      this.fail(problem);
    }
    if (stream !== null) stream.deliver(EMPTY, true);
    return at + count;
  }

  /** Moves what waited to the link, up to and including the next incomplete frame. */
  #advance(): void {
    const out = this.link.out;
    if (this.#control !== null) {
      this.#control.moveTo(out);
      this.#control = null;
    }
    while (this.writer === null) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      if (next.pending !== null) {
        next.pending.moveTo(out);
        next.pending = null;
      }
      if (next.sendLeft > 0) {
        this.writer = next;
        if (this.link.pendingBytes <= this.limits.lowWaterBytes) next.sink.onWritable();
      }
    }
    this.link.flush();
  }
}
