import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimedLevels } from './timed-levels.ts';

let levels: Record<string, string>;
let timed: TimedLevels;

beforeEach(() => {
  vi.useFakeTimers();
  levels = { '/var/log/default.log': 'INFO', 'rbac.log': 'INFO', 'fuse.log': 'ERROR' };
  timed = new TimedLevels(
    () => ({ ...levels }),
    (target, level) => {
      const path = Object.keys(levels).find((item) => item.endsWith(target.slice(target.lastIndexOf('/') + 1)));
      if (path === undefined || level === 'LOUD') return false;
      levels[path] = level;
      return true;
    },
  );
});
afterEach(() => void vi.useRealTimers());

test('a level stays without a time, and falls back with one', () => {
  expect(timed.set('./logs/rbac.log', 'DEBUG', 0)).toBe(true);
  vi.advanceTimersByTime(1e9);
  expect(levels['rbac.log']).toBe('DEBUG');
  timed.set('rbac.log', 'TRACE', 10_000);
  vi.advanceTimersByTime(9999);
  expect(levels['rbac.log']).toBe('TRACE');
  vi.advanceTimersByTime(1);
  expect(levels).toEqual({ '/var/log/default.log': 'INFO', 'rbac.log': 'DEBUG', 'fuse.log': 'ERROR' });
});

test('of several times in a row the first before counts, from the last on', () => {
  timed.set('fuse.log', 'DEBUG', 10_000);
  vi.advanceTimersByTime(6000);
  timed.set('fuse.log', 'TRACE', 10_000);
  vi.advanceTimersByTime(6000);
  expect(levels['fuse.log']).toBe('TRACE');
  vi.advanceTimersByTime(4000);
  expect(levels['fuse.log']).toBe('ERROR');
});

test('a level that is set for good ends the time of an earlier one, also when it is the same', () => {
  timed.set('fuse.log', 'DEBUG', 10_000);
  timed.set('fuse.log', 'DEBUG', 0);
  vi.advanceTimersByTime(20_000);
  expect(levels['fuse.log']).toBe('DEBUG');
});

test('all of them, each back to its own', () => {
  expect(timed.set('*', 'DEBUG', 1000)).toBe(true);
  expect(new Set(Object.values(levels))).toEqual(new Set(['DEBUG']));
  vi.advanceTimersByTime(1000);
  expect(levels).toEqual({ '/var/log/default.log': 'INFO', 'rbac.log': 'INFO', 'fuse.log': 'ERROR' });
});

test('what is not there is not set', () => {
  expect(timed.set('other.log', 'DEBUG', 1000)).toBe(false);
  expect(timed.set('fuse.log', 'LOUD', 1000)).toBe(false);
  expect(timed.set('*', 'LOUD', 1000)).toBe(false);
});
