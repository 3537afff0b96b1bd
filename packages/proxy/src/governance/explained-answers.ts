import type { ExplainedRule, Protocol, RequestHead } from '@weft/sdk';
import type { RejectSettings } from './messages.ts';
import { rejectReply } from './rejection.ts';

/** Says of rules that refuse what the protocol of the caller calls their answer; nothing where the status says it all. */
export function withAnswers(
  rules: readonly ExplainedRule[],
  { answers }: Protocol,
  config: unknown,
  request: RequestHead,
  settings: RejectSettings,
): ExplainedRule[] {
  return rules.map((rule) => {
    const { verdict, effect, type, ruleDbId, resource } = rule;
    if (answers === undefined || verdict !== 'reject' || effect?.kind === 'answer') return rule;
    // A fault may name a status of gRPC, which is not known here.
    if (effect?.kind === 'fault' && request.family === 'http') return rule;
    const word = type.toLowerCase().replaceAll('_', '-');
    const rejection = { word, ruleDbId, resource, status: effect?.status ?? 0, message: '' };
    const answer = answers.ofReply(request, rejectReply(rejection, 0, request, settings), config);
    return answer === '' ? rule : { ...rule, answer };
  });
}
