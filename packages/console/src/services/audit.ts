import { useMutation } from '@tanstack/react-query';
import type { AuditRow } from '@weft/api';
import { api } from './client.ts';
import type { ListQuery } from './paging.ts';
import { RESOURCES } from './queries.ts';
import { rangeQuery, type TimeRange } from './range.ts';

export interface AuditFilter {
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  readonly changeId?: string;
  readonly range: TimeRange;
}

export const auditList = ({ range, ...filter }: AuditFilter) => ({
  key: [RESOURCES.audit, 'list', range, filter] as const,
  read: (query: ListQuery) =>
    api.osp.listAudit({
      query: { ...filter, ...query, ...auditRange(range) },
    }),
});

/** Up to now without an end: what happens while it is looked at belongs there, too. */
const auditRange = (range: TimeRange) => (range.fixed === null ? { start: rangeQuery(range).start } : range.fixed);

export function useVerifyAudit() {
  return useMutation({ mutationFn: () => api.osp.verifyAudit() });
}
export type { AuditRow };
