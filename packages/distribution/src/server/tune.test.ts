import { createFakeClock } from '@weft/kit/testing';
import { expect, test } from 'vitest';
import { Admission } from './admission.ts';
import { type Pushable, PushQueue } from './push-queue.ts';

test('more pushes at a time are begun as soon as more are allowed, and fewer when there may be fewer', () => {
  const clock = createFakeClock();
  const queue = new PushQueue(clock, 1000, 1);
  let pushed = 0;
  const client = (): Pushable => ({
    queued: false,
    push() {
      pushed++;
      return { sent: true, more: false };
    },
  });
  for (let i = 0; i < 5; i++) queue.add(client());
  clock.advance(10);
  expect(pushed).toBe(1);
  queue.limit(3);
  clock.advance(10);
  expect(pushed).toBe(3);
  queue.limit(1);
  queue.release();
  clock.advance(10);
  expect([pushed, queue.slots]).toEqual([3, 2]);
  queue.release();
  queue.release();
  clock.advance(10);
  expect([pushed, queue.slots]).toEqual([4, 1]);
  queue.stop();
});

test('streams that wait are let in, or given up, by the limits that hold now', () => {
  const clock = createFakeClock();
  const admission = new Admission(clock, 1, 5000);
  const told: string[] = [];
  const ask = (name: string): void =>
    admission.request(
      () => told.push(`${name} enters`),
      () => told.push(`${name} is refused`),
    );
  for (const name of ['a', 'b', 'c', 'd']) ask(name);
  expect(told).toEqual(['a enters']);
  admission.limit(2, 5000);
  expect(told).toEqual(['a enters', 'b enters', 'c enters']);
  clock.advance(200);
  admission.limit(1, 100);
  expect(told).toEqual(['a enters', 'b enters', 'c enters', 'd is refused']);
  admission.stop();
});
