import type { Paging } from '@weft/api';
import { invalid } from './failure.ts';

export interface Page<T> {
  readonly items: T[];
  readonly total: number;
  readonly page: number;
  readonly size: number;
}

/** Page, size and offset of a query, with the defaults of the contract. */
export function pageOfQuery(query: Paging): { readonly page: number; readonly size: number; readonly offset: number } {
  const page = query.page ?? 1;
  const size = query.size ?? 20;
  return { page, size, offset: (page - 1) * size };
}

/** Field and direction of `sort`; @throws when the field is not among `allowed`. */
export function sortOfQuery<F extends string>(
  query: Paging,
  allowed: readonly F[],
  fallback: `-${F}` | F,
): { readonly field: F; readonly direction: 'asc' | 'desc' } {
  const sort = query.sort ?? fallback;
  const descending = sort.startsWith('-');
  const field = (descending ? sort.slice(1) : sort) as F;
  if (!allowed.includes(field))
    throw invalid(
      'query.sort',
      `found "${sort}", expected one of ${allowed.join(', ')}, with - in front for descending`,
    );
  return { field, direction: descending ? 'desc' : 'asc' };
}

/** One page of rows that are in memory, sorted. */
export function pageOfRows<T extends object>(
  rows: readonly T[],
  query: Paging,
  allowed: readonly (keyof T & string)[],
  fallback: string,
): Page<T> {
  const { field, direction } = sortOfQuery(query, allowed, fallback as keyof T & string);
  const { page, size, offset } = pageOfQuery(query);
  const sign = direction === 'asc' ? 1 : -1;
  const sorted = [...rows].sort((a, b) => sign * compare(a[field], b[field]));
  return { items: sorted.slice(offset, offset + size), total: rows.length, page, size };
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return a < b ? -1 : 1;
}
