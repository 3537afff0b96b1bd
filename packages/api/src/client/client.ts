import type {
  BodyOf,
  ComponentContract,
  ParamsOf,
  QueryOf,
  ReplyOf,
  RouteContract,
  RouteTable,
} from '../contract/index.ts';
import { isWrite } from '../contract/index.ts';
import { drm } from '../drm/index.ts';
import { ms } from '../ms/index.ts';
import { osp } from '../osp/index.ts';
import { registry } from '../registry/index.ts';
import { ApiError } from './api-error.ts';

type Filled<Key extends string, T> = undefined extends T
  ? { readonly [K in Key]?: undefined }
  : Record<string, never> extends T
    ? { readonly [K in Key]?: T }
    : { readonly [K in Key]: T };

/** What an operation needs: the parts of its contract. */
export type CallInput<R extends RouteContract> = Filled<'params', ParamsOf<R>> &
  Filled<'query', QueryOf<R>> &
  Filled<'body', BodyOf<R>>;

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Version that was read; sent as `If-Match`. */
  readonly ifMatch?: number | string;
  /** Repeating the call with the same key within 24 hours acts once. */
  readonly idempotencyKey?: string;
  /** Gets the headers of a good answer, such as `X-Weft-Change-Id` and `ETag`. */
  readonly onHeaders?: (headers: Headers) => void;
}

type Call<R extends RouteContract> =
  Record<string, never> extends CallInput<R>
    ? (input?: CallInput<R>, options?: CallOptions) => Promise<ReplyOf<R>>
    : (input: CallInput<R>, options?: CallOptions) => Promise<ReplyOf<R>>;

export type Calls<R extends RouteTable> = { readonly [Operation in keyof R]: Call<R[Operation]> };

/** Every operation, typed by the contract: `client.ms.listServices({ query: { page: 2 } })`. */
export interface ApiClient {
  readonly osp: Calls<(typeof osp)['routes']>;
  readonly drm: Calls<(typeof drm)['routes']>;
  readonly ms: Calls<(typeof ms)['routes']>;
  readonly registry: Calls<(typeof registry)['routes']>;
}

export interface ClientOptions {
  /** Such as `http://127.0.0.1:8080`; empty for the origin of the page. */
  readonly baseUrl: string;
  /** API token; without one the session cookie counts. */
  readonly token?: string;
  /** The CSRF token of the session, asked for before each call that changes something. */
  readonly csrfToken?: () => string;
  /** Tenant and workspace of the calls, where they are not those of the session or token. */
  readonly tenantId?: string;
  readonly workspaceId?: string;
  /** Milliseconds before a call is given up; 30 000 when not given, 0 for never. */
  readonly timeoutMs?: number;
  /**
   * How often a call is repeated that the server refused because of too many calls, each time after as long as it asked
   * for, at most 10 s; 0 when not given. Such a call has done nothing. `timeoutMs` is for each attempt.
   */
  readonly rateLimitRetries?: number;
  readonly fetch?: typeof fetch;
}

/** A client over `fetch`, for browsers and Node. Calls throw ApiError. */
export function createApiClient(options: ClientOptions): ApiClient {
  return {
    osp: bind(osp, options),
    drm: bind(drm, options),
    ms: bind(ms, options),
    registry: bind(registry, options),
  };
}

interface LooseInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

function bind<R extends RouteTable>(contract: ComponentContract<R>, options: ClientOptions): Calls<R> {
  const calls: Record<string, (input?: LooseInput, call?: CallOptions) => Promise<unknown>> = {};
  for (const [operation, route] of Object.entries(contract.routes)) {
    calls[operation] = (input = {}, call = {}) => send(contract.basePath, route, input, call, options);
  }
  // One call for each operation of the contract: what `Calls` says of each, the contract says.
  return calls as unknown as Calls<R>;
}

/** Whoever is asked to stay away longer is not waiting for a place among other calls. */
const MAX_WAIT_SECONDS = 10;

