/** Milliseconds of one unit of `grpc-timeout`: hours, minutes, seconds, milli-, micro-, nanoseconds. */
const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** Longest delay that a timer takes (2^31 - 1 ms, 24 days). */
const MAX_MS = 0x7fff_ffff;

/**
 * Milliseconds of a `grpc-timeout` value (at most 8 digits and a unit), rounded up, at least 1 and at most 24 days; 0 for a
 * value that is not one.
 */
export function parseGrpcTimeout(text: string): number {
  const digits = text.length - 1;
  if (digits < 1 || digits > 8) return 0;
  const unitMs = UNIT_MS[text[digits] as string];
  if (unitMs === undefined) return 0;
  let count = 0;
  for (let i = 0; i < digits; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return 0;
    count = count * 10 + digit;
  }
  return Math.min(MAX_MS, Math.max(1, Math.ceil(count * unitMs)));
}
