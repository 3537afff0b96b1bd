import type { Static, TObject, TSchema } from 'typebox';
import type { PermissionPoint } from './permissions.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Components with an HTTP interface; each has the base path `/openapi/v1/<component>`. */
export type ComponentName = 'osp' | 'drm' | 'ms' | 'registry';

/**
 * Who may call: `public` anybody, `session` whoever is logged in (also with a password that must be changed when
 * `beforePasswordChange` is set), otherwise whoever has the permission point in the workspace of the call.
 */
export type Access = 'public' | 'session' | PermissionPoint;

/** One operation, written once: the server routes and checks by it, the document and the client are derived from it. */
export interface RouteContract {
  readonly method: HttpMethod;
  /** Below the base of the component; `{name}` is a parameter, percent-encoded, `{name...}` the rest of the path. A verb follows a colon: `/rules/{id}:enable`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: TObject;
  /** Query parameters; others are refused with 400. */
  readonly query?: TObject;
  readonly body?: TSchema;
  /** Status of success and its body; null is an empty one. */
  readonly status: 200 | 201 | 202 | 204;
  readonly reply: TSchema | null;
  /** Changes nothing although it is no GET: counted as a read, no audit row, no permission to write needed. */
  readonly readOnly?: boolean;
  /** `required`: 428 without `If-Match`. */
  readonly ifMatch?: 'required';
  /** Open to a user whose one-time password still has to be changed. */
  readonly beforePasswordChange?: boolean;
  /** The reply is no JSON document: `text/event-stream`, or what another component answers. */
  readonly replyType?: 'events' | 'raw';
  /** The reply shows a secret once: it is stored nowhere, so the call cannot be repeated by `Idempotency-Key`. */
  readonly secretReply?: boolean;
  /** Bytes of the largest body; 1 MiB when not given. */
  readonly maxBodyBytes?: number;
}

export type RouteTable = Readonly<Record<string, RouteContract>>;

/** The operations of one component, by operation id. */
export interface ComponentContract<R extends RouteTable = RouteTable> {
  readonly component: ComponentName;
  readonly title: string;
  readonly basePath: string;
  readonly routes: R;
}

/** Keeps the literal types of the table: the client is typed by them. */
export function defineComponent<const R extends RouteTable>(
  component: ComponentName,
  title: string,
  routes: R,
): ComponentContract<R> {
  return { component, title, basePath: `/openapi/v1/${component}`, routes };
}

type PartOf<R, Key extends string> = R extends { readonly [K in Key]: infer S extends TSchema } ? Static<S> : undefined;

export type ParamsOf<R extends RouteContract> = PartOf<R, 'params'>;
export type QueryOf<R extends RouteContract> = PartOf<R, 'query'>;
export type BodyOf<R extends RouteContract> = PartOf<R, 'body'>;
export type ReplyOf<R extends RouteContract> = R['reply'] extends TSchema ? Static<R['reply']> : undefined;

/** Names of the parameters in a path, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{([A-Za-z]+)(?:\.\.\.)?\}/g)].map((match) => match[1] ?? '');
}

/** A call that changes something: it needs the CSRF header of a session and leaves an audit row. */
export function isWrite(route: RouteContract): boolean {
  return route.method !== 'GET' && route.readOnly !== true;
}
