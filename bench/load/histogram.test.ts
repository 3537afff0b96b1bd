import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

function exactPercentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1] as number;
}

describe('Histogram', () => {
  it('gives every percentile within 0.1 % (or one tick) of the exact value', () => {
    const latency = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 60_000, noNaN: true }),
    );
    const property = fc.property(
      fc.array(latency, { minLength: 1, maxLength: 300 }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (values, percent) => {
        const histogram = new Histogram();
        for (const value of values) histogram.record(value);
        const exact = exactPercentile(values, percent);
        expect(Math.abs(histogram.percentile(percent) - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.0001);
      },
    );
    fc.assert(property, { seed: 7, numRuns: 300 });
  });

  it('keeps count, maximum and mean', () => {
    const histogram = new Histogram();
    for (const value of [1, 2, 3, 10]) histogram.record(value);
    expect(histogram.summary()).toMatchObject({ count: 4, max: 10, mean: 4 });
  });

  it('is monotonous in the percentile and never above the maximum', () => {
    const histogram = new Histogram();
    for (let value = 1; value <= 1000; value++) histogram.record(value * 1.7);
    let last = 0;
    for (let percent = 0; percent <= 100; percent += 0.5) {
      const value = histogram.percentile(percent);
      expect(value).toBeGreaterThanOrEqual(last);
      expect(value).toBeLessThanOrEqual(1700);
      last = value;
    }
  });

  it('clamps what is outside its range', () => {
    const histogram = new Histogram();
    histogram.record(-5);
    histogram.record(1e9);
    expect(histogram.percentile(1)).toBe(0);
    expect(histogram.percentile(100)).toBeCloseTo(429_496.7295, 3);
  });

  it('says nothing about nothing, and forgets on reset', () => {
    const histogram = new Histogram();
    histogram.record(4);
    histogram.reset();
    expect(histogram.count).toBe(0);
    expect(histogram.percentile(50)).toBeNaN();
  });
});
