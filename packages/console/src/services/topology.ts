import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Topology, TopologyEdge, TopologyNode } from '@weft/api';
import { api } from './client.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

/** A range that follows now: it is worked out anew for each look. */
function rangeOf(spanSeconds: number): { start: string; end: string } {
  const end = Date.now();
  return { start: new Date(end - spanSeconds * 1000).toISOString(), end: new Date(end).toISOString() };
}

export function useTopology(spanSeconds: number, groupBy: 'app' | 'version' | 'zone', paused: boolean) {
  return useQuery({
    queryKey: [RESOURCES.topology, 'graph', spanSeconds, groupBy],
    queryFn: ({ signal }) => api.ms.getTopology({ query: { ...rangeOf(spanSeconds), groupBy } }, { signal }),
    refetchInterval: paused ? false : LIVE_INTERVAL_MS,
    placeholderData: keepPreviousData,
  });
}

export function useTopologyNode(id: string, spanSeconds: number) {
  return useQuery({
    queryKey: [RESOURCES.topology, 'node', id, spanSeconds],
    queryFn: ({ signal }) => api.ms.getTopologyNode({ params: { id }, query: rangeOf(spanSeconds) }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
    placeholderData: keepPreviousData,
  });
}

export function useTopologyEdge(id: string, spanSeconds: number) {
  return useQuery({
    queryKey: [RESOURCES.topology, 'edge', id, spanSeconds],
    queryFn: ({ signal }) => api.ms.getTopologyEdge({ params: { id }, query: rangeOf(spanSeconds) }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
    placeholderData: keepPreviousData,
  });
}
export type { Topology, TopologyEdge, TopologyNode };
