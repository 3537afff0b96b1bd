import type { CodecLimits, HeaderMap, Link } from '@weft/sdk';
import type { H2Connection } from './connection.ts';
import { Flag, FrameType, MAX_FRAME_BYTES, writeData, writeFrameHead } from './frame.ts';
import { NO_QUEUE, SendQueue } from './send-queue.ts';
import { DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES } from './settings.ts';
import type { H2Stream } from './stream.ts';

/**
 * Sends body bytes within the peer's credit (RFC 9113 section 5.2), fairly.
 *
 * With credit, and nobody waiting, a chunk goes straight to the link. Otherwise it is copied to the queue of its stream, and
 * the streams that have bytes and credit take turns, one frame of at most 16 KiB each. Above the high mark of the link
 * nothing more is written, so a stream that got ahead delays the others by no more than that mark.
 */
export class SendScheduler {
  readonly #connection: H2Connection;
  readonly #link: Link;
  readonly #highWaterBytes: number;
  readonly #lowWaterBytes: number;
  #first: H2Stream | null = null;
  #last: H2Stream | null = null;
  #pumping = false;
  /** Credit of the connection. */
  window = DEFAULT_WINDOW_BYTES;

  constructor(connection: H2Connection, link: Link, limits: CodecLimits) {
    this.#connection = connection;
    this.#link = link;
    this.#highWaterBytes = limits.highWaterBytes;
    this.#lowWaterBytes = limits.lowWaterBytes;
  }

  /** Sends `bytes[start, stop)`. The caller has set `stream.ending` when `end`. */
  send(stream: H2Stream, bytes: Uint8Array, start: number, stop: number, end: boolean): void {
    const count = stop - start;
    let queue = stream.queue;
    if (queue.bytes === 0 && (count === 0 || this.#mayWrite(stream, count))) {
      stream.sendWindow -= count;
      this.window -= count;
      writeData(this.#link.out, stream.id, bytes, start, stop, end);
      this.#connection.guard.useful++;
      this.#link.flush();
      if (end) this.#connection.localEnd(stream);
      return;
    }
    if (queue === NO_QUEUE) queue = stream.queue = new SendQueue(this.#link);
    queue.push(count === bytes.length ? bytes : bytes.subarray(start, stop));
    if (queue.bytes > this.#highWaterBytes) stream.sawHigh = true;
    this.schedule(stream);
    this.pump();
  }

  sendTrailers(stream: H2Stream, trailers: HeaderMap): void {
    if (stream.queue.bytes === 0) {
      this.#connection.writeTrailers(stream, trailers);
      return;
    }
    trailers.keep();
    stream.pendingTrailers = trailers;
  }

  /** Puts a stream in line when it has bytes and credit. */
  schedule(stream: H2Stream): void {
    if (stream.scheduled || stream.closed || stream.queue.bytes === 0 || stream.sendWindow <= 0) return;
    stream.scheduled = true;
    stream.nextScheduled = null;
    if (this.#last === null) this.#first = stream;
    else this.#last.nextScheduled = stream;
    this.#last = stream;
  }

  /** WINDOW_UPDATE for the connection; false when the window becomes too large. */
  grant(increment: number): boolean {
    this.window += increment;
    if (this.window > MAX_WINDOW_BYTES) return false;
    this.pump();
    return true;
  }

  /** Writes what credit and link allow. */
  pump(): void {
    // `onWritable` below lets the engine send more, which comes back here.
    if (this.#pumping || this.#first === null) return;
    this.#pumping = true;
    let wrote = false;
    while (this.#first !== null && this.window > 0 && this.#link.pendingBytes <= this.#highWaterBytes) {
      const stream: H2Stream = this.#first;
      this.#first = stream.nextScheduled;
      if (this.#first === null) this.#last = null;
      stream.nextScheduled = null;
      stream.scheduled = false;
      if (stream.closed || stream.queue.bytes === 0 || stream.sendWindow <= 0) continue;
      wrote = true;
      this.#sendFrame(stream);
      this.schedule(stream);
      if (stream.sawHigh && stream.queue.bytes <= this.#lowWaterBytes && !stream.closed) {
        stream.sawHigh = false;
        stream.sink.onWritable();
      }
    }
    this.#pumping = false;
    if (wrote) this.#link.flush();
  }

  #mayWrite(stream: H2Stream, count: number): boolean {
    return (
      this.#first === null &&
      !this.#pumping &&
      count <= stream.sendWindow &&
      count <= this.window &&
      this.#link.pendingBytes <= this.#highWaterBytes
    );
  }

  #sendFrame(stream: H2Stream): void {
    const queue = stream.queue;
    const count = Math.min(MAX_FRAME_BYTES, queue.bytes, stream.sendWindow, this.window);
    const end = count === queue.bytes && stream.ending && stream.pendingTrailers === null;
    stream.sendWindow -= count;
    this.window -= count;
    writeFrameHead(this.#link.out, count, FrameType.DATA, end ? Flag.END_STREAM : 0, stream.id);
    queue.moveTo(this.#link.out, count);
    this.#connection.guard.useful++;
    if (end) {
      this.#connection.localEnd(stream);
    } else if (queue.bytes === 0 && stream.pendingTrailers !== null) {
      const trailers = stream.pendingTrailers;
      stream.pendingTrailers = null;
      this.#connection.writeTrailers(stream, trailers);
    }
  }
}
