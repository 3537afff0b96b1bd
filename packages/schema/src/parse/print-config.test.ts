import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfig } from './parse-config.ts';
import { printConfig } from './print-config.ts';

const duration = { 'x-weft-format': 'duration', minimum: 0 };
const schema = {
  type: 'object',
  properties: {
    timeout: duration,
    ns: { 'x-weft-format': 'duration-ns', minimum: 0 },
    size: { 'x-weft-format': 'bytes', minimum: 0 },
    list: { type: 'array', items: { type: 'object', properties: { every: duration } } },
    named: { type: 'object', additionalProperties: duration },
    either: { anyOf: [duration, { type: 'object', properties: { at: duration } }] },
    plugin: { 'x-weft-json': true, type: 'object' },
  },
} as const;

test('durations become texts at every depth, and nothing else is touched', () => {
  const document = {
    timeout: '90s',
    ns: 1500,
    size: '64KiB',
    list: [{ every: '1h' }, {}],
    named: { a: '0.5s' },
    either: { at: '2s' },
    plugin: { timeout: 5 },
  };
  expect(printConfig(parseConfig(document, schema).value, schema)).toEqual({
    timeout: '1m30s',
    ns: '1.5us',
    size: 65_536,
    list: [{ every: '1h' }, {}],
    named: { a: '500ms' },
    either: { at: '2s' },
    plugin: { timeout: 5 },
  });
});

test('what has no duration is not copied', () => {
  const value = { size: 7, plugin: {} };
  expect(printConfig(value, schema)).toBe(value);
});

test('what is printed reads as the same again', () => {
  // Whole nanoseconds: what a duration can say. Beyond 2^53 ns (104 days) a number of milliseconds is exact to a µs only.
  const ms = fc.integer({ min: 0, max: 2 ** 50 }).map((ns) => ns / 1e6);
  fc.assert(
    fc.property(ms, (timeout) => {
      const printed = printConfig({ timeout }, schema);
      expect((parseConfig(printed, schema).value as { timeout: number }).timeout).toBeCloseTo(timeout, 5);
    }),
  );
});
