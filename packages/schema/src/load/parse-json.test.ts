import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson, SyntaxProblem } from './parse-json.ts';

function syntaxProblem(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxProblem) return `${error.line}:${error.column} ${error.message}`;
    throw error;
  }
  return 'it was accepted';
}

test('reads what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'medium' }), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
    { seed: 1 },
  );
});

test('agrees with JSON.parse about what is JSON, but for keys that are there twice', () => {
  const text = fc.array(fc.constantFrom(...'{}[]",:\\ntru1-.e0/ \n'.split(''), 'null', 'true', '"a"', '"b":'), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const text = parts.join('');
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        expect(syntaxProblem(text)).not.toBe('it was accepted');
        return;
      }
      if (!/(".").*\1/s.test(text)) expect(parseJson(text)).toEqual(expected);
    }),
    { numRuns: 5000, seed: 2 },
  );
});

test('a byte order mark means nothing', () => {
  expect(parseJson('\ufeff{"a": 1}')).toEqual({ a: 1 });
});

test('"__proto__" is a key of its own', () => {
  const value = parseJson('{"__proto__": {"polluted": true}}') as object;
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test.each([
  ['', '1:1 expected a value (found the end of the file)'],
  ['{\n  "a": 1,\n  "a": 2\n}', '3:3 the key "a" is there twice (found "\\"")'],
  ['{\n  "a": 1,\n}', '3:1 a comma before "}" (found "}")'],
  ['[1, 2,]', '1:7 a comma before "]" (found "]")'],
  ['{"a" 1}', '1:6 expected ":" after a key (found "1")'],
  ['{"a": 1 "b": 2}', '1:9 expected "," or "}" (found "\\"")'],
  ['[1 2]', '1:4 expected "," or "]" (found "2")'],
  ['{a: 1}', '1:2 expected a key in double quotes (found "a")'],
  ["{'a': 1}", '1:2 expected a key in double quotes (found "\'")'],
  ['{"a": 01}', '1:8 expected "," or "}" (found "1")'],
  ['{"a": +1}', '1:7 expected a value (found "+")'],
  ['{"a": NaN}', '1:7 expected a value (found "N")'],
  ['{"a": "x\ny"}', '1:9 a text that does not end on its line (found "\\n")'],
  ['{"a": "x', '1:9 a text without its closing quote (found the end of the file)'],
  ['{"a": "\\x"}', '1:9 an unknown escape (found "x")'],
  ['{"a": "\\u12g4"}', '1:9 expected four hexadecimal digits after \\u (found "u")'],
  ['{"a": "\t"}', '1:8 a control character in a text (found "\\t")'],
  ['{"a": 1}\n// end', '2:1 JSON has no comments: use YAML for them'],
  ['# first', '1:1 JSON has no comments: use YAML for them'],
  ['{} {}', '1:4 more text after the end of the document (found "{")'],
  ['[1]]', '1:4 more text after the end of the document (found "]")'],
  ['\r\n[', '2:2 expected a value (found the end of the file)'],
  ['"\\', '1:3 an unknown escape (found the end of the file)'],
])('tells where %j is wrong', (text, expected) => {
  expect(syntaxProblem(text)).toBe(expected);
});

test('nesting is bounded', () => {
  expect(syntaxProblem('['.repeat(100_000))).toBe('1:65 nested more than 64 levels deep (found "[")');
  expect(syntaxProblem('{"a":'.repeat(100_000))).toMatch(/nested more than 64 levels deep/);
});
