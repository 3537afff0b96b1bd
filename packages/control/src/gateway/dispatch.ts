import { randomUUID } from 'node:crypto';
import { type ComponentContract, isWrite, type RouteContract } from '@weft/api';
import type { Logger } from '@weft/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiFailure, type AuditEntry, type CallContext, type Caller, invalid } from '../http/index.ts';
import { type Authenticated, type Osp, sameText, sessionCookieOf, type WithAuthentication } from '../osp/index.ts';
import type { Storage, Transaction } from '../storage/index.ts';
import type { EventStreams } from './events.ts';
import type { Answer, Idempotency, MarkCarriedOut } from './idempotency.ts';
import type { RateLimiter } from './rate-limit.ts';
import { createValidator, type RequestParts } from './validate.ts';

export interface DispatchParts {
  readonly osp: Osp;
  readonly storage: Storage;
  readonly limiter: RateLimiter;
  readonly idempotency: Idempotency;
  readonly events: EventStreams;
  readonly log: Logger;
}

type AnyHandler = (call: CallContext & RequestParts) => unknown;

/** Calls that are refused for these reasons leave no audit row: nobody is known, or nothing was attempted. */
const NOT_AUDITED = new Set([
  'INVALID',
  'UNREADABLE',
  'UNAUTHENTICATED',
  'SESSION_ENDED',
  'TOKEN_REVOKED',
  'RATE_LIMITED',
  'TOO_LARGE',
  'MEDIA_TYPE',
]);

/** What serves one operation of the contract: limits, identity, permission, validation, then the handler of its component. */
export function createDispatcher(
  contract: ComponentContract,
  operation: string,
  route: RouteContract,
  handler: AnyHandler | undefined,
  parts: DispatchParts,
) {
  const validate = createValidator(route);
  const write = isWrite(route);
  const action = `${contract.component}.${operation}`;

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const changeId = write ? randomUUID() : '';
    let authenticated: Authenticated | null = null;
    try {
      if (route.access === 'public') parts.limiter.take(request.ip, write ? 'write' : 'read');
      else authenticated = await identifyOrCount(request, route, write, parts);
      if (authenticated !== null)
        reply.headers(parts.limiter.take(authenticated.caller.credentialId, write ? 'write' : 'read'));
      if (route.access !== 'public' && route.access !== 'session') authenticated?.caller.require(route.access);
      const read = validate({
        params: paramsOf(request),
        query: request.query as Record<string, unknown>,
        body: request.body,
      });
      if (handler === undefined)
        throw new ApiFailure('UNAVAILABLE', `${action} is not served: its component does not run here`, {
          headers: { 'retry-after': '30' },
        });
      if (write) reply.header('x-weft-change-id', changeId);
      const key = idempotencyKey(request, route, write);
      const run = (mark: MarkCarriedOut | null): Promise<Answer | null> =>
        runHandler(handler, { request, reply, read, authenticated, changeId, action, route, mark, parts });
      if (key === null) return finish(reply, await run(null));
      const { userId = request.ip, tenantId = '', workspaceId = '' } = authenticated?.caller ?? {};
      const scope = `${userId} ${tenantId}/${workspaceId} ${action} ${key}`;
      return finish(
        reply,
        await parts.idempotency.run(
          scope,
          JSON.stringify([request.url, request.body ?? null, textHeader(request, 'if-match') ?? null]),
          async (mark) => {
            const answer = (await run(mark)) ?? { status: 200, headers: {}, body: '' };
            // A repeated answer is about the change that was made, not about one that was not.
            return { ...answer, headers: { ...answer.headers, 'x-weft-change-id': changeId } };
          },
        ),
      );
    } catch (error) {
      if (write) await auditRefusal(error, request, authenticated?.caller ?? null, action, changeId, parts);
      throw error;
    }
  };
}

function paramsOf(request: FastifyRequest): Record<string, unknown> {
  const { '*': rest, ...params } = request.params as Record<string, unknown>;
  return rest === undefined ? params : { ...params, path: rest };
}

async function identify(
  request: FastifyRequest,
  route: RouteContract,
  write: boolean,
  parts: DispatchParts,
): Promise<Authenticated> {
  const authenticated = await parts.osp.credentials.authenticate({
    cookie: sessionCookieOf(request.headers.cookie, request.headers.host),
    authorization: request.headers.authorization,
    tenantId: textHeader(request, 'x-weft-tenant'),
    workspaceId: textHeader(request, 'x-weft-ws'),
  });
  if (
    write &&
    authenticated.csrfToken !== null &&
    !sameText(textHeader(request, 'x-weft-csrf') ?? '', authenticated.csrfToken)
  )
    throw new ApiFailure(
      'CSRF',
      'the header X-Weft-Csrf is missing or not that of this session: GET /openapi/v1/osp/session has it',
    );
  if (authenticated.mustChangePassword && route.beforePasswordChange !== true)
    throw new ApiFailure(
      'PASSWORD_CHANGE',
      'the one-time password has to be changed first: POST /openapi/v1/osp/session/password',
    );
  return authenticated;
}

/** Calls of nobody pass a limit of their own: who is known is not kept out by strangers at the same address. */
async function identifyOrCount(
  request: FastifyRequest,
  route: RouteContract,
  write: boolean,
  parts: DispatchParts,
): Promise<Authenticated> {
  try {
    return await identify(request, route, write, parts);
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) parts.limiter.take(request.ip, 'stranger');
    throw error;
  }
}

interface HandlerInput {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly read: RequestParts;
  readonly authenticated: Authenticated | null;
  readonly changeId: string;
  readonly action: string;
  readonly route: RouteContract;
  /** For calls with an `Idempotency-Key`. */
  readonly mark: MarkCarriedOut | null;
  readonly parts: DispatchParts;
}

