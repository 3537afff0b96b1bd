import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { BodyOf, ExplainResult, ms, RefusedConnection, Sidecar, SidecarDetail } from '@weft/api';
import { api } from './client.ts';
import type { ListQuery } from './paging.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

export interface ProxyFilter {
  readonly keyword?: string;
  readonly app?: string;
  readonly state?: Sidecar['state'];
  readonly healthy?: boolean;
}

export const proxyList = (filter: ProxyFilter) => ({
  key: [RESOURCES.proxies, 'list', filter] as const,
  read: (query: ListQuery) => api.ms.listSidecars({ query: { ...filter, ...query } }),
});

export function useProxy(proxyId: string) {
  return useQuery({
    queryKey: [RESOURCES.proxies, 'one', proxyId],
    queryFn: ({ signal }) => api.ms.getSidecar({ params: { proxyId } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

/** What the admin interface of a proxy answers: JSON as an object, anything else as text. */
export function useProxyAdmin(proxyId: string, path: string, query: Readonly<Record<string, string>> = {}) {
  return useQuery({
    queryKey: [RESOURCES.proxies, 'admin', proxyId, path, query],
    queryFn: ({ signal }) => api.ms.getSidecarAdmin({ params: { proxyId, path }, query }, { signal }),
    staleTime: 10_000,
    retry: false,
  });
}

/** Values of environment variables, null for one that is not set, in the order of the names. */
export function useProxyVariables(proxyId: string, names: readonly string[]) {
  return useQueries({
    queries: names.map((name) => ({
      queryKey: [RESOURCES.proxies, 'env', proxyId, name],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<string | null> => {
        const query = { key: name };
        const answer = await api.ms.getSidecarAdmin({ params: { proxyId, path: 'api/v1/env' }, query }, { signal });
        const { env = {} } = answer as { env?: Readonly<Record<string, string>> };
        return env[name] ?? null;
      },
      staleTime: 10_000,
      retry: false,
    })),
  });
}

/** The first 100; gone from the list by itself when it is mended. */
export function useRefusedConnections() {
  return useQuery({
    queryKey: [RESOURCES.proxies, 'refused'],
    queryFn: ({ signal }) => api.ms.listRefusedConnections({ query: { size: 100 } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

/** Proxies for selects: the first 500. */
export function useProxyChoices() {
  return useQuery({
    queryKey: [RESOURCES.proxies, 'choices'],
    queryFn: ({ signal }) => api.ms.listSidecars({ query: { size: 500, sort: 'app' } }, { signal }),
    staleTime: 10_000,
  });
}

/** Levels of logs, the most severe first. */
export const LOG_LEVELS = [
  'FATAL',
  'ERROR',
  'WARN',
  'INFO',
  'DEBUG',
  'TRACE',
] as const satisfies LogLevelRequest['level'][];
type LogLevelRequest = BodyOf<(typeof ms)['routes']['setSidecarLogLevel']>;

export function useSetLogLevel() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: LogLevelRequest) => api.ms.setSidecarLogLevel({ body }),
    onSettled: () => void queries.invalidateQueries({ queryKey: [RESOURCES.proxies, 'admin'] }),
  });
}

export type ExplainRequest = BodyOf<(typeof ms)['routes']['explain']>;

export function useExplain() {
  return useMutation({ mutationFn: (body: ExplainRequest) => api.ms.explain({ body }) });
}
export type { ExplainResult, RefusedConnection, Sidecar, SidecarDetail };
