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

test('in a narrow terminal the widest columns stand below their row, and nothing is cut', () => {
  const headings = ['id', 'rule', 'service', 'what', 'state'];
  const rows = [
    [1, 'a/one', 'com.x.Orders:1.0@DEFAULT', '50 % errors in 10 s', 'on'],
    [2, 'a/two', '*', '', 'off'],
  ];
  const at = (width: number) => formatTable(headings, rows, '', width).split('\n');
  expect(at(63)).toEqual(formatTable(headings, rows, '').split('\n'));
  expect(at(62)).toEqual([
    'ID  RULE   WHAT                 STATE',
    '1   a/one  50 % errors in 10 s  on',
    '    service: com.x.Orders:1.0@DEFAULT',
    '2   a/two                       off',
    '    service: *',
  ]);
  expect(at(20)).toEqual([
    'ID  RULE   STATE',
    '1   a/one  on',
    '    service: com.x.Orders:1.0@DEFAULT  what: 50 % errors in 10 s',
    '2   a/two  off',
    '    service: *',
  ]);
  expect(at(1)[0]).toBe('ID');
});
