import { expect, it } from 'vitest';
import { ByteCounts } from './byte-counts.ts';

it('counts of connections add up, and what waited for one goes with it', () => {
  const stats = new Float64Array(4);
  const cells = { read: 0, written: 1, readBuffered: 2, writeBuffered: 3 };
  const first = new ByteCounts(stats, cells);
  const second = new ByteCounts(stats, cells);
  first.read(100);
  second.read(20);
  first.written(7);
  first.unread(30);
  second.unread(5);
  first.unread(10);
  second.unsent(8);
  second.unsent(8);
  expect([...stats]).toEqual([120, 7, 15, 8]);
  first.end();
  expect([...stats]).toEqual([120, 7, 5, 8]);
  second.end();
  second.end();
  expect([...stats]).toEqual([120, 7, 0, 0]);
});
