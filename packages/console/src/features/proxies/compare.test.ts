import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareDocuments, MAX_DIFFERENCES } from './compare.ts';

const paths = (a: unknown, b: unknown) => compareDocuments(a, b).differences.map(({ path }) => path);

test('says what differs, what is only here and what is only there', () => {
  const here = { servers: [{ name: 'a', port: 1 }], only: 'here', same: { x: [1, 2] } };
  const there = { servers: [{ name: 'a', port: 2 }], more: true, same: { x: [1, 2] } };
  expect(compareDocuments(here, there)).toEqual({
    differences: [
      { path: '/servers/[a]/port', here: '1', there: '2' },
      { path: '/only', here: 'here', there: undefined },
      { path: '/more', here: undefined, there: 'true' },
    ],
    more: 0,
  });
});

test('elements with names are compared by name, others by place', () => {
  const a = { name: 'a', size: 1 };
  const b = { name: 'b', size: 2 };
  expect(paths({ list: [a, b] }, { list: [b, a] })).toEqual([]);
  expect(paths({ list: [a] }, { list: [b, a] })).toEqual(['/list/[b]']);
  // Two of one name tell nothing.
  expect(paths({ list: [a, a] }, { list: [a, { ...a, size: 9 }] })).toEqual(['/list/1/size']);
  expect(paths([1, 2], [1, 3, 4])).toEqual(['/1', '/2']);
});

test('a document is no different from itself, and differences have two sides', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      // JSON has one nought; as text, which is what is shown, the other is the same.
      const [x, y] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
      expect(paths(x, structuredClone(x))).toEqual([]);
      expect(paths(y, x).sort()).toEqual(paths(x, y).sort());
    }),
  );
});

test('stops at a bound and says how many more there are', () => {
  const big = Object.fromEntries(Array.from({ length: MAX_DIFFERENCES + 7 }, (_, at) => [`key${at}`, at]));
  const { differences, more } = compareDocuments(big, {});
  expect([differences.length, more]).toEqual([MAX_DIFFERENCES, 7]);
});
