import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FieldChange, LimitRule, PushDetail, PushSummary, RuleFile } from '@weft/api';
import type { LimitRuleInput } from '@weft/api/rules';
import { api } from './client.ts';
import type { ListQuery } from './paging.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

export interface RuleFilter {
  readonly keyword?: string;
  readonly app?: string;
  readonly direction?: 'SERVER' | 'CLIENT';
  readonly mode?: 'CONTROL' | 'OBSERVE';
  readonly enabled?: boolean;
  readonly push?: PushSummary['state'];
}

export const ruleList = (filter: RuleFilter) => ({
  key: [RESOURCES.limitRules, 'list', filter] as const,
  read: (query: ListQuery) => api.ms.listLimitRules({ query: { ...filter, ...query } }),
});

export function useRule(id: number | null) {
  return useQuery({
    queryKey: [RESOURCES.limitRules, 'one', id],
    queryFn: ({ signal }) => api.ms.getLimitRule({ params: { id: id ?? 0 } }, { signal }),
    enabled: id !== null,
    // A form is filled once: what others save meanwhile is told by the version conflict.
    refetchOnWindowFocus: false,
  });
}

export function usePush(id: number) {
  return useQuery({
    queryKey: [RESOURCES.limitRules, 'push', id],
    queryFn: ({ signal }) => api.ms.getLimitRulePush({ params: { id } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

export function useVersions(id: number) {
  return useQuery({
    queryKey: [RESOURCES.limitRules, 'versions', id],
    queryFn: ({ signal }) => api.ms.listLimitRuleVersions({ params: { id }, query: { size: 100 } }, { signal }),
  });
}

export function useVersionDiff(id: number, from: number | null, to: number | null) {
  return useQuery({
    queryKey: [RESOURCES.limitRules, 'diff', id, from, to],
    queryFn: ({ signal }) =>
      api.ms.diffLimitRule({ params: { id }, query: { from: from ?? 0, to: to ?? 0 } }, { signal }),
    enabled: from !== null && to !== null && from !== to,
  });
}

export function useRuleHits(id: number) {
  return useQuery({
    queryKey: [RESOURCES.limitRules, 'hits', id],
    queryFn: ({ signal }) => api.ms.getLimitRuleHits({ params: { id } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

/** What the server says of a rule that is not stored yet; errors are for the fields, not for the page. */
export function usePreview(body: LimitRuleInput | null) {
  return useQuery({
    queryKey: [RESOURCES.limitRules, 'preview', body],
    queryFn: ({ signal }) => api.ms.previewLimitRule({ body: body as LimitRuleInput }, { signal }),
    enabled: body !== null,
    retry: false,
    staleTime: 10_000,
    placeholderData: (previous) => previous,
  });
}

export interface RuleSave {
  readonly id: number | null;
  readonly version: number;
  readonly body: LimitRuleInput;
  readonly comment: string;
  /** Repeating a create with the same key makes one rule. */
  readonly key: string;
}

/** The actions on rules; each makes the lists stale when it has ended, also badly. */
export function useRuleActions() {
  const queries = useQueryClient();
  // Not awaited: an action is over when the server has answered, not when every list has been read again.
  const onSettled = (): void => void queries.invalidateQueries({ queryKey: [RESOURCES.limitRules] });
  return {
    save: useMutation({
      mutationFn: ({ id, version, body, comment, key }: RuleSave) => {
        const query = comment === '' ? {} : { comment };
        return id === null
          ? api.ms.createLimitRule({ query, body }, { idempotencyKey: key })
          : api.ms.replaceLimitRule({ params: { id }, query, body }, { ifMatch: version });
      },
      onSettled,
    }),
    setEnabled: useMutation({
      mutationFn: ({ id, enabled }: { id: number; enabled: boolean }) =>
        enabled ? api.ms.enableLimitRule({ params: { id } }) : api.ms.disableLimitRule({ params: { id } }),
      onSettled,
    }),
    remove: useMutation({ mutationFn: (id: number) => api.ms.deleteLimitRule({ params: { id } }), onSettled }),
    batch: useMutation({
      mutationFn: (body: { op: 'enable' | 'disable' | 'delete'; ids: number[] }) => api.ms.batchLimitRules({ body }),
      onSettled,
    }),
    retryPush: useMutation({
      mutationFn: (id: number) => api.ms.retryLimitRulePush({ params: { id } }),
      onSettled,
    }),
    rollback: useMutation({
      mutationFn: ({ id, to, comment }: { id: number; to: number; comment: string }) =>
        api.ms.rollbackLimitRule({ params: { id }, body: comment === '' ? { to } : { to, comment } }),
      onSettled,
    }),
    importFile: useMutation({
      mutationFn: ({ file, dryRun, conflict }: RuleImport) =>
        api.ms.importLimitRules({ query: { dryRun, conflict }, body: file }),
      onSettled,
    }),
  };
}

export interface RuleImport {
  readonly file: RuleFile;
  readonly dryRun: boolean;
  readonly conflict: 'skip' | 'overwrite' | 'duplicate';
}

export function exportRules(ids: readonly number[] | null): Promise<RuleFile> {
  return api.ms.exportLimitRules({ body: ids === null ? {} : { ids: [...ids] } });
}
export type { FieldChange, LimitRule, LimitRuleInput, PushDetail, PushSummary, RuleFile };
