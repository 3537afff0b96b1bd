import { expect, it } from 'vitest';
import { Seldom } from './seldom.ts';

it('admits the first of a kind, then one a minute that says how many were held back', () => {
  const seldom = new Seldom();
  expect(seldom.admit('a', 0)).toBe(0);
  expect(seldom.admit('a', 1)).toBe(-1);
  expect(seldom.admit('b', 2)).toBe(0);
  expect(seldom.admit('a', 59_999)).toBe(-1);
  expect(seldom.admit('a', 60_000)).toBe(2);
  expect(seldom.admit('a', 60_001)).toBe(-1);
  expect(seldom.admit('a', 120_000)).toBe(1);
  expect(seldom.admit('a', 180_000)).toBe(0);
});

it('holds back what is new while it is full, and has room again when what it holds is old', () => {
  const seldom = new Seldom();
  for (let kind = 0; kind < 256; kind++) expect(seldom.admit(`kind ${kind}`, kind)).toBe(0);
  expect(seldom.admit('one more', 300)).toBe(-1);
  // What it knows goes on counting.
  expect(seldom.admit('kind 255', 300)).toBe(-1);
  expect(seldom.admit('one more', 60_000)).toBe(0);
  expect(seldom.admit('another', 60_000)).toBe(-1);
  expect(seldom.admit('kind 255', 60_255)).toBe(1);
});
