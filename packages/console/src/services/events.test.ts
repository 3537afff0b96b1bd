import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Gatherer } from './events.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('acts on the first news at once and on what follows soon as one', () => {
  const acts: string[] = [];
  const gatherer = new Gatherer((topic) => acts.push(topic));
  gatherer.news('rules');
  gatherer.news('rules');
  gatherer.news('rules');
  gatherer.news('topology');
  expect(acts).toEqual(['rules', 'topology']);
  vi.advanceTimersByTime(250);
  expect(acts).toEqual(['rules', 'topology', 'rules']);
  vi.advanceTimersByTime(250);
  gatherer.news('topology');
  expect(acts).toEqual(['rules', 'topology', 'rules', 'topology']);
});

it('acts no more once it has been stopped', () => {
  const acts: string[] = [];
  const gatherer = new Gatherer((topic) => acts.push(topic));
  gatherer.news('rules');
  gatherer.news('rules');
  gatherer.stop();
  vi.advanceTimersByTime(10_000);
  expect(acts).toEqual(['rules']);
});
