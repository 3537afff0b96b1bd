import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FreezeBody } from '@weft/api';
import { api } from './client.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

const FREEZE_KEY = [RESOURCES.components, 'freeze'] as const;

/** Whether pushing to the proxies of the workspace is stopped. */
export function useFreeze() {
  return useQuery({
    queryKey: FREEZE_KEY,
    queryFn: ({ signal }) => api.drm.getWorkspaceFreeze({}, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}

/** Stops it, or with null lets it go on; the banner and the push states follow at once. */
export function useFreezeChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: FreezeBody | null) =>
      body === null ? api.drm.thawWorkspace() : api.drm.freezeWorkspace({ body }),
    onSuccess: async () => {
      for (const resource of [RESOURCES.components, RESOURCES.rules])
        await queries.invalidateQueries({ queryKey: [resource] });
    },
  });
}
