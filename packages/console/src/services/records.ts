import { useMutation, useQuery } from '@tanstack/react-query';
import type { BacktestResult, BodyOf, ms, RecordedRow, TraceHop, TraceResult, WhyFinding } from '@weft/api';
import type { RuleSegment } from '@weft/api/rules';
import { api } from './client.ts';
import { LIVE_INTERVAL_MS, RESOURCES } from './queries.ts';

/** Every proxy is asked for them. */
const RECENT_INTERVAL_MS = 15_000;

/** Where one request went; asked for once, as what is remembered does not change. */
export function useTrace(traceId: string | undefined) {
  return useQuery({
    queryKey: [RESOURCES.records, 'trace', traceId],
    queryFn: ({ signal }) => api.ms.traceRequest({ params: { traceId: traceId ?? '' } }, { signal }),
    enabled: traceId !== undefined,
    retry: false,
  });
}

/** The newest requests that rules did something to. */
export function useRecentRequests(filter: { readonly app?: string; readonly ruleDbId?: number }, enabled = true) {
  return useQuery({
    queryKey: [RESOURCES.records, 'recent', filter],
    queryFn: ({ signal }) => api.ms.listRecordedRequests({ query: filter }, { signal }),
    enabled,
    refetchInterval: RECENT_INTERVAL_MS,
  });
}

type BacktestRequest = BodyOf<(typeof ms)['routes']['backtestRule']>;

export function useBacktest() {
  return useMutation({ mutationFn: (body: BacktestRequest) => api.ms.backtestRule({ body }) });
}

export function useWhy(type: RuleSegment, id: number) {
  return useQuery({
    queryKey: [RESOURCES.records, 'why', type, id],
    queryFn: ({ signal }) => api.ms.whyRule({ query: { type, id } }, { signal }),
    refetchInterval: LIVE_INTERVAL_MS,
  });
}
export type { BacktestResult, RecordedRow, TraceHop, TraceResult, WhyFinding };
