import type { OutputBuffer } from '@weft/kit';
import type { RequestHead } from './headers.ts';
import type { ClientStream, ResetReason, ServerStream, StreamSink } from './stream.ts';

/**
 * The connection as a codec sees it. Nothing here is a socket: a test drives a codec with two byte arrays.
 */
export interface Link {
  /** Append encoded bytes here, then call `flush()`. */
  readonly out: OutputBuffer;
  /** Asks the host to write what is in `out` at the end of this tick; cheap to call often. */
  flush(): void;
  /** Bytes in `out` plus bytes that the kernel has not taken yet. */
  readonly pendingBytes: number;
  /** Stops and restarts the delivery of bytes (`receive`); calls nest by name only, not by count. */
  pauseReading(): void;
  resumeReading(): void;
  /** Sends FIN behind the pending bytes; the other direction stays open. */
  shutdownWrite(): void;
  /** Writes what is pending, then closes both directions. */
  close(): void;
  /** Drops what is pending and resets the connection (RST). */
  reset(): void;
  /** Arms the one timer of this codec, ms; 0 disarms. `onTimer` of the codec is called. */
  setTimer(delayMs: number): void;
  /**
   * Counts bytes that the codec has allocated outside `out` to keep what cannot be sent yet, such as bodies that wait for
   * credit; below 0 = given back. The host counts them against its memory marks. A codec calls it for what stays, not for
   * what leaves at once, and has given everything back when `connectionClosed` returns. Absent: nobody counts.
   */
  keptBytesChanged?(deltaBytes: number): void;
}

/** Sans-I/O protocol state of one connection: bytes in, stream events out. */
export interface Codec {
  /**
   * How many unconsumed bytes there must be before calling `receive` again is useful; at least 1. The host gathers that
   * many, so that a large frame is joined once.
   */
  readonly need: number;
  /**
   * Takes bytes `[start, end)`, delivers what is complete and returns how many it consumed. The rest comes again, in
   * front of later bytes. The bytes are borrowed until the call returns.
   * @throws ProtocolError once for a malformed message; what the codec had put into `link.out` (an error answer, GOAWAY) is
   * still written, then the connection ends.
   */
  receive(bytes: Buffer, start: number, end: number): number;
  /** The peer sent FIN. `unconsumed` tells whether bytes of an incomplete message were left. */
  receiveEnd(unconsumed: number): void;
  /** The connection is gone; every open stream gets `onReset(reason)`. No call follows. */
  connectionClosed(reason: ResetReason): void;
  /** `link.pendingBytes` fell below the low mark: wake streams that wait for room. */
  onDrained(): void;
  /** The timer armed by `link.setTimer` fired. */
  onTimer(): void;
  /** Streams that are not over yet. */
  readonly activeStreams: number;
  /** Ends the connection politely once the streams are over: GOAWAY, `connection: close`; no new streams from now on. */
  goaway(): void;
  /**
   * State for another thread or process to go on with, at a frame boundary and without open streams; absent: the
   * connection can only be drained. The value must be structured-cloneable.
   */
  exportState?(): unknown;
}

/** The downstream side of a connection. */
export interface ServerCodec extends Codec {
  /** Called once, before any byte. `restored` is what `exportState` of the previous owner gave. */
  start(restored?: unknown): void;
  /**
   * Number of the request whose head, or the frame, has arrived in part, another one for each; 0 while there is none. The engine
   * looks at it behind every `receive` and gives each a limited time. Absent: heads are not timed.
   */
  readonly pendingHead?: number;
  /** The rest of that head or frame did not come in time: answer so where the protocol can, and end the connection. */
  headTimedOut?(): void;
  /**
   * The requests under way, for protocols whose requests may last: the engine judges them again when rules change.
   * Absent: every request is over soon.
   */
  openStreams?(): readonly ServerStream[];
  /**
   * Resets the streams with bytes that waited for the caller's credit at the previous call already, and of which it has
   * taken none since; returns how many. The host calls it at intervals of the time that a caller has to take something.
   * Absent: nothing waits but in `out`, where the host sees it.
   */
  resetUnfetched?(): number;
}

/** The upstream side of a connection. */
export interface ClientCodec extends Codec {
  /** Called once the connection is established, before any stream (preface, settings). */
  start(): void;
  /** Streams that may be opened right now; 0 while none may. */
  credit(): number;
  /** Opens a stream; only when `credit()` is above 0. The caller sends the head next, within the same tick. */
  open(sink: StreamSink): ClientStream;
  /** Sends a heartbeat if the protocol has one; `onHeartbeat` of the handler tells the answer. Returns false when it has none. */
  heartbeat(): boolean;
  /** The connection had carried a finished stream before: a failure of the next one may be a stale keep-alive. */
  readonly reused: boolean;
}

/** What a server codec tells the engine. */
export interface ServerHandler {
  /** A request head arrived. The engine sets `stream.sink` before it returns. */
  onRequest(stream: ServerStream, head: RequestHead, end: boolean): void;
  /**
   * The same as `onRequest(stream, head, false)` and `stream.sink.onData(bytes.subarray(start, end), true)`, `end` > `start`.
   * A codec that has a request as a whole may call it where the handler has it.
   */
  onWholeRequest?(stream: ServerStream, head: RequestHead, bytes: Buffer, start: number, end: number): void;
}

/** What a client codec tells the pool. */
export interface ClientHandler {
  /** `credit()` rose from 0, or a stream ended. */
  onCredit(): void;
  /** The peer wants no new streams (GOAWAY, `connection: close`); open ones go on. `credit()` is 0 from now on. */
  onDraining(): void;
  onHeartbeat(): void;
  /** An answer came that nobody waits for any more, and was dropped; for a counter. */
  onLateResponse?(): void;
}
