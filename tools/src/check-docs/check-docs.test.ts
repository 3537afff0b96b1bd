import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { anchorsOf, linkProblems, linksOf } from './links.ts';
import { decisionProblems, unexplainedDependencies } from './lists.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-docs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (file: string, text: string): void => {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), text);
};

test('finds links, and none in code', () => {
  const text = 'See [a](a.md) and [b](<b.md> "title").\n`[c](c.md)`\n```\n[d](d.md)\n```\n![e](e.png)';
  expect(linksOf(text)).toEqual([
    { line: 1, target: 'a.md' },
    { line: 1, target: 'b.md' },
    { line: 6, target: 'e.png' },
  ]);
});

test('makes anchors as they are made where Markdown is shown', () => {
  const text = '# One, two\n## `weft proxy`: start\n## Again\n## Again\n```\n# not a heading\n```\n';
  expect([...anchorsOf(text)]).toEqual(['one-two', 'weft-proxy-start', 'again', 'again-1']);
});

test('names links that lead nowhere, and leaves the others alone', () => {
  put(
    'docs/a.md',
    '[x](b.md) [x](b.md#here) [x](b.md#gone) [x](c.md) [x](../../up.md) [x](#top) [x](https://example.com/none)\n# Top\n',
  );
  put('docs/b.md', '# Here\n');
  expect(linkProblems(root, 'docs/a.md')).toEqual({
    links: 6,
    problems: [
      'docs/a.md:1 b.md#gone: docs/b.md has no such heading',
      'docs/a.md:1 c.md: there is no docs/c.md',
      'docs/a.md:1 ../../up.md: leads out of the repository',
    ],
  });
});

test('names dependencies without a reason and decisions that nobody finds', () => {
  put('package.json', JSON.stringify({ workspaces: ['packages/*'], devDependencies: { known: '1.0.0' } }));
  put(
    'packages/p/package.json',
    JSON.stringify({ name: '@weft/p', dependencies: { strange: '1.0.0', '@weft/q': '1' } }),
  );
  put('docs/decisions/dependencies.md', '| job | `known` |');
  expect(unexplainedDependencies(root)).toEqual({ declared: 2, missing: ['strange'] });
  put('docs/decisions/README.md', '[one](0001-one.md)');
  put('docs/decisions/0001-one.md', '# One\n\n## Context\n\n## Decision\n\n## Consequences\n');
  put('docs/decisions/0002-two.md', '# Two\n\n## Context\n\n## Decision\n');
  expect(decisionProblems(root)).toEqual({
    decisions: 2,
    problems: ['0002-two.md is not in docs/decisions/README.md', '0002-two.md has no "Consequences"'],
  });
});

test('every link in the Markdown of this repository resolves', () => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '*.md'], {
    cwd: REPOSITORY_ROOT,
    encoding: 'utf8',
  });
  const files = [...new Set(listed.split('\0'))].filter(
    (file) => file !== '' && existsSync(join(REPOSITORY_ROOT, file)),
  );
  const found = files.map((file) => linkProblems(REPOSITORY_ROOT, file));
  expect(found.flatMap(({ problems }) => problems)).toEqual([]);
  expect(found.reduce((sum, { links }) => sum + links, 0)).toBeGreaterThan(100);
});

test('every dependency and every decision of this repository has its place', () => {
  const { declared, missing } = unexplainedDependencies(REPOSITORY_ROOT);
  expect(missing).toEqual([]);
  expect(declared).toBeGreaterThan(10);
  const { decisions, problems } = decisionProblems(REPOSITORY_ROOT);
  expect(problems).toEqual([]);
  expect(decisions).toBeGreaterThan(10);
});
