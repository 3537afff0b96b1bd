/** A rule that is switched on acts everywhere within this time. */
export const PROMISED_MS = 1000;
/** What a machine may take that has far more to do than it can, such as one that builds other things meanwhile. */
export const ALLOWED_MS = 5000;

/**
 * How long something took, in words; says so where it is later than promised.
 * @throws Error when it is later than any machine should be
 */
export function inTime(what: string, tookMs: number): string {
  const took = `${Math.round(tookMs)} ms`;
  if (tookMs <= PROMISED_MS) return took;
  if (tookMs <= ALLOWED_MS) return `${took}, above the ${PROMISED_MS} ms promised: this machine is busy`;
  throw new Error(`${what} took ${took}; expected ${PROMISED_MS} ms, and ${ALLOWED_MS} ms at most on a busy machine`);
}
