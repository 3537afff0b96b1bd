import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatGoDuration, formatGoDurationMs, formatStartTime } from './time-text.ts';

test.each([
  [0, '0s'],
  [1, '1ns'],
  [999, '999ns'],
  [1000, '1µs'],
  [1100, '1.1µs'],
  [2543, '2.543µs'],
  [999_999, '999.999µs'],
  [1_000_000, '1ms'],
  [2_200_000, '2.2ms'],
  [14_886_412, '14.886412ms'],
  [1_000_001, '1.000001ms'],
  [3_300_000_000, '3.3s'],
  [2_000_004_307, '2.000004307s'],
  [1_000_000_001, '1.000000001s'],
  [60_000_000_000, '1m0s'],
  [245_000_000_000, '4m5s'],
  [245_001_000_000, '4m5.001s'],
  [18_367_001_000_000, '5h6m7.001s'],
  [3_600_000_000_000, '1h0m0s'],
  [480_000_000_001, '8m0.000000001s'],
  [-1500, '-1.5µs'],
])('%d ns is %s', (ns, text) => {
  expect(formatGoDuration(ns)).toBe(text);
});

/** Reads a Go duration back into nanoseconds with exact integers. */
function parseGoDuration(text: string): bigint {
  const units: Record<string, bigint> = {
    ns: 1n,
    µs: 1000n,
    ms: 1_000_000n,
    s: 1_000_000_000n,
    m: 60_000_000_000n,
    h: 3_600_000_000_000n,
  };
  let total = 0n;
  for (const [, whole, fraction = '', unit] of text.matchAll(/(\d+)(?:\.(\d+))?(ns|µs|ms|s|m|h)/g)) {
    const scale = units[unit!]!;
    total +=
      BigInt(whole!) * scale + (fraction === '' ? 0n : (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length));
  }
  return total;
}

test('reading a duration back gives the same nanoseconds', () => {
  const sizes = fc.oneof(fc.nat(2_000_000), fc.nat(2_000_000_000), fc.maxSafeNat());
  fc.assert(
    fc.property(sizes, (ns) => {
      const text = formatGoDuration(ns);
      expect(parseGoDuration(text)).toBe(BigInt(ns));
      expect(text).not.toMatch(/\.\d*0[a-zµ]/);
    }),
    { seed: 9, numRuns: 500 },
  );
});

test('milliseconds are rounded to the nanosecond; what is no number is no time', () => {
  expect(formatGoDurationMs(1.234)).toBe('1.234ms');
  expect(formatGoDurationMs(0.000_000_4)).toBe('0s');
  expect(formatGoDuration(Number.NaN)).toBe('0s');
});

test('the start time has the layout 2006/01/02 15:04:05.000 in local time', () => {
  const at = new Date(2006, 0, 2, 15, 4, 5, 7).getTime();
  expect(formatStartTime(at)).toBe('2006/01/02 15:04:05.007');
  expect(formatStartTime(at + 0.9)).toBe('2006/01/02 15:04:05.007');
  expect(formatStartTime(at + 992.99)).toBe('2006/01/02 15:04:05.999');
  expect(formatStartTime(at + 993)).toBe('2006/01/02 15:04:06.000');
  expect(formatStartTime(at)).toBe('2006/01/02 15:04:05.007');
});
