import { MAX_RANGE_SECONDS, type TimeRange } from '../services/range.ts';
import type { View } from './url-state.ts';

/** Seconds of the ranges that follow now. */
export const SPANS = [60, 300, 900, 3600, 21_600, 86_400, MAX_RANGE_SECONDS] as const;
export type Span = (typeof SPANS)[number];

/** The range of an address: `start` and `end`, else `span` in seconds, else the usual one of the page. */
export function rangeOfView(view: View, fallback: Span): TimeRange {
  const fixed = fixedRange(Date.parse(String(view['start'])), Date.parse(String(view['end'])));
  if (fixed !== null) return fixed;
  const chosen = Number(view['span'] ?? fallback);
  return { spanSeconds: SPANS.find((seconds) => seconds === chosen) ?? fallback, fixed: null };
}

/** Null for what is no range, or one that is longer than the server takes. */
export function fixedRange(startMs: number, endMs: number): TimeRange | null {
  const spanSeconds = (endMs - startMs) / 1000;
  if (!(spanSeconds > 0 && spanSeconds <= MAX_RANGE_SECONDS)) return null;
  return { spanSeconds, fixed: { start: new Date(startMs).toISOString(), end: new Date(endMs).toISOString() } };
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** An instant as a field for date and time has it, in the zone of the browser or in UTC. */
export function toField(ms: number, utc: boolean): string {
  const at = new Date(ms);
  if (utc) return at.toISOString().slice(0, 19);
  const day = [at.getFullYear(), pad(at.getMonth() + 1), pad(at.getDate())].join('-');
  return `${day}T${[at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join(':')}`;
}

/** Milliseconds of what stands in such a field; NaN while it is not complete. */
export const ofField = (text: string, utc: boolean): number => Date.parse(utc && text !== '' ? `${text}Z` : text);