/** Null when the handler took the connection over. */
async function runHandler(handler: AnyHandler, input: HandlerInput): Promise<Answer | null> {
  const { request, reply, read, authenticated, changeId, action, route, mark, parts } = input;
  let audited = false;
  let takenOver = false;
  let raw: { status: number; contentType: string; body: Uint8Array } | null = null;
  const headers: Record<string, string> = {};
  const caller = authenticated?.caller ?? NOBODY;
  const append = async (tx: Transaction, entry: AuditEntry): Promise<void> => {
    audited = true;
    await mark?.(tx, changeId);
    await parts.osp.audit.append(tx, {
      ...rowOf(request, caller, action, changeId),
      object: entry.object,
      diff: entry.diff,
      result: 'OK',
    });
  };
  const call: CallContext & RequestParts & WithAuthentication = {
    ...read,
    authenticated,
    caller,
    requestId: request.id,
    changeId,
    ip: request.ip,
    secure: request.protocol === 'https',
    ifMatch: ifMatchOf(request, route),
    requestHeader: (name) => textHeader(request, name),
    setHeader(name, value) {
      headers[name] = value;
    },
    setVersion(version) {
      headers['etag'] = `"${version}"`;
    },
    audit: append,
    openEvents() {
      parts.events.admit(caller.userId);
      takenOver = true;
      reply.hijack();
      const sent = Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
      const allowedUntil = async (): Promise<number | null> => {
        const { caller: now, changesAt } = await identify(request, route, false, parts);
        return route.access === 'session' || route.access === 'public' || now.can(route.access) ? changesAt : null;
      };
      return parts.events.open(reply.raw, sent, {
        userId: caller.userId,
        endsAt: authenticated?.changesAt ?? Number.MAX_SAFE_INTEGER,
        lastEventId: textHeader(request, 'last-event-id'),
        allowedUntil,
      });
    },
    raw(status, contentType, body) {
      raw = { status, contentType, body };
    },
  };
  const result = await handler(call);
  if (takenOver) return null;
  if (isWrite(route) && !audited && route.access !== 'public')
    await parts.storage.write((tx) => append(tx, { object: request.url.slice(0, 512) }));
  const answer = raw as { status: number; contentType: string; body: Uint8Array } | null;
  if (answer !== null) {
    await reply.code(answer.status).type(answer.contentType).send(Buffer.from(answer.body));
    return null;
  }
  return { status: route.status, headers, body: route.reply === null ? '' : JSON.stringify(result) };
}

function finish(reply: FastifyReply, answer: Answer | null): FastifyReply {
  if (answer === null) return reply;
  reply.code(answer.status).headers(answer.headers);
  return answer.body === '' ? reply.send() : reply.type('application/json; charset=utf-8').send(answer.body);
}

const NOBODY: Caller = {
  kind: 'USER',
  userId: '',
  loginName: '',
  tenantId: '',
  workspaceId: '',
  instanceId: '',
  credentialId: '',
  permissions: [],
  can: () => false,
  require() {
    throw new ApiFailure('UNAUTHENTICATED', 'log in first');
  },
};

function rowOf(request: FastifyRequest, caller: Caller, action: string, changeId: string) {
  return {
    actor: caller.loginName,
    actorType: caller.kind,
    tenantId: caller.tenantId,
    workspaceId: caller.workspaceId,
    action,
    ip: request.ip,
    requestId: request.id,
    changeId,
  } as const;
}

async function auditRefusal(
  error: unknown,
  request: FastifyRequest,
  caller: Caller | null,
  action: string,
  changeId: string,
  parts: DispatchParts,
): Promise<void> {
  const code = error instanceof ApiFailure ? error.code : 'INTERNAL';
  if (NOT_AUDITED.has(code)) return;
  const named = (request.body as { loginName?: unknown } | undefined)?.loginName;
  const row = rowOf(request, caller ?? NOBODY, action, changeId);
  const actor = caller === null && typeof named === 'string' ? named : row.actor;
  const result = error instanceof ApiFailure && error.status < 500 ? 'REFUSED' : 'FAILED';
  try {
    await parts.storage.write((tx) =>
      parts.osp.audit.append(tx, { ...row, actor, object: request.url.slice(0, 512), diff: { code }, result }),
    );
  } catch (failure) {
    parts.log.error({ err: failure, requestId: request.id, action }, 'refused call not audited');
  }
}

function idempotencyKey(request: FastifyRequest, route: RouteContract, write: boolean): string | null {
  const key = textHeader(request, 'idempotency-key');
  if (key === undefined || !write) return null;
  if (route.secretReply === true)
    throw invalid(
      'headers.idempotency-key',
      'this operation shows a secret once and cannot be repeated: leave the header out',
    );
  if (!/^[\x21-\x7e]{1,128}$/.test(key))
    throw invalid(
      'headers.idempotency-key',
      `found ${key.length} characters, expected 1 to 128 visible ASCII characters`,
    );
  return key;
}

function ifMatchOf(request: FastifyRequest, route: RouteContract): number | null {
  const text = textHeader(request, 'if-match');
  if (text === undefined) {
    if (route.ifMatch === 'required')
      throw new ApiFailure('IF_MATCH_REQUIRED', 'send the header If-Match with the version that was read');
    return null;
  }
  const match = /^(?:W\/)?"?(\d{1,15})"?$/.exec(text);
  if (match === null)
    throw invalid('headers.if-match', `found ${JSON.stringify(text.slice(0, 64))}, expected a version such as "3"`);
  return Number(match[1]);
}

function textHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
