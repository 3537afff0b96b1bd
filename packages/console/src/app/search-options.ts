import type { SearchHit, SearchKind, SearchResult } from '../services/search.ts';

/** Where the hits of a search lead; the key of an option. */
export interface Target {
  readonly to: string;
  readonly search?: Readonly<Record<string, string | number>>;
}

export function targetOf({ kind, id, segment }: SearchHit): Target {
  switch (kind) {
    case 'service':
      return { to: `/services/${encodeURIComponent(id)}` };
    case 'app':
      return { to: '/proxies', search: { app: id } };
    case 'proxy':
      return { to: '/proxies', search: { proxy: id } };
    case 'rule':
      return { to: `/rules/${segment ?? 'limit'}/${id}` };
    case 'trace':
      return { to: '/explain', search: { mode: 'trace', trace: id } };
  }
}

/** The list that has all of a kind, when there is one. */
export function listOf(kind: SearchKind, text: string): Target | null {
  if (kind === 'service') return { to: '/services', search: { keyword: text } };
  return kind === 'proxy' ? { to: '/proxies', search: { keyword: text } } : null;
}

export interface SearchGroup {
  readonly kind: SearchKind;
  readonly hits: readonly SearchHit[];
  /** That fit and are not among the hits. */
  readonly more: number;
}

/** The hits by kind; kinds without one are left out. */
export function groupsOf({ items, totals }: Pick<SearchResult, 'items' | 'totals'>): readonly SearchGroup[] {
  return totals
    .map(({ kind, total }) => {
      const hits = items.filter((hit) => hit.kind === kind);
      return { kind, hits, more: Math.max(0, total - hits.length) };
    })
    .filter(({ hits }) => hits.length > 0);
}
