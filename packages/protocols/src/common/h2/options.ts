/** Configuration of HTTP/2, complete. */
export interface H2Options {
  /** Streams that a peer may have open at once; announced by a server, and the most that a client opens. */
  readonly maxConcurrentStreams: number;
  /** Credit of each stream, bytes: what a paused stream can still pour in. 65 535 to 2^31 - 1. */
  readonly initialStreamWindowBytes: number;
  /** Credit of the connection, bytes: what may be under way on it. 65 535 to 2^31 - 1. */
  readonly initialConnectionWindowBytes: number;
  /** Streams that the peer may reset within a second before the connection is ended with ENHANCE_YOUR_CALM. */
  readonly maxResetsPerSecond: number;
}
