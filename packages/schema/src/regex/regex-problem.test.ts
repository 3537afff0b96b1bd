import { limitBacktracking } from '@weft/kit/limit-backtracking';
import { compileRegex, linearSource } from '@weft/kit/regex';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capturingRegexProblem, regexProblem } from './regex-problem.ts';

limitBacktracking();

test.each([
  ['^/v[0-9]+/', null],
  ['(?<year>\\d{4})', null],
  ['(?:a|b)*', null],
  ['[(?=]', null],
  ['\\(?=', null],
  ['[\\1]', null],
  ['\\\\1', null],
  ['a(?=b)', 'look-ahead is not possible here, because matching must take linear time'],
  ['a(?!b)', 'look-ahead is not possible here, because matching must take linear time'],
  ['(?<=a)b', 'look-behind is not possible here, because matching must take linear time'],
  ['(?<!a)b', 'look-behind is not possible here, because matching must take linear time'],
  ['(a)\\1', 'a back-reference is not possible here, because matching must take linear time'],
  ['(?<n>a)\\k<n>', 'a back-reference is not possible here, because matching must take linear time'],
  ['(?i:a)', 'a modifier is not possible here, because matching must take linear time'],
  ['(?-s:a)', 'a modifier is not possible here, because matching must take linear time'],
  ['[a]\\1(b)', 'a back-reference is not possible here, because matching must take linear time'],
])('%s', (source, message) => {
  expect(regexProblem(source)?.message ?? null).toBe(message);
});

test.each(['(', '[', 'a**', '*', '(?<n>a)(?<n>b)', '(?P<n>a)'])('%s is no expression', (source) => {
  expect(regexProblem(source)).toMatchObject({ expected: 'a regular expression' });
});

const NESTED = '(a{1,20}){1,20}$';
const HOST = '^([a-z0-9]{1,63}[.]?){1,8}$';

test.each([
  ['a{3}', 'simple'],
  ['(?:a{1,4}){4}b+', 'simple'],
  [`^/${'x'.repeat(2000)}$`, 'simple'],
  [`^(?:${Array.from({ length: 100 }, (_, i) => `service-${i}`).join('|')})$`, 'simple'],
  ['a{1,17}', 'linear'],
  ['(a|aa){1,60}$', 'linear'],
  [HOST, 'linear'],
  ['a?'.repeat(11), 'linear'],
  [NESTED, 'linear'],
  ['(a{1,100}){1,100}$', 'too-large'],
  ['a{601}', 'too-large'],
  ['((((((((((a+)+)+)+)+)+)+)+)+)+)+', 'too-large'],
  ['('.repeat(60) + ')'.repeat(60), 'too-large'],
  // Not counted: braces that stand for themselves, and classes.
  ['a{,700}b{x}[{700}]', 'simple'],
])('%s is %s', (source, kind) => {
  expect(linearSource(source).kind).toBe(kind);
  expect(regexProblem(source) === null).toBe(kind !== 'too-large');
});

test('groups can only be used of simple expressions', () => {
  expect(capturingRegexProblem('^/(a{1,16})')).toBe(null);
  expect(capturingRegexProblem('^/(a{1,17})')).toMatchObject({ message: expect.stringContaining('simple') as string });
  expect(capturingRegexProblem('(')).toMatchObject({ expected: 'a regular expression' });
});

test.each([
  ['a{0}b', 'b', 'a'],
  ['^\\x41{2,}$', 'AAA', 'A'],
  ['^(?:a|b){2,3}?$', 'ab', 'abba'],
  ['^[}\\]]{17}$', `${'}]'.repeat(8)}}`, '}'.repeat(16)],
  ['^\\u00e9{20}$', 'é'.repeat(20), 'é'.repeat(19)],
  ['^(?<n>a|bc){1,20}$', 'abcabc', 'ac'],
])('%s matches the same written out', (source, yes, no) => {
  const regex = compileRegex(source);
  expect([regex.test(yes), regex.test(no)]).toEqual([true, false]);
});

// A caller chooses the text. What would take years is over before the test is.
test.each([
  [HOST, `${'a'.repeat(63)}!`],
  ['(a|aa){1,60}$', `${'a'.repeat(100)}!`],
  [NESTED, `${'a'.repeat(30)}!`],
  ['(?:a?){30}a{30}$', `${'a'.repeat(100)}!`],
  [`${'a?'.repeat(60)}${'a'.repeat(60)}$`, `${'a'.repeat(100)}!`],
  ['(a+)+$', `${'a'.repeat(10_000)}!`],
])('%s takes linear time', (source, text) => {
  expect(compileRegex(source).test(text)).toBe(false);
});

const atom = fc.oneof(fc.constantFrom('a', 'b', '.', '[ab]', '\\w', '\\x61', 'aab'), fc.constantFrom('^', '$', '\\b'));
const quantifier = fc.constantFrom('', '*', '+', '?', '{2}', '{0,3}', '{1,16}', '{2,}', '{3}?', '*?', '{1,20}', '{0}');
const { expression } = fc.letrec((tie) => ({
  expression: fc
    .array(fc.oneof({ weight: 4, arbitrary: tie('term') }, { weight: 1, arbitrary: fc.constant('|') }), {
      maxLength: 6,
    })
    .map((terms) => terms.join('')),
  term: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(atom, quantifier).map(([text, times]) => (/^[\^$]|^\\b/.test(text) ? text : text + times)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('(', '(?:'), tie('expression'), quantifier)
        .map(([open, body, times]) => `${open}${String(body)})${times}`),
    },
  ),
}));

test('what is accepted is linear for V8, and matches what it says', () => {
  fc.assert(
    fc.property(expression, fc.stringMatching(/^[ab!]{0,12}$/), (drawn, text) => {
      const source = String(drawn);
      const linear = linearSource(source);
      if (linear.kind === 'too-large') return;
      const taken = new RegExp(linear.kind === 'simple' ? source : linear.source, 'l');
      expect(taken.test(text)).toBe(new RegExp(source).test(text));
    }),
    { seed: 7, numRuns: 3000 },
  );
});
