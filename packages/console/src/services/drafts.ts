import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RuleDraft } from '@weft/api';
import { ruleCalls } from '@weft/api/client';
import type { RuleInput, RuleSegment } from '@weft/api/rules';
import { api } from './client.ts';
import { RESOURCES } from './queries.ts';
import type { Rule } from './rules.ts';

/**
 * What a rule is to become; asked for where the rule says that there is a draft, once for each draft and version of the
 * rule: the rule says when there is another, or none any more.
 */
export function useDraft(type: RuleSegment, { ruleDbId: id, version, draft }: Rule) {
  return useQuery({
    queryKey: ['drafts', type, id, version, draft?.version],
    queryFn: ({ signal }) => ruleCalls(api.ms, type).getDraft({ params: { id } }, { signal }),
    enabled: draft != null,
    retry: false,
  });
}

export interface DraftSave {
  readonly id: number;
  readonly version: number;
  readonly body: RuleInput;
  readonly comment: string;
}

/** The draft that was shown: another one, saved meanwhile, is left as it is. */
type SeenDraft = Pick<RuleDraft, 'ruleDbId' | 'version'>;

/** The actions on drafts of rules of a type; each makes the lists stale. */
export function useDraftActions(type: RuleSegment) {
  const queries = useQueryClient();
  const calls = ruleCalls(api.ms, type);
  const onSettled = (): void => void queries.invalidateQueries({ queryKey: [RESOURCES.rules] });
  return {
    save: useMutation({
      mutationFn: ({ id, version, body, comment }: DraftSave) =>
        calls.saveDraft({
          params: { id },
          query: { baseVersion: version, ...(comment === '' ? {} : { comment }) },
          body,
        }),
      onSettled,
    }),
    publish: useMutation({
      mutationFn: ({ ruleDbId: id, version }: SeenDraft): Promise<Rule> =>
        calls.publishDraft({ params: { id }, body: {} }, { ifMatch: version }),
      onSettled,
    }),
    discard: useMutation({
      mutationFn: ({ ruleDbId: id, version }: SeenDraft) =>
        calls.discardDraft({ params: { id } }, { ifMatch: version }),
      onSettled,
    }),
  };
}
