import { expect, test } from 'vitest';
import { inTime } from './in-time.ts';

test.each([
  [95.4, '95 ms'],
  [1000, '1000 ms'],
  [1200, '1200 ms, above the 1000 ms promised: this machine is busy'],
  [5000, '5000 ms, above the 1000 ms promised: this machine is busy'],
])('%d ms read %s', (tookMs, text) => expect(inTime('a rule', tookMs)).toBe(text));

test('what is later than any machine should be does not hold', () => {
  expect(() => inTime('to limit', 5001)).toThrow(
    'to limit took 5001 ms; expected 1000 ms, and 5000 ms at most on a busy machine',
  );
});
