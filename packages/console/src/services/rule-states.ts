import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AuthLists, Breaker, IsolatedInstance } from '@weft/api';
import { api } from './client.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

/** Circuit breakers of a rule, or of all that are on, as the proxies have them now. */
export function useBreakers(ruleDbId: number | null) {
  return useQuery({
    queryKey: [RESOURCES.rules, 'fuse', 'breakers', ruleDbId],
    queryFn: ({ signal }) => api.ms.listBreakers({ query: ruleDbId === null ? {} : { ruleDbId } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

export interface BreakersToReset {
  readonly ruleDbId: number;
  readonly resource?: string;
  readonly proxyId?: string;
  readonly comment?: string;
}

/** Instances that rules isolate, as the proxies have them now. */
export function useIsolated(enabled = true) {
  return useQuery({
    queryKey: [RESOURCES.rules, 'isolate', 'instances'],
    queryFn: ({ signal }) => api.ms.listIsolated({}, { signal }),
    enabled,
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

export interface InstanceToRelease {
  readonly ruleDbId: number;
  readonly host: string;
  readonly proxyId: string;
  readonly comment?: string;
}

export function useReleaseIsolated() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: InstanceToRelease) => api.ms.releaseIsolated({ body }),
    onSettled: () => void queries.invalidateQueries({ queryKey: [RESOURCES.rules, 'isolate'] }),
  });
}

export function useResetBreakers() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: BreakersToReset) => api.ms.resetBreakers({ body }),
    onSettled: () => void queries.invalidateQueries({ queryKey: [RESOURCES.rules, 'fuse'] }),
  });
}

/** Switches of whitelists and blacklists. */
export function useAuthLists(enabled: boolean) {
  return useQuery({
    queryKey: [RESOURCES.rules, 'auth', 'lists'],
    queryFn: ({ signal }) => api.ms.listAuthLists({}, { signal }),
    enabled,
  });
}

export type ListSwitch = Pick<AuthLists, 'app' | 'service'> &
  Partial<Pick<AuthLists, 'whiteListEnabled' | 'blackListEnabled'>>;

export function useSwitchAuthLists() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ListSwitch) => api.ms.switchAuthLists({ body }),
    onSettled: () => void queries.invalidateQueries({ queryKey: [RESOURCES.rules, 'auth'] }),
  });
}
export type { AuthLists, Breaker, IsolatedInstance };
