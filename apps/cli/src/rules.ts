import { type AskedRules, giveToKinds } from '@weft/app-control/given-rules';
import type { JudgedRequest, RuleJudge, SimulatedQuestion } from '@weft/cli';
import { limitBacktracking } from '@weft/kit/limit-backtracking';
import { rejectReply } from '@weft/proxy/governance';

// Expressions of rules, as a proxy runs them.
limitBacktracking();

type Answer = ReturnType<AskedRules['ask']>;
type Given = Parameters<RuleJudge['give']>[0];

/** What proxies answer unless they are told otherwise. */
const REPLIES = { profile: 'standard', limitMessage: '' } as const;

/** Rules without a control plane: the code that checks them there, and judges in a proxy. */
export const rules: RuleJudge = {
  give(given) {
    const { problems, ask } = giveToKinds(given);
    return { problems, ask: (request) => judged(ask(request), request, given) };
  },
};

function judged(answer: Answer, request: SimulatedQuestion, given: Given): JudgedRequest {
  const { result, delayMs, group } = answer;
  return {
    result,
    verdict: verdictOf(answer),
    rule: ruleOf(answer, given),
    status: statusOf(answer, request),
    delayMs,
    group: group === '' ? null : group,
  };
}

function verdictOf({ result, rules: met, delayMs }: Answer): JudgedRequest['verdict'] {
  if (result.verdict === 'reject')
    return met.find(({ ruleDbId }) => ruleDbId === result.ruleDbId)?.effect?.kind ?? 'reject';
  return result.verdict === 'pass' && delayMs > 0 ? 'delay' : result.verdict;
}

function ruleOf({ result, rules: met, delayMs, group }: Answer, given: Given): string | null {
  const isRoute = (ruleDbId: number): boolean => given[ruleDbId - 1]?.type.toLowerCase() === 'route';
  const found = met.find(({ ruleDbId, matched, verdict }) => {
    if (result.verdict === 'reject') return ruleDbId === result.ruleDbId;
    if (delayMs > 0) return verdict === 'delay';
    return group !== '' && matched && verdict === 'pass' && isRoute(ruleDbId);
  });
  return found?.name ?? null;
}

function statusOf({ rejection }: Answer, { service, method = '' }: SimulatedQuestion): number | null {
  if (rejection === null) return null;
  const { answer, ...refusal } = rejection;
  // What a rule makes up is a success.
  if (answer !== undefined) return 200;
  const isHttp = /@Http[12]$/.test(service);
  const family = isHttp || service.endsWith('@grpc') ? 'http' : 'rpc';
  const head = { family, service: isHttp ? '' : `${service}/${method}` } as const;
  return rejectReply({ resource: '', message: '', ...refusal }, 0, head, REPLIES).status;
}
