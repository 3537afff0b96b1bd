import { createFakeClock } from '@weft/kit/testing';
import { expect, it } from 'vitest';
import { type Pushable, PushQueue } from './push-queue.ts';

/** Has `responses` to send, each for a slot that it holds until it is released, and notes when it sent them. */
function client(name: string, sent: string[], responses: number): Pushable {
  let left = responses;
  return {
    queued: false,
    push() {
      if (left === 0) return { sent: false, more: false };
      left--;
      sent.push(name);
      return { sent: true, more: left > 0 };
    },
  };
}

it('serves clients in turn, one response each', () => {
  const clock = createFakeClock();
  const queue = new PushQueue(clock, 1000, 100);
  const sent: string[] = [];
  for (const name of ['a', 'b', 'c']) queue.add(client(name, sent, 2));
  clock.advance(0);
  expect(sent.join('')).toBe('abcabc');
  expect(queue.slots).toBe(6);
});

it('has a client once, however often it is added before its turn', () => {
  const clock = createFakeClock();
  const queue = new PushQueue(clock, 1000, 100);
  const sent: string[] = [];
  const one = client('a', sent, 1);
  queue.add(one);
  queue.add(one);
  clock.advance(0);
  expect([sent, queue.slots]).toEqual([['a'], 1]);
  // What was sent takes no slot when there is nothing to send any more.
  queue.add(one);
  clock.advance(0);
  expect([sent, queue.slots]).toEqual([['a'], 1]);
});

it('sends as many a second as it may, and a second of them at once after a rest', () => {
  const clock = createFakeClock();
  const queue = new PushQueue(clock, 10, 1000);
  const sent: string[] = [];
  queue.add(client('a', sent, 1000));
  clock.advance(0);
  expect(sent).toHaveLength(10);
  clock.advance(99);
  expect(sent).toHaveLength(10);
  clock.advance(1);
  expect(sent).toHaveLength(11);
  clock.advance(900);
  expect(sent).toHaveLength(20);
});

it('waits for a slot, and goes on with who was next', () => {
  const clock = createFakeClock();
  const queue = new PushQueue(clock, 1000, 2);
  const sent: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) queue.add(client(name, sent, 1));
  clock.advance(60_000);
  expect(sent.join('')).toBe('ab');
  queue.release();
  clock.advance(0);
  expect([sent.join(''), queue.slots]).toEqual(['abc', 2]);
});

it('keeps the order among clients that always have more, for as long as they do', () => {
  const clock = createFakeClock();
  const queue = new PushQueue(clock, 1000, 1_000_000);
  const sent: string[] = [];
  for (const name of ['a', 'b', 'c']) queue.add(client(name, sent, 4000));
  clock.advance(11_000);
  expect(sent).toHaveLength(12_000);
  expect(sent.every((name, index) => name === 'abc'[index % 3])).toBe(true);
});

it('sends nothing any more when it was stopped', () => {
  const clock = createFakeClock();
  const queue = new PushQueue(clock, 1000, 100);
  const sent: string[] = [];
  queue.add(client('a', sent, 1));
  queue.stop();
  clock.advance(1000);
  expect([sent, clock.pending]).toEqual([[], 0]);
});
