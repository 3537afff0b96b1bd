import { expect, it } from 'vitest';
import { ReadPace, STALL_MS } from './read-pace.ts';

it('a peer that takes a byte now and then reads on, one that takes none for the time does not', () => {
  const pace = new ReadPace();
  expect(pace.stalled(0, 1000)).toBe(false);
  expect(pace.stalled(0, 1000 + STALL_MS - 1)).toBe(false);
  expect(pace.stalled(1, 1000 + STALL_MS)).toBe(false);
  expect(pace.stalled(1, 1000 + 2 * STALL_MS - 1)).toBe(false);
  expect(pace.stalled(1, 1000 + 2 * STALL_MS)).toBe(true);
});
