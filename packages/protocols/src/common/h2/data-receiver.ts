import type { H2Connection } from './connection.ts';
import { Flood } from './floods.ts';
import { ErrorCodeH2, Flag, writeWindowUpdate } from './frame.ts';
import { DEFAULT_WINDOW_BYTES } from './settings.ts';
import type { H2Stream } from './stream.ts';

/** DATA frames of a connection (RFC 9113 section 6.1) and the credit that the peer has with us. */
export class DataReceiver {
  readonly #connection: H2Connection;
  /** Credit of the connection that the peer has left, and what arrived since it was last given back. */
  #window = DEFAULT_WINDOW_BYTES;
  #unacked = 0;

  constructor(connection: H2Connection) {
    this.#connection = connection;
  }

  /** Announces the connection window that the options ask for. */
  openWindow(): void {
    const increment = this.#connection.options.initialConnectionWindowBytes - DEFAULT_WINDOW_BYTES;
    if (increment <= 0) return;
    writeWindowUpdate(this.#connection.link.out, 0, increment);
    this.#window += increment;
  }

  onData(bytes: Buffer, flags: number, streamId: number, from: number, to: number): void {
    const connection = this.#connection;
    if (streamId === 0) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'DATA on stream 0');
    const credit = to - from;
    this.#takeCredit(credit);
    let start = from;
    let end = to;
    if ((flags & Flag.PADDED) !== 0) {
      if (start === end) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'DATA without its pad length');
      end -= bytes[start++] as number;
      if (end < start) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'padding longer than the frame');
    }
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if (end > start) connection.guard.useful++;
    else if (!endStream) connection.countFlood(Flood.EMPTY_DATA);
    const stream = connection.streams.get(streamId);
    if (stream === undefined) {
      if (connection.isIdle(streamId)) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'DATA on an idle stream');
      // Bytes have widened the budget that they take from.
      if (end > start) connection.countFlood(Flood.USELESS);
      else connection.countLate();
      if (!connection.ignores(streamId)) connection.sendReset(streamId, ErrorCodeH2.STREAM_CLOSED);
      return;
    }
    const error = account(stream, credit, end - start, endStream);
    if (error !== ErrorCodeH2.NO_ERROR) return connection.streamError(stream, error);
    if (!connection.acceptBody(stream)) return;
    const sink = stream.sink;
    if (endStream) {
      const last = connection.remoteEnd(stream);
      sink.onData(bytes.subarray(start, end), true);
      if (last) connection.onStreamOver(stream);
      return;
    }
    stream.unacked += credit;
    if (end > start) sink.onData(bytes.subarray(start, end), false);
    if (!stream.closed) this.replenish(stream);
  }

  /** Counts the one frame of a body as `onData` does; false, and nothing counted, for one that `onData` would not let pass. */
  takeWhole(stream: H2Stream, bytes: number): boolean {
    const expected = stream.expectedBytes;
    if (bytes > this.#window || bytes > stream.recvWindow || (expected >= 0 && expected !== bytes)) return false;
    this.#takeCredit(bytes);
    this.#connection.guard.useful++;
    stream.recvWindow -= bytes;
    stream.receivedBytes = bytes;
    return true;
  }

  /** Gives credit back to a stream, in steps of half a window. A paused one gets none. */
  replenish(stream: H2Stream): void {
    const connection = this.#connection;
    const halfBytes = connection.options.initialStreamWindowBytes / 2;
    if (stream.paused || stream.remoteClosed || stream.unacked < halfBytes) return;
    writeWindowUpdate(connection.link.out, stream.id, stream.unacked);
    connection.link.flush();
    stream.recvWindow += stream.unacked;
    stream.unacked = 0;
  }

  /** The link's credit is always given back: a slow stream holds its own window and never the connection. */
  #takeCredit(bytes: number): void {
    const connection = this.#connection;
    this.#window -= bytes;
    if (this.#window < 0) connection.fail(ErrorCodeH2.FLOW_CONTROL_ERROR, 'more DATA than the connection window');
    this.#unacked += bytes;
    if (this.#unacked * 2 < connection.options.initialConnectionWindowBytes) return;
    writeWindowUpdate(connection.link.out, 0, this.#unacked);
    connection.link.flush();
    this.#window += this.#unacked;
    this.#unacked = 0;
  }
}

/** Counts bytes of a stream; returns 0 or the code of a stream error. */
function account(stream: H2Stream, credit: number, bytes: number, endStream: boolean): number {
  if (stream.remoteClosed) return ErrorCodeH2.STREAM_CLOSED;
  if (!stream.headReceived) return ErrorCodeH2.PROTOCOL_ERROR;
  stream.recvWindow -= credit;
  if (stream.recvWindow < 0) return ErrorCodeH2.FLOW_CONTROL_ERROR;
  stream.receivedBytes += bytes;
  const expected = stream.expectedBytes;
  if (expected < 0) return ErrorCodeH2.NO_ERROR;
  const wrong = endStream ? stream.receivedBytes !== expected : stream.receivedBytes > expected;
  return wrong ? ErrorCodeH2.PROTOCOL_ERROR : ErrorCodeH2.NO_ERROR;
}
