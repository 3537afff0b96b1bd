import { useMutation } from '@tanstack/react-query';
import type { AuditRow } from '@weft/api';
import { api } from './client.ts';
import type { ListQuery } from './paging.ts';
import { RESOURCES } from './queries.ts';

export interface AuditFilter {
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  readonly changeId?: string;
  /** Seconds back from now. */
  readonly spanSeconds: number;
}

export const auditList = ({ spanSeconds, ...filter }: AuditFilter) => ({
  key: [RESOURCES.audit, 'list', spanSeconds, filter] as const,
  read: (query: ListQuery) =>
    api.osp.listAudit({
      query: { ...filter, ...query, start: new Date(Date.now() - spanSeconds * 1000).toISOString() },
    }),
});

export function useVerifyAudit() {
  return useMutation({ mutationFn: () => api.osp.verifyAudit() });
}
export type { AuditRow };
