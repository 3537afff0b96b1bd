import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AuthLists, Breaker } from '@weft/api';
import { api } from './client.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

/** Circuit breakers of a rule, as the proxies have them now. */
export function useBreakers(ruleDbId: number) {
  return useQuery({
    queryKey: [RESOURCES.rules, 'fuse', 'breakers', ruleDbId],
    queryFn: ({ signal }) => api.ms.listBreakers({ query: { ruleDbId } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

export function useResetBreakers() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ruleDbId: number) => api.ms.resetBreakers({ body: { ruleDbId } }),
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
export type { AuthLists, Breaker };
