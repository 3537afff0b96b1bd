import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HistogramLayout, percentile } from './histogram.ts';
import { Ring } from './ring.ts';

const SHAPE = { stepMs: 1000, cells: 300 };
const START = 1_700_000_000_000;

function sumOf(ring: Ring, startMs: number, endMs: number): number {
  let sum = 0;
  ring.visit(startMs, endMs, (_, cells, offset) => {
    sum += cells[offset] as number;
  });
  return sum;
}

describe('a ring', () => {
  test('holds what was added for as long as it reaches back, whatever the gaps', () => {
    const step = fc.record({ gapMs: fc.nat(100_000), count: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ring = new Ring(SHAPE, 2);
        const added: { atMs: number; count: number }[] = [];
        let atMs = START;
        for (const { gapMs, count } of steps) {
          atMs += gapMs;
          ring.add(atMs, [count, 1]);
          added.push({ atMs, count });
        }
        const startMs = Math.ceil((atMs - SHAPE.stepMs * SHAPE.cells) / SHAPE.stepMs) * SHAPE.stepMs + SHAPE.stepMs;
        const expected = added.filter((item) => item.atMs >= startMs).reduce((sum, { count }) => sum + count, 0);
        expect(sumOf(ring, startMs, atMs + 1)).toBe(expected);
      }),
      { seed: 7 },
    );
  });

  test('does not give what is older than a round', () => {
    const ring = new Ring(SHAPE, 1);
    ring.add(START, [5]);
    const round = SHAPE.stepMs * 60 * (SHAPE.cells / 60 + 1);
    ring.add(START + round, [7]);
    expect(sumOf(ring, START + round - 1000, START + round + 1000)).toBe(7);
    // What comes late, for a time that is overwritten, is left out.
    ring.add(START, [100]);
    expect(sumOf(ring, START - 1000, START + round + 1000)).toBe(7);
    expect([ring.isIdle(START + round), ring.isIdle(START + 3 * round)]).toEqual([false, true]);
  });

  test('a range takes the cells that begin in it', () => {
    const ring = new Ring(SHAPE, 1);
    for (let i = 0; i < 10; i++) ring.add(START + i * 1000, [1]);
    expect(sumOf(ring, START + 2000, START + 5000)).toBe(3);
  });
});

describe('durations by bucket', () => {
  const bounds = [1, 2, 5, 10];

  test('percentiles lie between the bounds of their bucket, and grow with the share', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 5, maxLength: 5 }), (counts) => {
        const shares = [0.01, 0.5, 0.9, 0.99, 1];
        const values = shares.map((share) => percentile(counts, bounds, share));
        if (counts.every((count) => count === 0)) {
          expect(values).toEqual(shares.map(() => null));
          return;
        }
        const numbers = values as number[];
        expect([...numbers].sort((a, b) => a - b)).toEqual(numbers);
        expect(Math.max(...numbers)).toBeLessThanOrEqual(10);
      }),
      { seed: 3 },
    );
    expect(percentile([0, 0, 10, 0, 0], bounds, 0.5)).toBe(3.5);
    expect(percentile([0, 0, 0, 0, 4], bounds, 0.5)).toBe(10);
  });

  test('other bounds are put into the buckets that hold them; no count is lost', () => {
    const layout = new HistogramLayout();
    expect(layout.place([1, 2, 3], [10, 100])).toEqual([1, 2, 3]);
    expect(layout.place([1, 1, 1, 1], [5, 10, 1000])).toEqual([2, 0, 2]);
    expect(layout.place([1, 1], [10, 100])).toBe(null);
    expect(layout.place([], [])).toBe(null);
  });
});
