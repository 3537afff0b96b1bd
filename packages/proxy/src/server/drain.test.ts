import { noopLogger } from '@weft/kit';
import { expect, it } from 'vitest';
import { Drain } from './drain.ts';
import { Stage } from './stages.ts';

/** A proxy of two threads that drains. */
const draining = (): Drain =>
  new Drain({
    log: noopLogger,
    threads: 2,
    stage: () => Stage.GRACEFUL_STOPPING,
    enter() {},
    withdraw: () => false,
    turnAway() {},
  });

it('is over when both threads are drained', async () => {
  const drain = draining();
  drain.threadDrained(0, 0);
  expect(await drain.finish(0)).toBe(1);
  drain.threadDrained(1, 0);
  expect(await drain.finish(0)).toBe(0);
});

it('waits for a connection that is under way to a thread, whatever that said before it came', async () => {
  const drain = draining();
  drain.threadDrained(1, 0);
  drain.threadGiven(1);
  drain.threadDrained(0, 0);
  // Said before the connection came, heard after it was sent.
  drain.threadDrained(1, 0);
  expect(await drain.finish(0)).toBe(1);
  drain.threadDrained(1, 1);
  expect(await drain.finish(0)).toBe(0);
});

it('does not wait for what a dead thread was given', async () => {
  const drain = draining();
  drain.threadGiven(0);
  drain.threadDied(0);
  drain.threadDrained(1, 0);
  expect(await drain.finish(0)).toBe(0);
});
