/** Medians, spreads and pairwise ratios: the only statistics that a figure in a report is made of. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** (max − min) / median; above `WIDE_SPREAD` a figure is marked. */
  readonly spread: number;
  readonly count: number;
}

/** From this relative spread on a figure says little, and the report says so. */
export const WIDE_SPREAD = 0.3;

export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  const middle = median(values);
  const min = Math.min(...values);
  const max = Math.max(...values);
  return { median: middle, min, max, spread: middle === 0 ? 0 : (max - min) / Math.abs(middle), count: values.length };
}

/**
 * The ratios of what two subjects did in the same round, one per round. Rounds are seconds apart, so a slow phase of the
 * machine hits both sides of a ratio; the ratio of the medians would mix phases.
 */
export function pairwiseRatios(subject: readonly number[], peer: readonly number[]): Spread {
  const rounds = Math.min(subject.length, peer.length);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const divisor = peer[round] as number;
    if (divisor !== 0) ratios.push((subject[round] as number) / divisor);
  }
  return spreadOf(ratios);
}
