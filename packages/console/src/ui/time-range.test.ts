import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_RANGE_SECONDS, rangeQuery } from '../services/range.ts';
import { fixedRange, ofField, rangeOfView, toField } from './time-range.ts';

test('an address has a span that follows now, or a range that does not', () => {
  expect(rangeOfView({}, 900)).toEqual({ spanSeconds: 900, fixed: null });
  expect(rangeOfView({ span: 3600 }, 900).spanSeconds).toBe(3600);
  expect(rangeOfView({ span: 17 }, 900).spanSeconds).toBe(900);
  const view = { start: '2026-01-31T12:00:00Z', end: '2026-01-31T13:00:00Z', span: 60 };
  const range = rangeOfView(view, 900);
  expect(range.spanSeconds).toBe(3600);
  expect(rangeQuery(range)).toEqual({ start: '2026-01-31T12:00:00.000Z', end: '2026-01-31T13:00:00.000Z' });
});

test('what is no range is none: turned round, empty, or a second too long', () => {
  const at = Date.parse('2026-01-31T12:00:00Z');
  expect(fixedRange(at, at)).toBeNull();
  expect(fixedRange(at, at - 1000)).toBeNull();
  expect(fixedRange(Number.NaN, at)).toBeNull();
  expect(fixedRange(at, at + MAX_RANGE_SECONDS * 1000)).not.toBeNull();
  expect(fixedRange(at, at + (MAX_RANGE_SECONDS + 1) * 1000)).toBeNull();
  expect(rangeOfView({ start: 'yesterday', end: 'now' }, 300)).toEqual({ spanSeconds: 300, fixed: null });
});

test('a field has the second of its instant, in UTC and in the zone of the browser', () => {
  const seconds = fc.integer({ min: 1_600_000_000, max: 2_000_000_000 });
  fc.assert(fc.property(seconds, (at) => ofField(toField(at * 1000, true), true) === at * 1000));
  expect(toField(Date.parse('2026-01-31T12:00:05Z'), true)).toBe('2026-01-31T12:00:05');
  // Far from any change to or from summer time.
  const day = Date.parse('2026-01-15T12:00:05Z');
  expect(ofField(toField(day, false), false)).toBe(day);
  expect(ofField('', true)).toBeNaN();
});
