/** Sum of the weights of a rule. */
export const FULL_WEIGHT = 100;

/**
 * The group that a draw falls into.
 *
 * @param weights sum to 100
 * @param random from 0 up to, and not including, 1
 */
export function drawGroup(weights: readonly number[], random: number): number {
  let rest = random * FULL_WEIGHT;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    last = i;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}

/** The order in which groups are tried when `first` was drawn: the others by weight, the heaviest first, equal ones as listed. */
export function groupOrder(weights: readonly number[], first: number, faultProtection: boolean): number[] {
  if (!faultProtection) return [first];
  const others = weights.map((_, index) => index).filter((index) => index !== first);
  return [first, ...others.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b)];
}
