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
  ['a: 1\na: 2\n', /^2:1 the key "a" is there twice$/],
  ['a: { b: 1, "b": 2 }\n', /^1:12 the key "b" is there twice$/],
  ['a: [1, 2\nb: 3\n', /^\d:\d /],
  ['a:\n\t- 1\n', /^2:1 Tabs are not allowed as indentation$/],
  ['- a: 1\n\tb: 1\n', /^2:2 .*; YAML indents with spaces: tab at line 2$/],
  ['{\n\ta: 1\n', /^3:1 [^;]*$/],
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

test('many keys in one object are read, and the last of them may still be there twice', async () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`);
  expect(Object.keys((await parseYaml(lines.join('\n'))) as object)).toHaveLength(50_000);
  expect(await syntaxProblem([...lines, 'k0: 2'].join('\n'))).toBe('50001:1 the key "k0" is there twice');
});

test('merge keys cannot multiply a document', async () => {
  const base = `a: &a { ${Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join(', ')} }`;
  const users = Array.from({ length: 900 }, (_, index) => `b${index}: { <<: *a }`);
  expect(await syntaxProblem([base, ...users].join('\n'))).toMatch(
    /^\d+:\d+ merge keys make more than 1000000 values$/,
  );
  const levels = Array.from(
    { length: 40 },
    (_, level) => `a${level + 1}: &a${level + 1} { <<: [*a${level}, *a${level}] }`,
  );
  expect(await syntaxProblem(['a0: &a0 { x: 1 }', ...levels].join('\n'))).toMatch(/merge keys make more than/);
});

test('a text of more values than the library has memory for is not given to it', async () => {
  expect(await syntaxProblem(`a: [${'1,'.repeat(600_000)}1]`)).toMatch(
    /^1:\d+ more than 500000 lines and commas: use JSON/,
  );
});
