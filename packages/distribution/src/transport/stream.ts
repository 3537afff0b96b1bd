/**
 * What the engine needs of a transport: a bidirectional stream of whole messages with flow control. Messages are encoded
 * protobuf, so an in-memory transport carries the same bytes as gRPC and runs the same suite.
 */

/** gRPC status codes that this package uses. */
export const STATUS = {
  ok: 0,
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** How a stream ended. */
export interface StreamStatus {
  /** gRPC status code. */
  readonly code: number;
  readonly message: string;
  /** The server asks not to be called before that many milliseconds have passed. */
  readonly reconnectAfterMs?: number;
}

export interface StreamEvents {
  message(bytes: Uint8Array): void;
  /** After a `send()` that returned false: there is room again. */
  drain(): void;
  /** Once; nothing comes afterwards, and `send()` does nothing. */
  end(status: StreamStatus): void;
}

export interface MessageStream {
  /** Until then nothing is delivered: messages wait under flow control. Once. */
  listen(events: StreamEvents): void;
  /** Queues one message; false means that the peer does not keep up: send no more until `drain`. */
  send(bytes: Uint8Array): boolean;
  /** Of a client: nothing more is sent, and all before arrives; `end` follows when the server has read it. */
  finish(): void;
  /** Ends the stream at once: a server with this status, a client by cancelling it. `end` is not called for one's own close. */
  close(status: StreamStatus): void;
}

/** A stream as a server receives it. */
export interface ServerStream extends MessageStream {
  /** Path such as `/weft.registry.v1.Registry/Session`. */
  readonly method: string;
  /** Text headers in lower case; binary ones (`-bin`) as latin1 are left out, see `binaryHeader`. */
  header(name: string): string | undefined;
  binaryHeader(name: string): Uint8Array | undefined;
  /** `IP:port` of the peer. */
  readonly peer: string;
}

/** What accepts streams. `createGrpcListener` and `createMemoryNetwork` make them. */
export interface StreamListener {
  /** Address that clients dial. */
  readonly address: string;
  /** No new streams; those open go on until they are closed. After `graceMs` what is left is cut. */
  close(graceMs: number): Promise<void>;
}

export type StreamAcceptor = (stream: ServerStream) => void;

/** One connection of a client; carries all its streams. */
export interface ClientConnection {
  /** Opens a stream; a broken connection ends it at once with `unavailable`. */
  open(method: string, headers: StreamHeaders): MessageStream;
  close(): void;
}

export interface StreamHeaders {
  readonly text: Readonly<Record<string, string>>;
  readonly binary: Readonly<Record<string, Uint8Array>>;
}

export interface ConnectEvents {
  /** The connection stands. */
  ready(): void;
  /** It could not be made, or is lost. Once; the connection is of no use afterwards. */
  lost(reason: string): void;
}

export interface ClientTransport {
  /** Makes one connection to one address; no retries of its own. */
  connect(address: string, events: ConnectEvents): ClientConnection;
}
