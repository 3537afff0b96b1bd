import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, pairwiseRatios, spreadOf } from './statistics.ts';

describe('median', () => {
  it('is the middle, or the mean of the two middles', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('has as many values below as above', () => {
    const property = fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const middle = median(values);
      const below = values.filter((value) => value < middle).length;
      const above = values.filter((value) => value > middle).length;
      expect(below).toBeLessThanOrEqual(values.length / 2);
      expect(above).toBeLessThanOrEqual(values.length / 2);
    });
    fc.assert(property, { seed: 11 });
  });
});

describe('spreadOf', () => {
  it('relates the range to the median', () => {
    expect(spreadOf([80, 100, 120])).toEqual({ median: 100, min: 80, max: 120, spread: 0.4, count: 3 });
  });
});

describe('pairwiseRatios', () => {
  it('compares within rounds, so a slow phase of the machine cancels out', () => {
    // The machine halves its speed after two rounds; the subject is always twice as fast.
    const ratio = pairwiseRatios([200, 200, 100, 100], [100, 100, 50, 50]);
    expect(ratio).toMatchObject({ median: 2, min: 2, max: 2, spread: 0 });
  });

  it('leaves out rounds that only one side has, or in which the peer did nothing', () => {
    expect(pairwiseRatios([1, 2, 3], [1, 0])).toMatchObject({ median: 1, count: 1 });
  });
});
