import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AnyRule, Consumer, ms, Provider, ReplyOf, Service, ServiceDetail } from '@weft/api';
import { api } from './client.ts';
import type { ListQuery } from './paging.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';
import { rangeQuery, type TimeRange } from './range.ts';

export interface ServiceFilter {
  readonly keyword?: string;
  readonly type?: string;
  readonly app?: string;
  readonly mesh?: 'all' | 'some' | 'none';
  readonly noProvider?: boolean;
  readonly hasRules?: boolean;
}

export const serviceList = (filter: ServiceFilter) => ({
  key: [RESOURCES.services, 'list', filter] as const,
  read: (query: ListQuery) => api.ms.listServices({ query: { ...filter, ...query } }),
});

export function useService(serviceId: string) {
  return useQuery({
    queryKey: [RESOURCES.services, 'one', serviceId],
    queryFn: ({ signal }) => api.ms.getService({ params: { serviceId } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

export const providerList = (serviceId: string) => ({
  key: [RESOURCES.services, 'providers', serviceId] as const,
  read: (query: ListQuery) => api.ms.listProviders({ params: { serviceId }, query }),
});

export const consumerList = (serviceId: string) => ({
  key: [RESOURCES.services, 'consumers', serviceId] as const,
  read: (query: ListQuery) => api.ms.listConsumers({ params: { serviceId }, query }),
});

export const serviceRuleList = (serviceId: string) => ({
  key: [RESOURCES.rules, 'of-service', serviceId] as const,
  read: (query: ListQuery) => api.ms.listServiceRules({ params: { serviceId }, query }),
});

/** Whether a rule that isolates is on for a service. */
export function useIsIsolating(serviceId: string, enabled: boolean): boolean {
  const { data } = useQuery({
    queryKey: [...serviceRuleList(serviceId).key, 'first'],
    queryFn: ({ signal }) =>
      api.ms.listServiceRules({ params: { serviceId }, query: { size: MAX_SERVICE_RULES } }, { signal }),
    enabled,
    refetchInterval: LIVE_INTERVAL_MS,
  });
  if (data === undefined) return false;
  // Of more rules than one page has it may be one of the others.
  return data.items.length < data.total || data.items.some((rule) => rule.type === 'ISOLATE' && rule.enabled);
}

const MAX_SERVICE_RULES = 100;

export function useServiceMetrics(serviceId: string, range: TimeRange) {
  return useQuery({
    queryKey: [RESOURCES.services, 'metrics', serviceId, range],
    queryFn: ({ signal }) => api.ms.getServiceMetrics({ params: { serviceId }, query: rangeQuery(range) }, { signal }),
    refetchInterval: range.fixed === null ? LIVE_INTERVAL_MS : false,
    placeholderData: keepPreviousData,
  });
}

export const methodList = (serviceId: string, filter: { readonly keyword?: string }) => ({
  key: [RESOURCES.services, 'method-list', serviceId, filter] as const,
  read: (query: ListQuery) => api.ms.listMethods({ params: { serviceId }, query: { ...filter, ...query } }),
});

/** Apps with what they provide and consume, for the selects of forms. */
export function useApps(enabled = true) {
  return useQuery({
    queryKey: [RESOURCES.apps],
    queryFn: ({ signal }) => api.ms.listApps({ query: { size: 500 } }, { signal }),
    enabled,
    staleTime: 15_000,
  });
}

/** Methods of the named services, known from registration or traffic; `*` has none. */
export function useMethods(serviceIds: readonly string[]) {
  const known = serviceIds.filter((id) => id !== '*').slice(0, 5);
  return useQuery({
    queryKey: [RESOURCES.services, 'methods', known],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        known.map((serviceId) => api.ms.listMethods({ params: { serviceId }, query: { size: 200 } }, { signal })),
      );
      return [...new Set(pages.flatMap((page) => page.items.map((item) => item.method)))];
    },
    enabled: known.length > 0,
    staleTime: 15_000,
    retry: false,
  });
}

export interface ProviderUpdate {
  readonly addresses: string[];
  readonly enabled?: boolean;
  readonly weight?: number;
  readonly force?: boolean;
}

export function useUpdateService(serviceId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (protectThreshold: number) =>
      api.ms.updateService({ params: { serviceId }, body: { protectThreshold } }),
    onSettled: () => void queries.invalidateQueries({ queryKey: [RESOURCES.services] }),
  });
}

export function useUpdateProviders(serviceId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ProviderUpdate) => api.ms.updateProviders({ params: { serviceId }, body }),
    onSettled: () => void queries.invalidateQueries({ queryKey: [RESOURCES.services] }),
  });
}
export type MeshApp = ReplyOf<(typeof ms)['routes']['listApps']>['items'][number];
export type ServiceMethod = ReplyOf<(typeof ms)['routes']['listMethods']>['items'][number];
export type { AnyRule, Consumer, Provider, Service, ServiceDetail };
