/** What the generator needs of a protocol: connections that can start requests and say how they ended. */

export interface ClientEvents {
  /** A request ended; `error` is '' for a correct answer. `intendedMs` is what was passed to `send`. */
  onDone(client: Client, intendedMs: number, error: string): void;
  /** The connection is gone; its pending requests were reported through `onDone` before. */
  onClosed(client: Client, reason: string): void;
}

export interface Client {
  /** How many requests can be started now. */
  readonly free: number;
  /** Resolves when requests can be sent; rejects when the connection cannot be made. */
  readonly ready: Promise<void>;
  /** Starts one request. Call only while `free` is above zero. */
  send(intendedMs: number): void;
  close(): void;
}

export interface ClientOptions {
  readonly port: number;
  /** Requests in flight on this connection; HTTP/1.1 always has one. */
  readonly inFlight: number;
  /** Whether HTTP/1.1 requests carry the 1 KB body. */
  readonly requestBody: boolean;
}
