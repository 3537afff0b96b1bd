import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AnyRule, Consumer, Provider, Service, ServiceDetail } from '@weft/api';
import { api } from './client.ts';
import type { ListQuery } from './paging.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

export interface ServiceFilter {
  readonly keyword?: string;
  readonly type?: string;
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

export function useServiceMetrics(serviceId: string, spanSeconds: number) {
  return useQuery({
    queryKey: [RESOURCES.services, 'metrics', serviceId, spanSeconds],
    queryFn: ({ signal }) => {
      const end = Date.now();
      const start = new Date(end - spanSeconds * 1000).toISOString();
      return api.ms.getServiceMetrics(
        { params: { serviceId }, query: { start, end: new Date(end).toISOString() } },
        { signal },
      );
    },
    refetchInterval: LIVE_INTERVAL_MS,
    placeholderData: keepPreviousData,
  });
}

/** Apps with what they provide and consume, for the selects of forms. */
export function useApps() {
  return useQuery({
    queryKey: [RESOURCES.apps],
    queryFn: ({ signal }) => api.ms.listApps({ query: { size: 500 } }, { signal }),
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
export type { AnyRule, Consumer, Provider, Service, ServiceDetail };
