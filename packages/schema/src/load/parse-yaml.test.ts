import { expect, test } from 'vitest';
import { SyntaxProblem } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

async function syntaxProblem(text: string): Promise<string> {
  try {
    await parseYaml(text);
  } catch (error) {
    if (error instanceof SyntaxProblem) return `${error.line}:${error.column} ${error.message}`;
    throw error;
  }
  return 'it was accepted';
}

test('reads YAML 1.2 with anchors and merge keys', async () => {
  const text = `
# a comment
base: &base { connect_timeout: 1s, weight: 2 }
hosts:
  - <<: *base
    address: "127.0.0.1:80"
yes: no
port: 0o17
`;
  expect(await parseYaml(text)).toEqual({
    base: { connect_timeout: '1s', weight: 2 },
    hosts: [{ connect_timeout: '1s', weight: 2, address: '127.0.0.1:80' }],
    yes: 'no',
    port: 15,
  });
});

test('"__proto__" does not become a prototype', async () => {
  const value = (await parseYaml('a: {__proto__: {polluted: true}}')) as { a: object };
  expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype);
  expect(Object.keys(value.a)).toEqual(['__proto__']);
});

test.each([
  ['a: 1\na: 2\n', /^2:1 .*unique/i],
  ['a: [1, 2\nb: 3\n', /^\d:\d /],
  ['a:\n\t- 1\n', /^2:1 .*tab/i],
  ['a: *nowhere\n', /^1:4 there is no anchor &nowhere before this alias$/],
  ['a: !secret x\n', /^1:4 .*tag/i],
  ['a: 1\n--- \nb: 2\n', /document/i],
  ['? [a]\n: 1\n', /key/i],
  ['a: "x', /^1:\d /],
])('tells where %j is wrong', async (text, expected) => {
  expect(await syntaxProblem(text)).toMatch(expected);
});

test('aliases cannot multiply a document', async () => {
  const levels = 'abcdefghij'.split('');
  const bomb = levels.map((name, level) => {
    const items = level === 0 ? Array(9).fill('lol') : Array(9).fill(`*${levels[level - 1]}`);
    return `${name}: &${name} [${items.join(', ')}]`;
  });
  expect(await syntaxProblem(bomb.join('\n'))).toMatch(/alias/i);
});

test('deep documents are refused, and the stack of the process holds', async () => {
  expect(await syntaxProblem(`a: ${'['.repeat(100_000)}`)).toMatch(/^1:\d+ nested too deeply/);
  expect(await syntaxProblem(`a:\n${'- '.repeat(20_000)}1`)).toMatch(/nested too deeply/);
});
