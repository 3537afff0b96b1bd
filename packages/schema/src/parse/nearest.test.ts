import { expect, test } from 'vitest';
import { editDistance, nearestName } from './nearest.ts';

test('finds what was probably meant, without case', () => {
  const known = ['connect_timeout', 'idle_timeout', 'name'];
  expect(nearestName('conect_timeout', known)).toBe('connect_timeout');
  expect(nearestName('Idle_Timeuot', known)).toBe('idle_timeout');
  expect(nearestName('nmae', known)).toBe('name');
});

test('says nothing when nothing is near', () => {
  expect(nearestName('color', ['name', 'address'])).toBeUndefined();
  expect(nearestName('x', ['abc'])).toBeUndefined();
  expect(nearestName('x', [])).toBeUndefined();
});

test('counts insertions, deletions, changes and swaps of neighbours', () => {
  expect(editDistance('abc', 'abc', 3)).toBe(0);
  expect(editDistance('abc', 'acb', 3)).toBe(1);
  expect(editDistance('abc', 'ab', 3)).toBe(1);
  expect(editDistance('abc', 'xbc', 3)).toBe(1);
  expect(editDistance('abcdef', 'uvwxyz', 3)).toBe(4);
});

test('long names cost no more than their first 64 characters', () => {
  expect(nearestName('a'.repeat(1_000_000), ['a'.repeat(64)])).toBe('a'.repeat(64));
});
