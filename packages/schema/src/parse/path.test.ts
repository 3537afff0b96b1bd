import { expect, test } from 'vitest';
import { formatPath, quote, showValue } from './path.ts';

test('plain keys are joined with dots, others are quoted', () => {
  expect(formatPath(['servers', 0, 'listeners', 1, 'address'])).toBe('servers[0].listeners[1].address');
  expect(formatPath(['metadata', 'mosn.lb'])).toBe('metadata["mosn.lb"]');
  expect(formatPath(['x'.repeat(100)])).toBe(`${'x'.repeat(64)}…`);
  expect(formatPath([])).toBe('');
});

test('values are shown shortly and never with what they hold', () => {
  const shown = ['a"b', [], [1, 2], {}, { secret: 'x' }, null, true, 1.5, 5n].map(showValue);
  expect(shown).toEqual([
    '"a\\"b"',
    'an empty list',
    'a list of 2',
    'an empty object',
    'an object',
    'null',
    'true',
    '1.5',
    'a bigint',
  ]);
  expect(showValue('x'.repeat(1000))).toHaveLength(83);
});

test('invisible and reordering characters are written as escapes', () => {
  expect(quote('a\u202eb\u200b\u001b[31m\u2028', 80)).toBe('"a\\u{202e}b\\u{200b}\\u001b[31m\\u{2028}"');
});
