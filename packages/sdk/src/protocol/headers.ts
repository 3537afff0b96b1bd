/**
 * The headers, attachments or metadata of a message, whatever the protocol calls them.
 *
 * Implementations are views over the bytes received and decode what is asked for. Names are compared as the protocol
 * compares them: HTTP ignores case (pass lower-case names), Bolt and Dubbo do not.
 *
 * What belongs to a message and has no field in its head is known to `get` under names with a colon in front, which are no
 * headers: `forEach` does not visit them. The README of each protocol lists its own.
 */
export interface HeaderMap {
  /** The first value, or undefined. */
  get(name: string): string | undefined;
  /** All values in order; an empty array when there is none. */
  getAll(name: string): readonly string[];
  /** Replaces every value of `name` by one. */
  set(name: string, value: string): void;
  /** Adds a value behind the ones that are there. */
  add(name: string, value: string): void;
  remove(name: string): void;
  /** Visits every pair in wire order; HTTP names arrive in lower case. Do not change the map meanwhile. */
  forEach(visit: (name: string, value: string) => void): void;
  /**
   * Copies what is still borrowed from the read buffer, so that the map outlives the callback it was handed to.
   * Cheap when it was called before.
   */
  keep(): void;
}

/**
 * A family of protocols whose heads are interchangeable: a head decoded by one codec of the family can be sent by any
 * other (HTTP/1.1 and HTTP/2), and so can one that was put together (`PlainRequestHead`). Between families a transcoder is
 * needed.
 */
export type ProtocolFamily = 'http' | 'bolt' | 'raw' | (string & {});

export interface RequestHead extends HeaderMap {
  /** Name of the protocol that decoded it, such as `Http1`. */
  readonly protocol: string;
  readonly family: ProtocolFamily;
  /** HTTP method; for RPC the invoked method. */
  method: string;
  /** Host and port as the caller named them; '' when the protocol has none. */
  authority: string;
  /** Path with query, as on the wire; '' for RPC. Assigning it re-encodes the request line only. */
  path: string;
  /** `http` or `https`; '' for RPC. */
  readonly scheme: string;
  /** RPC service name; '' for plain HTTP. */
  readonly service: string;
  /** The caller expects no answer. */
  readonly oneWay: boolean;
  /** Body length announced, -1 when not known in advance. */
  readonly contentLength: number;
  /** Protocol asked for by Upgrade (lower case), `connect` for CONNECT, '' otherwise. */
  readonly upgrade: string;
  /** The caller waits for 100 before it sends the body. */
  readonly expectsContinue: boolean;
  /** Deadline that the caller put on the wire, in ms; 0 none given, -1 never. */
  readonly timeoutMs: number;
  /** Sending it twice does no harm (RFC 9110 section 9.2.2). */
  readonly idempotent: boolean;
  /** Bytes of the head on the wire. */
  readonly wireBytes: number;
  /**
   * False behind the callback that brought the head unless somebody kept it: it reads as empty then. Absent: nobody asks,
   * because requests of the protocol do not last.
   */
  readonly readable?: boolean;
}

export interface ResponseHead extends HeaderMap {
  readonly protocol: string;
  readonly family: ProtocolFamily;
  /** HTTP status, or the HTTP-like meaning of the protocol's own status: 200 for success, 400 and more for every status that says the call failed. */
  readonly status: number;
  /** The protocol's own status; equals `status` for HTTP. */
  readonly nativeStatus: number;
  readonly contentLength: number;
  /** The connection turns into a tunnel behind this head (101, or 2xx to CONNECT). */
  readonly switchesProtocol: boolean;
  /** The application reports an error inside a successful protocol answer (Bolt business exception, gRPC status). */
  readonly applicationError: boolean;
  /** The other side was too busy for the call, or has a limit on such calls, and did not begin with it. Default: `status` is 429. */
  readonly refused?: boolean;
  readonly wireBytes: number;
}
