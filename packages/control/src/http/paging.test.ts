import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiFailure } from './failure.ts';
import { pageOfQuery, pageOfRows, sortOfQuery } from './paging.ts';

test('a query without words has the first twenty', () => {
  expect(pageOfQuery({})).toEqual({ page: 1, size: 20, offset: 0 });
  expect(pageOfQuery({ page: 4, size: 50 })).toEqual({ page: 4, size: 50, offset: 150 });
});

test.each([
  [undefined, { field: 'name', direction: 'desc' }],
  ['name', { field: 'name', direction: 'asc' }],
  ['-at', { field: 'at', direction: 'desc' }],
])('sort %j is %j', (sort, expected) => {
  expect(sortOfQuery(sort === undefined ? {} : { sort }, ['name', 'at'], '-name')).toEqual(expected);
});

test.each(['', '-', 'secret', '--name', 'Name', '__proto__'])('sort %j is refused with what there is', (sort) => {
  try {
    sortOfQuery({ sort }, ['name', 'at'], 'name');
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    expect(error.code).toBe('INVALID');
    expect(JSON.stringify(error.fields)).toContain('expected one of name, at');
  }
});

const rowsOf = fc.array(
  fc.record({ name: fc.option(fc.string({ maxLength: 2 }), { nil: null }), at: fc.integer({ min: 0, max: 5 }) }),
  { maxLength: 40 },
);

test('the pages together are all rows, sorted, each once; what is the same stays in its order', () => {
  fc.assert(
    fc.property(
      rowsOf,
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom('name', '-name', 'at', '-at'),
      (rows, size, sort) => {
        const indexed = rows.map((row, index) => ({ ...row, index }));
        const pages = Math.ceil(rows.length / size) + 1;
        const seen = Array.from({ length: pages }, (_, at) =>
          pageOfRows(indexed, { page: at + 1, size, sort }, ['name', 'at'], 'name'),
        );
        for (const page of seen) expect(page).toMatchObject({ total: rows.length, size });
        const all = seen.flatMap(({ items }) => items);
        expect(all.map(({ index }) => index).sort((a, b) => a - b)).toEqual(rows.map((_, index) => index));
        const field = sort.replace('-', '') as 'name' | 'at';
        for (let i = 1; i < all.length; i++) {
          const [before, after] = [all[i - 1], all[i]] as [(typeof all)[number], (typeof all)[number]];
          const [low, high] = sort.startsWith('-') ? [after, before] : [before, after];
          // What is not there comes before everything else.
          const [a, b] = [low[field], high[field]];
          expect(a === null || (b !== null && a <= b)).toBe(true);
          if (a === b) expect(before.index).toBeLessThan(after.index);
        }
      },
    ),
  );
});
