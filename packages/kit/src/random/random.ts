/** A source of randomness; seeded in tests so that runs repeat. Not for secrets. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound); bound 1..2^31. */
  below(bound: number): number;
}

/** xorshift32: four operations a number, period 2^32 - 1. `seed` 0 is replaced by a constant. */
export function createRandom(seed: number): Random {
  let state = seed | 0 || 0x9e3779b9;
  const step = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return {
    next: () => step() / 0x1_0000_0000,
    below: (bound) => Math.floor((step() / 0x1_0000_0000) * bound),
  };
}
