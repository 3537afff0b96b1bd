import type { SystemField } from '@weft/schema/wire';
import type { UnreadCall } from '../protocol/index.ts';

/** Which side of a service a listener stands on: SERVER = what comes in to the app, CLIENT = what goes out of it. */
export const RuleDirection = { SERVER: 0, CLIENT: 1 } as const;
export type RuleDirection = (typeof RuleDirection)[keyof typeof RuleDirection];

/**
 * What rules see of a request, whatever its protocol. The engine has one object per thread and points it at the request
 * being judged: valid until the call returns. Everything is read when it is asked for; a missing value is ''.
 */
export interface RuleRequest {
  /** Monotonic ms, the same clock in every thread of the proxy. */
  readonly nowMs: number;
  /** True for HTTP/1.1, HTTP/2 and gRPC. */
  readonly isHttp: boolean;
  /** Host and port as the caller names them; '' for RPC. */
  readonly host: string;
  /** RPC service without the protocol behind `@`: that of Bolt, `package.Service` of gRPC; '' for plain HTTP. */
  readonly service: string;
  /** Invoked method of an RPC; '' for plain HTTP. */
  readonly method: string;
  /** HTTP verb; '' for RPC other than gRPC. */
  readonly httpMethod: string;
  /** HTTP path without query, as `normalPath` of `@weft/kit/http-path` makes it; '' for RPC other than gRPC. */
  readonly path: string;
  /** Port of the proxy that the request came to; 0 = not known. */
  readonly localPort: number;
  /** Number of the connection that the request came over, as logs name it; 0 = none, or not known. */
  readonly connectionId: number;
  /** How long the caller says that it waits, ms; 0 = not said, or for ever. */
  readonly timeoutMs: number;
  /** HTTP ignores the case of `name`, RPC does not. Several values are joined by `,`. */
  header(name: string): string;
  /** An entry of the trace's baggage. */
  baggage(name: string): string;
  /** A label of the caller's instance. */
  label(name: string): string;
  system(field: SystemField): string;
  /** What its protocol could not read; only where somebody asks what rules said, null where it read all. */
  readonly unread?: UnreadCall | null;
}

/** The proxy that rules run in, as far as rules ask. */
export interface RuleNode {
  /** '' while it is not known: then rules of every app are taken. */
  readonly app: string;
  readonly ip: string;
  readonly zone: string;
  readonly dataCenter: string;
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const UNKNOWN_NODE: RuleNode = { app: '', ip: '', zone: '', dataCenter: '', cluster: '', labels: {} };
