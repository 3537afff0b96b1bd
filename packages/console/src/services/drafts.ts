import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ruleCalls } from '@weft/api/client';
import type { RuleInput, RuleSegment } from '@weft/api/rules';
import { api } from './client.ts';
import { RESOURCES } from './queries.ts';
import type { Rule } from './rules.ts';

/** What a rule is to become; asked for only where the rule says that there is one. */
export function useDraft(type: RuleSegment, id: number) {
  return useQuery({
    queryKey: [RESOURCES.rules, type, 'draft', id],
    queryFn: ({ signal }) => ruleCalls(api.ms, type).getDraft({ params: { id } }, { signal }),
    retry: false,
  });
}

export interface DraftSave {
  readonly id: number;
  readonly version: number;
  readonly body: RuleInput;
  readonly comment: string;
}

/** The actions on drafts of rules of a type; each makes the lists stale. */
export function useDraftActions(type: RuleSegment) {
  const queries = useQueryClient();
  const calls = ruleCalls(api.ms, type);
  const onSettled = (): void => void queries.invalidateQueries({ queryKey: [RESOURCES.rules] });
  return {
    save: useMutation({
      mutationFn: ({ id, version, body, comment }: DraftSave) =>
        calls.saveDraft({ params: { id }, query: comment === '' ? {} : { comment }, body }, { ifMatch: version }),
      onSettled,
    }),
    publish: useMutation({
      mutationFn: (id: number): Promise<Rule> => calls.publishDraft({ params: { id }, body: {} }),
      onSettled,
    }),
    discard: useMutation({ mutationFn: (id: number) => calls.discardDraft({ params: { id } }), onSettled }),
  };
}
