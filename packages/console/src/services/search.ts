import { useQuery } from '@tanstack/react-query';
import type { SearchHit, SearchKind, SearchResult } from '@weft/api';
import { api } from './client.ts';
import { RESOURCES } from './queries.ts';

/** Shorter texts fit nearly everything; the server refuses them. */
export const MIN_SEARCH = 2;
export const MAX_SEARCH = 256;

export function useSearch(text: string) {
  const q = text.trim();
  return useQuery({
    queryKey: [RESOURCES.search, q],
    queryFn: ({ signal }) => api.ms.search({ query: { q } }, { signal }),
    enabled: q.length >= MIN_SEARCH,
    staleTime: 5000,
    retry: false,
  });
}
export type { SearchHit, SearchKind, SearchResult };
