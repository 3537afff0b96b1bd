import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DURATION_BOUNDS_SECONDS,
  durationBucket,
  OVERHEAD_BOUNDS_SECONDS,
  overheadBucket,
  statusCell,
} from './buckets.ts';
import { DOWNSTREAM, PROCESS, UPSTREAM } from './cells.ts';
import { LAYOUTS } from './layout.ts';
import { METRIC_TABLE } from './metric-table.ts';

test('every cell belongs to exactly one row or histogram', () => {
  for (const layout of Object.values(LAYOUTS)) {
    const owners = new Array<number>(layout.cells).fill(0);
    for (const row of layout.rows) owners[row.cell]!++;
    for (const { firstCell, boundsSeconds, sumCell } of layout.histograms) {
      for (let i = 0; i <= boundsSeconds.length; i++) owners[firstCell + i]!++;
      owners[sumCell]!++;
    }
    expect(owners).toEqual(owners.map(() => 1));
  }
});

test('min, max and total of a time are neighbours, in this order', () => {
  for (const cells of [DOWNSTREAM, UPSTREAM] as Record<string, number>[]) {
    for (const [name, cell] of Object.entries(cells)) {
      if (!name.endsWith('_min')) continue;
      const stem = name.slice(0, -'_min'.length);
      expect([cells[`${stem}_max`], cells[`${stem}_total`]]).toEqual([cell + 1, cell + 2]);
    }
  }
});

test('the sets of the compatible metrics are complete', () => {
  const statuses = [200, 206, 302, 304, 400, 403, 404, 416, 499, 500, 502, 503, 504];
  for (const status of statuses)
    expect(statusCell(status)).toBe((DOWNSTREAM as Record<string, number>)[`request_${status}_total`]);
  for (const status of [0, -1, 201, 999, 1000, 65_535, Number.NaN])
    expect(statusCell(status)).toBe(DOWNSTREAM.request_other_code);
  expect(Object.keys(UPSTREAM)).toHaveLength(30);
  expect(Object.keys(PROCESS).length).toBeGreaterThan(20);
});

test.each([
  ['duration', durationBucket, DURATION_BOUNDS_SECONDS, DOWNSTREAM.duration_bucket],
  ['overhead', overheadBucket, OVERHEAD_BOUNDS_SECONDS, DOWNSTREAM.overhead_bucket],
] as const)('%s bucket equals a linear search', (_, bucket, bounds, first) => {
  const linear = (ms: number): number => {
    const index = bounds.findIndex((bound) => ms <= bound * 1000);
    return first + (index < 0 ? bounds.length : index);
  };
  for (const bound of bounds) expect(bucket(bound * 1000)).toBe(linear(bound * 1000));
  fc.assert(
    fc.property(fc.double({ min: 0, max: 60_000, noNaN: true }), (ms) => bucket(ms) === linear(ms)),
    { seed: 3, numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (ms) => bucket(ms) === linear(ms)),
    { seed: 3, numRuns: 500 },
  );
  expect(bucket(Number.NaN)).toBe(first + bounds.length);
});

test('metric names are unique and native ones follow the conventions', () => {
  const names = METRIC_TABLE.map((row) => row.name);
  expect(new Set(names).size).toBe(names.length);
  for (const row of METRIC_TABLE) {
    expect(row.help).toMatch(/\.$/);
    if (!row.name.startsWith('weft_')) continue;
    expect(row.name.endsWith('_total')).toBe(row.type === 'counter');
    if (row.unit === 'seconds') expect(row.name).toMatch(/_seconds(_total)?$/);
  }
});
