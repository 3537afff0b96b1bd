import type { ErrorCode } from '@weft/kit';

/** What a rule says in place of the service. One object for each rule, so that what a protocol makes of it can be kept. */
export interface MadeUpAnswer {
  /** Text of a JSON value, in the form that the protocol has for one; '' = nothing, null. HTTP sends it as it is, whatever it is. */
  readonly body: string;
  /** The messages of an answer of gRPC, each as its bytes without a frame. Without them there is none for callers of gRPC. */
  readonly messages?: readonly Uint8Array[];
}

/** An answer that the proxy gives itself. Each protocol translates it into what its own clients understand. */
export interface LocalReply {
  /** HTTP status; other protocols map it. */
  readonly status: number;
  /** The reason, for flags, logs and the body of protocols that carry a text. */
  readonly code: ErrorCode | 'direct_response' | 'filter';
  /** Extra headers, lower case. The headers of the request are never echoed. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Text or bytes of the body. */
  readonly body?: string | Uint8Array;
  /**
   * The answer is a success that a rule makes up. Protocols that write one (`madeUpProblem` of the protocol) say this value or
   * its messages; HTTP, where it is also the body, goes by that. Status 200.
   */
  readonly madeUp?: MadeUpAnswer;
  /** Status of gRPC where the one who answers knows a better one than that of the HTTP status. */
  readonly grpcStatus?: number;
  /** The connection must not be used for another request. */
  readonly close?: boolean;
}
