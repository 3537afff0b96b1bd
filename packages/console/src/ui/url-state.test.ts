import { expect, test } from 'vitest';
import { choiceOf, flagOf, numberOf, parseView, textOf } from './url-state.ts';

test('plain values are kept, everything else is dropped', () => {
  const view = parseView({ a: 'x', n: 3, f: false, o: { a: 1 }, l: [1], nothing: null, long: 'x'.repeat(3000) });
  expect(view).toEqual({ a: 'x', n: 3, f: false });
});

test('values are read as what a page needs', () => {
  const view = parseView({ page: 2, size: '50', enabled: 'false', tab: 'evil' });
  expect(numberOf(view, 'page', 1)).toBe(2);
  expect(numberOf(view, 'size', 20)).toBe(50);
  expect(numberOf(view, 'none', 20)).toBe(20);
  expect(flagOf(view, 'enabled')).toBe(false);
  expect(flagOf(view, 'tab')).toBeUndefined();
  expect(choiceOf(view, 'tab', ['form', 'json'])).toBeUndefined();
  expect(textOf(view, 'page')).toBe('2');
});
