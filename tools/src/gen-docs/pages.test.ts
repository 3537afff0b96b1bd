import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ERROR_CODES } from '@weft/kit';
import { METRIC_TABLE } from '@weft/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { markdownTable } from './markdown.ts';
import { PAGES, stalePages, writePages } from './pages.ts';

test('a page that is missing or was edited is stale until it is written', () => {
  const root = mkdtempSync(join(tmpdir(), 'weft-docs-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const pages = { 'docs/a.md': () => 'a\n', 'docs/deep/b.md': () => 'b\n' };
  expect(stalePages(root, pages)).toEqual(['docs/a.md', 'docs/deep/b.md']);
  expect(writePages(root, pages)).toEqual(['docs/a.md', 'docs/deep/b.md']);
  expect(stalePages(root, pages)).toEqual([]);
  appendFileSync(join(root, 'docs/a.md'), 'edited');
  expect(stalePages(root, pages)).toEqual(['docs/a.md']);
  expect(writePages(root, pages)).toEqual(['docs/a.md']);
});

test('the page of errors has exactly the codes of the table', () => {
  const codes = [...PAGES['docs/reference/errors.md']!().matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
  expect(codes).toEqual(Object.keys(ERROR_CODES));
});

test('the page of metrics has exactly the metrics of the table, each with a meaning', () => {
  const names = [...PAGES['docs/reference/metrics.md']!().matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
  expect(names).toEqual(METRIC_TABLE.map(({ name }) => name));
  expect(METRIC_TABLE.filter(({ help }) => help === '')).toEqual([]);
});

test('cells cannot break their table', () => {
  expect(markdownTable(['a', 'b'], [['1|2', 'x\n y']])).toBe('| a | b |\n| --- | --- |\n| 1\\|2 | x y |');
});
