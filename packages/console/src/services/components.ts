import { useQuery } from '@tanstack/react-query';
import type { ComponentState } from '@weft/api';
import { api } from './client.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

export function useComponents() {
  return useQuery({
    queryKey: [RESOURCES.components],
    queryFn: ({ signal }) => api.osp.listComponents({}, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}
export type { ComponentState };
