import type { ExplainedRule, Protocol, RequestHead } from '@weft/sdk';
import { madeUpProblemOf } from './made-up-problem.ts';
import type { RejectSettings } from './messages.ts';
import { rejectReply } from './rejection.ts';

/** Says of rules that refuse what the protocol of the caller calls their answer; nothing where the status says it all. */
export function withAnswers(
  rules: readonly ExplainedRule[],
  protocol: Protocol,
  config: unknown,
  request: RequestHead,
  settings: RejectSettings,
): ExplainedRule[] {
  const { answers } = protocol;
  return rules.map((rule) => {
    const { verdict, effect, type, ruleDbId, resource } = rule;
    if (verdict !== 'reject') return rule;
    const madeUp = effect?.kind === 'answer';
    const made = effect?.hasMessages === true ? MESSAGES : NOTHING;
    const problem = madeUp ? madeUpProblemOf(protocol, request, made) : '';
    const told = problem === '' ? rule : asError(rule, problem);
    if (answers === undefined) return told;
    const word = type.toLowerCase().replaceAll('_', '-');
    const named = effect?.grpcStatus === undefined ? {} : { grpcStatus: effect.grpcStatus };
    const rejection = { word, ruleDbId, resource, status: madeUp ? 0 : (effect?.status ?? 0), message: '', ...named };
    const said = madeUp ? { ...rejection, answer: made } : rejection;
    const answer = answers.ofReply(request, rejectReply(said, 0, request, settings, problem), config);
    return answer === '' ? told : { ...told, answer };
  });
}

/** What is in an answer changes nothing in what it is called. */
const NOTHING = { headers: [], body: '' };
const MESSAGES = { ...NOTHING, messages: [] };

/** The rule would answer, and this caller cannot be told. */
function asError({ effect: _, ...rule }: ExplainedRule, problem: string): ExplainedRule {
  return { ...rule, detail: `answered with an error: ${problem}` };
}
