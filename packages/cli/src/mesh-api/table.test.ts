import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

test('columns are as wide as their widest cell, and nothing hangs at the end', () => {
  expect(
    formatTable(
      ['id', 'name'],
      [
        [1, 'a'],
        [20, ''],
      ],
      'none',
    ),
  ).toBe('ID  NAME\n1   a\n20');
  expect(formatTable(['id'], [], 'there is none')).toBe('there is none');
});

test('names cannot speak to the terminal', () => {
  expect(formatTable(['n'], [['a\u001b[2Jb\u009b']], '')).toBe('N\na?[2Jb?');
});