async function send(
  basePath: string,
  route: RouteContract,
  input: LooseInput,
  call: CallOptions,
  options: ClientOptions,
): Promise<unknown> {
  for (let left = options.rateLimitRetries ?? 0; ; left--) {
    try {
      return await sendOnce(basePath, route, input, call, options);
    } catch (error) {
      const seconds = error instanceof ApiError && error.code === 'RATE_LIMITED' ? error.retryAfterSeconds : null;
      if (left <= 0 || seconds === null || seconds > MAX_WAIT_SECONDS) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, seconds) * 1000));
      call.signal?.throwIfAborted();
    }
  }
}

/** Path and query of an operation. @throws TypeError when a parameter of the path is missing. */
export function routeUrl(basePath: string, route: RouteContract, input: LooseInput): string {
  const path = route.path.replace(/\{([A-Za-z]+)(\.\.\.)?\}/g, (_, name: string, rest: string | undefined) => {
    const value = input.params?.[name];
    if (value === undefined || value === '')
      throw new TypeError(`${route.method} ${route.path}: parameter ${name} is missing`);
    return rest === undefined
      ? encodeURIComponent(String(value))
      : String(value).split('/').map(encodeURIComponent).join('/');
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  return `${basePath}${path}${query.size === 0 ? '' : `?${query}`}`;
}

async function sendOnce(
  basePath: string,
  route: RouteContract,
  input: LooseInput,
  call: CallOptions,
  options: ClientOptions,
): Promise<unknown> {
  const headers = new Headers({ accept: 'application/json' });
  if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
  if (options.tenantId !== undefined) headers.set('x-weft-tenant', options.tenantId);
  if (options.workspaceId !== undefined) headers.set('x-weft-ws', options.workspaceId);
  if (call.ifMatch !== undefined) headers.set('if-match', `"${call.ifMatch}"`);
  if (call.idempotencyKey !== undefined) headers.set('idempotency-key', call.idempotencyKey);
  const csrf = isWrite(route) ? (options.csrfToken?.() ?? '') : '';
  if (csrf !== '') headers.set('x-weft-csrf', csrf);
  if (input.body !== undefined) headers.set('content-type', 'application/json');

  const timeoutMs = options.timeoutMs ?? 30_000;
  const signals = [
    ...(call.signal === undefined ? [] : [call.signal]),
    ...(timeoutMs === 0 ? [] : [AbortSignal.timeout(timeoutMs)]),
  ];
  let response: Response;
  let text: string;
  try {
    response = await (options.fetch ?? globalThis.fetch)(`${options.baseUrl}${routeUrl(basePath, route, input)}`, {
      method: route.method,
      headers,
      credentials: 'same-origin',
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    text = await response.text();
  } catch (error) {
    if (call.signal?.aborted === true) throw error;
    throw new ApiError(
      0,
      'NO_ANSWER',
      `no answer from ${options.baseUrl === '' ? 'the server' : options.baseUrl}: ${reasonOf(error)}`,
      { cause: error },
    );
  }
  if (!response.ok) throw toError(response, text, !isWrite(route));
  call.onHeaders?.(response.headers);
  if (text === '') return undefined;
  if (route.replyType === 'raw' && !(response.headers.get('content-type') ?? '').includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(response.status, 'INTERNAL', `${route.method} ${route.path}: the answer is no JSON`, {
      cause: error,
    });
  }
}

/** `fetch` says only "fetch failed"; why stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function toError(response: Response, text: string, isOfRead: boolean): ApiError {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(seconds) ? seconds : null;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Something in between answered, such as a proxy with a page of its own.
  }
  if (typeof body === 'object' && body !== null && 'code' in body && 'message' in body) {
    const { code, message, fields, requestId } = body as ConstructorParameters<typeof ApiError>[3] & {
      code: ApiError['code'];
      message: string;
    };
    return new ApiError(response.status, code, message, {
      ...(Array.isArray(fields) ? { fields } : {}),
      ...(typeof requestId === 'string' ? { requestId } : {}),
      retryAfterSeconds,
      isOfRead,
    });
  }
  return new ApiError(
    response.status,
    response.status >= 500 ? 'UNAVAILABLE' : 'INTERNAL',
    `the server answered ${response.status}`,
    { retryAfterSeconds, isOfRead },
  );
}
