import type { LocalReply, RequestHead, ResponseFlagName, RuleRejection } from '@weft/sdk';
import type { RejectSettings } from './messages.ts';

interface RejectKind {
  readonly standard: number;
  readonly mosn: number;
  readonly flag: ResponseFlagName;
}

/** What each type of rule answers with, by its word. */
const KINDS: Readonly<Record<string, RejectKind>> = {
  limit: { standard: 429, mosn: 509, flag: 'RateLimited' },
};
const OTHER: RejectKind = { standard: 503, mosn: 509, flag: 'RateLimited' };

export function rejectFlag(rejection: RuleRejection): ResponseFlagName {
  return (KINDS[rejection.word] ?? OTHER).flag;
}

/** The answer to a request that a rule refuses, in the words that its protocol then translates. */
export function rejectReply(
  rejection: RuleRejection,
  retryAfterSeconds: number,
  request: RequestHead,
  settings: RejectSettings,
): LocalReply {
  const kind = KINDS[rejection.word] ?? OTHER;
  const message = rejection.message || settings.limitMessage;
  const headers: (readonly [string, string])[] = [
    ['x-weft-reject', rejection.word],
    ['x-weft-rule', String(rejection.ruleDbId)],
  ];
  if (retryAfterSeconds > 0) headers.push(['retry-after', String(retryAfterSeconds)]);
  const isGrpc = request.family === 'http' && request.service !== '';
  if (request.family !== 'http' || isGrpc) {
    // gRPC has one status for it, whatever the profile.
    const status = isGrpc ? kind.standard : kind[settings.profile];
    return { status, code: 'filter', headers, body: `${message}|rule=${rejection.ruleDbId}` };
  }
  return { status: rejection.status || kind[settings.profile], code: 'filter', headers, body: message };
}
