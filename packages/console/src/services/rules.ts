import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AnyRule, FieldChange, Message, PushDetail, PushSummary, RuleFile } from '@weft/api';
import { ruleCalls } from '@weft/api/client';
import type { RuleInput, RuleSegment } from '@weft/api/rules';
import { api } from './client.ts';
import type { ListQuery, Page } from './paging.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

/** A stored rule of any type: what all have, and the fields that most have. */
export interface Rule extends AnyRule {
  readonly methods?: readonly string[];
  readonly conditions?: readonly unknown[];
}

export interface RuleFilter {
  readonly keyword?: string;
  readonly app?: string;
  readonly direction?: 'SERVER' | 'CLIENT';
  readonly mode?: 'CONTROL' | 'OBSERVE';
  readonly enabled?: boolean;
  readonly push?: PushSummary['state'];
}

const callsOf = (type: RuleSegment) => ruleCalls(api.ms, type);

/** The content of a form as the interface takes it: the form was checked by the schema of its type, and the server checks it again. */
export const ruleOfForm = (form: Readonly<Record<string, unknown>>): RuleInput => form as unknown as RuleInput;

export const ruleList = (type: RuleSegment, filter: RuleFilter) => ({
  key: [RESOURCES.rules, type, 'list', filter] as const,
  read: (query: ListQuery): Promise<Page<Rule>> => callsOf(type).list({ query: { ...filter, ...query } }),
});

export function useRule(type: RuleSegment, id: number | null) {
  return useQuery<Rule>({
    queryKey: [RESOURCES.rules, type, 'one', id],
    queryFn: ({ signal }) => callsOf(type).get({ params: { id: id ?? 0 } }, { signal }),
    enabled: id !== null,
    // A form is filled once: what others save meanwhile is told by the version conflict.
    refetchOnWindowFocus: false,
  });
}

export function usePush(type: RuleSegment, id: number) {
  return useQuery({
    queryKey: [RESOURCES.rules, type, 'push', id],
    queryFn: ({ signal }) => callsOf(type).push({ params: { id } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

export function useVersions(type: RuleSegment, id: number) {
  return useQuery({
    queryKey: [RESOURCES.rules, type, 'versions', id],
    queryFn: ({ signal }) => callsOf(type).versions({ params: { id }, query: { size: 100 } }, { signal }),
  });
}

export function useVersionDiff(type: RuleSegment, id: number, from: number | null, to: number | null) {
  return useQuery({
    queryKey: [RESOURCES.rules, type, 'diff', id, from, to],
    queryFn: ({ signal }) =>
      callsOf(type).diff({ params: { id }, query: { from: from ?? 0, to: to ?? 0 } }, { signal }),
    enabled: from !== null && to !== null && from !== to,
  });
}

export function useRuleHits(type: RuleSegment, id: number) {
  return useQuery({
    queryKey: [RESOURCES.rules, type, 'hits', id],
    queryFn: ({ signal }) => callsOf(type).hits({ params: { id } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

/** What every type of rules says beside its form. */
export interface RulePreview {
  readonly instances: number;
  readonly text: string;
  readonly message?: Message;
  readonly warnings: readonly string[];
  readonly warningMessages?: readonly Message[];
  readonly document: unknown;
}

/** What the server says of a rule that is not stored yet; errors are for the fields, not for the page. */
export function usePreview(type: RuleSegment, body: RuleInput | null) {
  return useQuery({
    queryKey: [RESOURCES.rules, type, 'preview', body],
    queryFn: async ({ signal }) =>
      // What types say beside it differs, and nobody here reads it.
      (await callsOf(type).preview({ body: body as RuleInput }, { signal })) as unknown as RulePreview,
    enabled: body !== null,
    retry: false,
    staleTime: 10_000,
    placeholderData: (previous) => previous,
  });
}

export interface RuleSave {
  readonly id: number | null;
  readonly version: number;
  readonly body: RuleInput;
  readonly comment: string;
  /** Repeating a create with the same key makes one rule. */
  readonly key: string;
}

/** The actions on rules of a type; each makes the lists stale when it has ended, also badly. */
export function useRuleActions(type: RuleSegment) {
  const queries = useQueryClient();
  const calls = callsOf(type);
  // Not awaited: an action is over when the server has answered, not when every list has been read again.
  const onSettled = (): void => void queries.invalidateQueries({ queryKey: [RESOURCES.rules] });
  return {
    save: useMutation({
      mutationFn: ({ id, version, body, comment, key }: RuleSave): Promise<Rule> => {
        const query = comment === '' ? {} : { comment };
        return id === null
          ? calls.create({ query, body }, { idempotencyKey: key })
          : calls.replace({ params: { id }, query, body }, { ifMatch: version });
      },
      onSettled,
    }),
    setEnabled: useMutation({
      mutationFn: ({ rule, enabled }: { rule: Rule; enabled: boolean }): Promise<Rule> => {
        const params = { id: rule.ruleDbId };
        // What acts is what was shown; off it goes whatever it is.
        return enabled ? calls.enable({ params }, { ifMatch: rule.version }) : calls.disable({ params });
      },
      onSettled,
    }),
    remove: useMutation({ mutationFn: (id: number) => calls.remove({ params: { id } }), onSettled }),
    batch: useMutation({
      mutationFn: ({ op, rules }: { op: 'enable' | 'disable' | 'delete'; rules: readonly Rule[] }) =>
        calls.batch({
          body: {
            op,
            ids: rules.map((rule) => rule.ruleDbId),
            ...(op === 'enable' ? { versions: rules.map((rule) => rule.version) } : {}),
          },
        }),
      onSettled,
    }),
    retryPush: useMutation({ mutationFn: (id: number) => calls.retryPush({ params: { id } }), onSettled }),
    rollback: useMutation({
      mutationFn: ({ id, to, comment }: { id: number; to: number; comment: string }): Promise<Rule> =>
        calls.rollback({ params: { id }, body: comment === '' ? { to } : { to, comment } }),
      onSettled,
    }),
    importFile: useMutation({
      mutationFn: ({ file, dryRun, conflict }: RuleImport) =>
        calls.importFile({ query: { dryRun, conflict }, body: file }),
      onSettled,
    }),
  };
}

export interface RuleImport {
  readonly file: RuleFile;
  readonly dryRun: boolean;
  readonly conflict: 'skip' | 'overwrite' | 'duplicate';
}

export function exportRules(type: RuleSegment, ids: readonly number[] | null): Promise<RuleFile> {
  return callsOf(type).exportFile({ body: ids === null ? {} : { ids: [...ids] } });
}
export type { FieldChange, PushDetail, PushSummary, RuleFile, RuleInput, RuleSegment };
