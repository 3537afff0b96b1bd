import type { HeaderMap, RequestHead, ResponseHead } from './headers.ts';
import type { LocalReply } from './local-reply.ts';

/** Why a stream ended before its regular end. Small integers: they are compared on the request path. */
export const ResetReason = {
  /** The peer reset this stream only (RST_STREAM, aborted frame). */
  REMOTE_RESET: 1,
  /** We gave it up: timeout, cancelled caller, a filter. */
  LOCAL_RESET: 2,
  /** The connection ended under it. */
  CONNECTION_LOST: 3,
  /** The connection could not be made. */
  CONNECT_FAILED: 4,
  /** The peer says that it did not process the request (GOAWAY beyond the last id, REFUSED_STREAM): safe to retry. */
  REFUSED: 5,
  /** The peer broke the protocol. */
  PROTOCOL_ERROR: 6,
  /** A limit of ours was reached. */
  OVERFLOW: 7,
} as const;
export type ResetReason = (typeof ResetReason)[keyof typeof ResetReason];

/**
 * Where a codec delivers what arrives on one stream. The engine implements it, a test may.
 *
 * Order: `onInformational`* `onHead` `onData`* (`onTrailers`)?; `end` or trailers close the direction; `onReset` may come
 * at any time before both directions are closed and is the last call.
 * Bytes and heads are borrowed: valid until the callback returns, unless `keep()` copies them.
 */
export interface StreamSink {
  /** 1xx other than 101. */
  onInformational(head: ResponseHead): void;
  onHead(head: ResponseHead, end: boolean): void;
  onData(chunk: Uint8Array, end: boolean): void;
  /**
   * The same as `onHead(head, false)` and `onData(bytes.subarray(start, end), true)`, `end` > `start`. A codec that has a
   * message as a whole may call it where a sink has it: neither side makes a view of the bytes then.
   */
  onWhole?(head: ResponseHead, bytes: Buffer, start: number, end: number): void;
  onTrailers(trailers: HeaderMap): void;
  onReset(reason: ResetReason): void;
  /** `bufferedBytes` fell to or below the codec's low mark after it had been above the high mark. */
  onWritable(): void;
}

/** What both ends of a stream have in common. */
export interface StreamBase {
  /** Set by the receiver of the stream before the callback that handed it over returns. */
  sink: StreamSink;
  /** Sends body bytes; they are copied or written before the call returns. An empty chunk with `end` closes the direction. */
  sendData(chunk: Uint8Array, end: boolean): void;
  /** Sends trailers and closes the direction. A protocol without trailers just closes it. */
  sendTrailers(trailers: HeaderMap): void;
  /** Gives the stream up; no callback follows. Where the protocol cannot reset one stream the connection ends. */
  reset(reason: ResetReason): void;
  /** Asks for no more `onData` soon: withholds credit or stops reading. Returns false when the protocol cannot pause one stream. */
  pause(): boolean;
  resume(): void;
  /** Bytes accepted by `send…` that the kernel has not taken yet, as far as they belong to this stream. */
  readonly bufferedBytes: number;
  /** Id for logs: the protocol's own number. */
  readonly id: number;
}

/** A request that arrived: the downstream end. */
export interface ServerStream extends StreamBase {
  sendInformational(head: ResponseHead): void;
  sendHead(head: ResponseHead, end: boolean): void;
  /** The same as `sendHead(head, false)` and `sendData(bytes.subarray(start, end), true)`, `end` > `start`; may be left out. */
  sendWhole?(head: ResponseHead, bytes: Buffer, start: number, end: number): void;
  /**
   * Answers in the protocol's own words; the request head is the one that was delivered. Ends the response. Behind the head
   * of another answer it ends the stream with what the protocol can still say, such as a status in trailers, or resets it.
   */
  sendLocalReply(request: RequestHead, reply: LocalReply): void;
}

/** A request that we send: the upstream end. */
export interface ClientStream extends StreamBase {
  /** For a one-way request the codec closes the stream by itself and calls the sink no more. */
  sendHead(head: RequestHead, end: boolean): void;
  /** The same as `sendHead(head, false)` and `sendData(bytes.subarray(start, end), true)`, `end` > `start`; may be left out. */
  sendWhole?(head: RequestHead, bytes: Buffer, start: number, end: number): void;
}
