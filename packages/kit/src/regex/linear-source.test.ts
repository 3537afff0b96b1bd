import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearSource, MAX_PARTS } from './linear-source.ts';

const written = (source: string): string => {
  const found = linearSource(source);
  return found.kind === 'linear' ? found.source : found.kind;
};

describe('an expression', () => {
  it.each(['', 'abc', 'a|b', '^/api/v[0-9]+$', '(a(b)c)?', 'x{3}', 'a{16}', '[a{99}]*', 'a{,5}', 'a{x}', '\\(\\)'])(
    '%j is simple',
    (source) => {
      expect(written(source)).toBe('simple');
    },
  );

  it.each([
    ['a{17}', 'a'.repeat(17)],
    ['a{2,18}', `aa${'a?'.repeat(16)}`],
    ['a{17,}', `${'a'.repeat(17)}a*`],
    ['a{0,17}?', 'a??'.repeat(17)],
    ['(ab){17}', '(?:ab)'.repeat(17)],
    ['(?<name>a|b){17}', '(?:a|b)'.repeat(17)],
    ['[)\\]]{17}', '[)\\]]'.repeat(17)],
    ['\\x41{17}', '\\x41'.repeat(17)],
    ['\\u0041{17}', '\\u0041'.repeat(17)],
    ['((a{3}){3}){2}', '(?:(?:aaa)(?:aaa)(?:aaa))'.repeat(2)],
  ])('%j is written out', (source, out) => {
    expect(written(source)).toBe(out);
  });

  it('with many choices is for the linear engine, too', () => {
    expect(written('a?'.repeat(10))).toBe('simple');
    expect(written('a?'.repeat(11))).toBe('a?'.repeat(11));
  });

  it.each([
    ['a count of more parts than there may be', `a{${MAX_PARTS + 1}}`],
    ['counts in counts', '((a{30}){30}){30}'],
    ['a count that no machine counts to', 'a{9999999999}'],
    ['an endless count', `a{${MAX_PARTS},}`],
    ['parts that add up', 'a{300}b{301}'],
    ['groups in groups', `${'('.repeat(52)}a${')'.repeat(52)}`],
  ])('with %s is too large', (_what, source) => {
    expect(written(source)).toBe('too-large');
  });
});

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\.', '\\x61', 'é');
const count = fc.oneof(
  fc.constantFrom('', '*', '+', '?', '*?', '+?', '??'),
  fc.tuple(fc.nat(3), fc.nat(17)).map(([least, more]) => `{${least},${least + more}}`),
  fc.nat(20).map((times) => `{${times}}`),
  fc.nat(3).map((least) => `{${least},}`),
);
// No count within a group: the engine that the original is for would take exponential time to find no match.
const piece = fc.oneof(
  atom,
  fc.tuple(atom, atom).map(([a, b]) => `(${a}|${b})`),
  atom.map((a) => `(?:${a})`),
);
const expression = fc
  .array(fc.tuple(piece, count), { minLength: 1, maxLength: 3 })
  .chain((pairs) => fc.constantFrom('', '|').map((between) => pairs.map(([a, b]) => a + b).join(between)));
const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', 'é'), maxLength: 12 });

it('that is written out matches the same texts, and needs no counting', () => {
  let seen = 0;
  fc.assert(
    fc.property(expression, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
      const out = linearSource(source);
      if (out.kind !== 'linear') return;
      seen++;
      expect(out.source).not.toMatch(/\{\d/);
      const [one, other] = [new RegExp(`^(?:${source})$`), new RegExp(`^(?:${out.source})$`)];
      for (const value of texts) expect([value, other.test(value)]).toEqual([value, one.test(value)]);
    }),
    { numRuns: 1000, seed: 20260101 },
  );
  expect(seen).toBeGreaterThan(100);
});
