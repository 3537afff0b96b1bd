import { ApiFailure } from '../http/index.ts';

const MAX_SPAN_MS = 7 * 86_400_000;

export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** The range of a query; `end` is now and `start` so long before it when they are not given. @throws ApiFailure RANGE_TOO_LONG */
export function rangeOf(
  query: { readonly start?: string | undefined; readonly end?: string | undefined },
  nowMs: number,
  defaultSpanMs: number,
): TimeRange {
  const endMs = query.end === undefined ? nowMs : Date.parse(query.end);
  const startMs = query.start === undefined ? endMs - defaultSpanMs : Date.parse(query.start);
  if (Number.isNaN(endMs) || Number.isNaN(startMs) || endMs <= startMs || endMs - startMs > MAX_SPAN_MS)
    throw new ApiFailure(
      'RANGE_TOO_LONG',
      `the range from ${query.start ?? 'the default'} to ${query.end ?? 'now'} is not one of more than 0 s and at most 7 days`,
      { fields: [{ path: 'query.start', message: 'expected an instant before end, at most 7 days' }] },
    );
  return { startMs, endMs };
}

export const MINUTE_MS = 60_000;
export const iso = (ms: number): string => new Date(ms).toISOString();
