import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOfSources } from './sources.ts';

let root: string;
const put = (path: string, text: string): void => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-sources-'));
  put('packages/console/src/app/main.tsx', 'a');
  put('packages/console/index.html', 'page');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('another content, another file and another name are another digest', () => {
  const first = digestOfSources(root);
  expect(digestOfSources(root)).toBe(first);
  put('packages/console/src/app/main.tsx', 'b');
  const second = digestOfSources(root);
  put('packages/api/src/index.ts', '');
  const third = digestOfSources(root);
  expect(new Set([first, second, third]).size).toBe(3);
});

test('tests and results do not count', () => {
  const first = digestOfSources(root);
  put('packages/console/src/app/main.test.tsx', 'x');
  put('packages/console/dist/app/index.html', 'x');
  expect(digestOfSources(root)).toBe(first);
});

test('a folder without the console is refused', () => {
  expect(() => digestOfSources(join(root, 'packages/console/src'))).toThrow('no sources of the console');
});
