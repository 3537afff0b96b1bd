import { expect, it } from 'vitest';
import { ConnectionShares } from './connection-shares.ts';

function shares(counts: number[], serving: number[], index: number): { shares: ConnectionShares; counts: Int32Array } {
  const cells = Int32Array.from(counts);
  return { shares: new ConnectionShares(cells, Int32Array.from(serving), index, counts.length), counts: cells };
}

it('keeps a connection while this thread has about the mean', () => {
  const { shares: own, counts } = shares([10, 9], [1, 1], 0);
  expect(own.assign()).toBe(0);
  expect([...counts]).toEqual([10, 9]);
});

it('passes one on to the thread with the fewest, and counts it there', () => {
  const { shares: own, counts } = shares([20, 9, 4], [1, 1, 1], 0);
  expect(own.assign()).toBe(2);
  expect([...counts]).toEqual([20, 9, 5]);
  expect(own.total).toBe(34);
});

it('never passes one to a thread that does not serve', () => {
  expect(shares([20, 9, 0], [1, 1, 0], 0).shares.assign()).toBe(1);
  expect(shares([20, 0], [1, 0], 0).shares.assign()).toBe(0);
});

it('counts what this thread serves', () => {
  const { shares: own, counts } = shares([0, 0], [1, 1], 1);
  own.add();
  own.add();
  own.remove();
  expect([...counts]).toEqual([0, 1]);
});
