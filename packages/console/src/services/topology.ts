import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Topology, TopologyEdge, TopologyNode } from '@weft/api';
import { api } from './client.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';
import { rangeQuery, type TimeRange } from './range.ts';

export function useTopology(range: TimeRange, groupBy: 'app' | 'version' | 'zone', paused: boolean) {
  return useQuery({
    queryKey: [RESOURCES.topology, 'graph', range, groupBy],
    queryFn: ({ signal }) => api.ms.getTopology({ query: { ...rangeQuery(range), groupBy } }, { signal }),
    refetchInterval: paused || range.fixed !== null ? false : LIVE_INTERVAL_MS,
    placeholderData: keepPreviousData,
  });
}

export function useTopologyNode(id: string, range: TimeRange) {
  return useQuery({
    queryKey: [RESOURCES.topology, 'node', id, range],
    queryFn: ({ signal }) => api.ms.getTopologyNode({ params: { id }, query: rangeQuery(range) }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
    placeholderData: keepPreviousData,
  });
}

export function useTopologyEdge(id: string, range: TimeRange) {
  return useQuery({
    queryKey: [RESOURCES.topology, 'edge', id, range],
    queryFn: ({ signal }) => api.ms.getTopologyEdge({ params: { id }, query: rangeQuery(range) }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
    placeholderData: keepPreviousData,
  });
}
export type { Topology, TopologyEdge, TopologyNode };
