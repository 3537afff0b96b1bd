/** Steps this short end before the report of their last second is there. */
const SHORT_STEP_SECONDS = 5;

/** The points that are over: the last one of a range up to now is still being filled, and would look like a drop. */
export function wholePoints<Point>(points: readonly Point[], stepSeconds: number): readonly Point[] {
  const unfinished = stepSeconds < SHORT_STEP_SECONDS ? 2 : 1;
  return points.length > unfinished + 1 ? points.slice(0, -unfinished) : points;
}

/** Mean response time; nothing where there was no request. */
export function meanOf(point: { readonly requests: number; readonly rtMs: number }): number | null {
  return point.requests === 0 ? null : point.rtMs;
}
