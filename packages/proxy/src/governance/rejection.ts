import type { LocalReply, RequestHead, ResponseFlagName, RuleRejection } from '@weft/sdk';
import type { RejectSettings } from './messages.ts';

interface RejectKind {
  readonly standard: number;
  readonly mosn: number;
  readonly flag: ResponseFlagName;
  /** '' = the message of the settings. */
  readonly message: string;
}

/** What each type of rule answers with, by its word. */
const KINDS: Readonly<Record<string, RejectKind>> = {
  limit: { standard: 429, mosn: 509, flag: 'RateLimited', message: '' },
  hijack: { standard: 429, mosn: 509, flag: 'RateLimited', message: '' },
  fuse: { standard: 503, mosn: 509, flag: 'CIRCUIT_OPEN', message: '' },
  downgrade: { standard: 503, mosn: 503, flag: 'DEGRADED', message: 'service degraded' },
  auth: { standard: 403, mosn: 403, flag: 'AUTHZ_DENIED', message: 'permission denied' },
  route: { standard: 503, mosn: 502, flag: 'NoHealthyUpstream', message: 'no health upstream' },
  'fault-inject': { standard: 500, mosn: 500, flag: 'FaultInjected', message: 'fault injected' },
};
const OTHER: RejectKind = { standard: 503, mosn: 509, flag: 'RateLimited', message: '' };
const HTTP_OK = 200;
/** What gRPC callers are told where an HTTP status has no meaning of its own for them. */
const GRPC_UNAVAILABLE = 503;
const KNOWN_TO_GRPC = new Set([400, 401, 403, 404, 408, 429, 502, 503, 504]);

/** The flag of a request that a rule answers; null for an answer that is a success. */
export function rejectFlag(rejection: RuleRejection): ResponseFlagName | null {
  return (KINDS[rejection.word] ?? OTHER).flag;
}

/**
 * The answer to a request that a rule refuses, in the words that its protocol then translates.
 * @param madeUpProblem why the caller cannot be given what the rule makes up: it gets the error of the rule's type instead
 */
export function rejectReply(
  rejection: RuleRejection,
  retryAfterSeconds: number,
  request: Pick<RequestHead, 'family' | 'service'>,
  settings: RejectSettings,
  madeUpProblem = '',
): LocalReply {
  const kind = KINDS[rejection.word] ?? OTHER;
  const message = rejection.message || kind.message || settings.limitMessage;
  const { answer } = rejection;
  const headers: (readonly [string, string])[] = [
    ['x-weft-reject', rejection.word],
    ['x-weft-rule', String(rejection.ruleDbId)],
  ];
  if (answer !== undefined && madeUpProblem === '') {
    const { body } = answer;
    return { status: HTTP_OK, code: 'filter', headers: [...headers, ...answer.headers], body, madeUp: answer };
  }
  if (retryAfterSeconds > 0) headers.push(['retry-after', String(retryAfterSeconds)]);
  const isGrpc = request.family === 'http' && request.service !== '';
  if (request.family !== 'http' || isGrpc) {
    const body = `${message}|rule=${rejection.ruleDbId}`;
    if (isGrpc) return grpcReply(rejection, kind, headers, body);
    // A fault keeps the status that it is to have; what RPC protocols say of a refusal is fixed.
    const status = rejection.word === 'fault-inject' ? rejection.status || kind.standard : kind[settings.profile];
    return { status, code: 'filter', headers, body };
  }
  // MOSN says of an open circuit what it says of a limit, and so do RPC protocols; over HTTP a person reads it.
  const isOpen = rejection.word === 'fuse' && settings.profile === 'standard';
  const body = isOpen ? rejection.message || 'circuit open' : message;
  return { status: rejection.status || kind[settings.profile], code: 'filter', headers, body };
}

/** gRPC has one status for each kind of refusal, whatever the profile. */
function grpcReply(
  rejection: RuleRejection,
  kind: RejectKind,
  headers: readonly (readonly [string, string])[],
  body: string,
): LocalReply {
  const { grpcStatus } = rejection;
  // Logs and figures have the HTTP status that says the same.
  if (grpcStatus !== undefined)
    return { status: rejection.status || kind.standard, code: 'filter', headers, body, grpcStatus };
  if (rejection.word !== 'fault-inject') return { status: kind.standard, code: 'filter', headers, body };
  const status = KNOWN_TO_GRPC.has(rejection.status) ? rejection.status : GRPC_UNAVAILABLE;
  return { status, code: 'filter', headers, body };
}
