/** A range of time: so many seconds up to now, or from one instant to another. */
export interface TimeRange {
  /** Length; of a range that follows now, all that it is. */
  readonly spanSeconds: number;
  /** Of a range that does not follow now: RFC 3339. */
  readonly fixed: { readonly start: string; readonly end: string } | null;
}

/** The longest range that the server takes. */
export const MAX_RANGE_SECONDS = 604_800;

/** A range as queries take it; one that follows now is worked out anew for each look. */
export function rangeQuery({ spanSeconds, fixed }: TimeRange): { start: string; end: string } {
  if (fixed !== null) return fixed;
  const end = Date.now();
  return { start: new Date(end - spanSeconds * 1000).toISOString(), end: new Date(end).toISOString() };
}
