import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { whenQuiet } from './when-quiet.ts';

/** Lets turns pass in which connections come as said; how many had come when the queue counted as empty, or null. */
async function empties(comes: (turn: number) => boolean, msPerTurn: number, turns: number): Promise<number | null> {
  let accepted = 0;
  let nowMs = 0;
  let at: number | null = null;
  whenQuiet(
    { refreshTime: () => nowMs },
    () => accepted,
    () => {
      at = accepted;
    },
  );
  for (let i = 0; i < turns && at === null; i++) {
    if (comes(i)) accepted++;
    nowMs += msPerTurn;
    await turn();
  }
  return at;
}

it('waits for a few turns without anybody', async () => {
  expect(await empties(() => false, 1, 3)).toBe(null);
  expect(await empties(() => false, 1, 20)).toBe(0);
});

it('waits again behind each that comes', async () => {
  expect(await empties((i) => i % 3 === 0 && i < 30, 1, 30)).toBe(null);
  expect(await empties((i) => i % 3 === 0 && i < 30, 1, 60)).toBe(10);
});

it('does not wait for ever for those who keep coming', async () => {
  expect(await empties(() => true, 10, 40)).toBeGreaterThan(5);
});
