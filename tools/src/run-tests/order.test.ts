import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { LONGEST, longestFirst } from './order.ts';

test('the longest files begin first, the others in their order behind them', () => {
  const [first = '', second = ''] = LONGEST;
  const files = ['/r/b.test.ts', `/r/${second}`, '/r/a.test.ts', `/r/${first}`];
  expect(longestFirst(files, (file) => file)).toEqual([`/r/${first}`, `/r/${second}`, '/r/b.test.ts', '/r/a.test.ts']);
});

test('the longest files are there', () => {
  expect(LONGEST.filter((path) => !existsSync(join(REPOSITORY_ROOT, path)))).toEqual([]);
});
