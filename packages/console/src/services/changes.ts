import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RolledBackChanges } from '@weft/api';
import { api } from './client.ts';
import { RESOURCES } from './queries.ts';

/** What taking a change of rules back would do; asked for once, as every question is a row of the audit log. */
export function useTakeBackPreview(changeId: string) {
  return useQuery({
    queryKey: ['take-back', changeId],
    queryFn: ({ signal }) => api.ms.rollbackChanges({ body: { changeIds: [changeId], dryRun: true } }, { signal }),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

/** Makes every rule that a change has touched what it was before. */
export function useTakeBack() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ changeId, comment }: { readonly changeId: string; readonly comment: string }) =>
      api.ms.rollbackChanges({ body: { changeIds: [changeId], ...(comment === '' ? {} : { comment }) } }),
    onSettled: () => {
      for (const resource of [RESOURCES.rules, RESOURCES.audit])
        void queries.invalidateQueries({ queryKey: [resource] });
    },
  });
}

export type RuleOnItsWay = RolledBackChanges['items'][number];
