import type { BodyOf, ComponentContract, ParamsOf, QueryOf, ReplyOf, RouteContract, RouteTable } from '@weft/api';
import type { Transaction } from '../storage/index.ts';

/** Where a call acts. */
export interface Place {
  readonly tenantId: string;
  readonly workspaceId: string;
  /** Middleware instance of the tenant; scope of values and services. */
  readonly instanceId: string;
}

/** Who calls. */
export interface Caller extends Place {
  readonly kind: 'USER' | 'API_TOKEN';
  readonly userId: string;
  readonly loginName: string;
  /** Patterns granted in this workspace. */
  readonly permissions: readonly string[];
  /** Session or token, for rate limits and idempotency. */
  readonly credentialId: string;
  /** Throws 403 when the point is missing. */
  require(point: string): void;
  can(point: string): boolean;
}

export interface AuditEntry {
  /** What was changed, such as `rule limit/12 echo-qps`. */
  readonly object: string;
  /** What changed, without secrets; kept as JSON of at most 64 KiB. */
  readonly diff?: unknown;
}

/** What a handler is given beside the parts of its contract. */
export interface CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  /** New for each call that changes something; answered as `X-Weft-Change-Id`. */
  readonly changeId: string;
  readonly ip: string;
  readonly secure: boolean;
  /** Version of `If-Match`; null when not sent. */
  readonly ifMatch: number | null;
  /** Value of a request header, in lower case; undefined when it is missing. */
  requestHeader(name: string): string | undefined;
  setHeader(name: string, value: string): void;
  /** Sets the ETag. */
  setVersion(version: number): void;
  /** Writes the audit row of this call inside the transaction of the change. Without it the gateway writes one afterwards. */
  audit(tx: Transaction, entry: AuditEntry): Promise<void>;
  /** For the one route of server-sent events: takes the connection over. */
  openEvents(): EventStream;
  /** For routes of reply type `raw`: the answer as it is. */
  raw(status: number, contentType: string, body: Uint8Array): void;
}

export interface EventStream {
  readonly lastEventId: string | undefined;
  /** False: the reader does not keep up; the stream is closed and the reader comes back with the last id. */
  send(id: string, topic: string, data: unknown): boolean;
  onClose(callback: () => void): void;
  close(): void;
}

export type Call<R extends RouteContract> = CallContext & {
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R> extends undefined ? Readonly<Record<string, never>> : QueryOf<R>;
  readonly body: BodyOf<R>;
};

export type Handler<R extends RouteContract> = (call: Call<R>) => Promise<ReplyOf<R>> | ReplyOf<R>;

/** One handler for each operation of a contract. */
export type Handlers<R extends RouteTable> = { readonly [Operation in keyof R]: Handler<R[Operation]> };

export interface Mount<R extends RouteTable = RouteTable> {
  readonly contract: ComponentContract<R>;
  readonly handlers: Partial<Handlers<R>>;
}

/** Ties handlers to their contract, with their types checked; the gateway takes the result. */
export function mount<R extends RouteTable>(contract: ComponentContract<R>, handlers: Partial<Handlers<R>>): Mount {
  // From here on only the gateway calls them, with what it has checked by the contract.
  return { contract, handlers } as unknown as Mount;
}
