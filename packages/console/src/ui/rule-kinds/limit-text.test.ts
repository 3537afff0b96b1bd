import { expect, test } from 'vitest';
import { createFormat, translator } from '../../i18n/index.ts';
import { limitInWords, rateOf } from './limit-text.ts';

const words = (limit: Parameters<typeof rateOf>[0]): string =>
  limitInWords(limit, translator('en'), createFormat('en'));

test.each([
  [{ threshold: 1, timeMs: 10_000, maxBurstRatio: 1 }, '0.1/s, burst 1'],
  [{ threshold: 100, timeMs: 1000, maxBurstRatio: 2 }, '100/s, burst 200'],
  [{ threshold: 600, timeMs: 60_000, maxBurstRatio: 1 }, '10/s, burst 10'],
  [{ threshold: 100, timeMs: 1000, maxBurstRatio: 0 }, '100/s, burst 1'],
  [{ threshold: 0 }, 'refuses all'],
  [{ thresholdType: 'concurrency', threshold: 20 }, '20 at a time'],
  [{ threshold: 5 }, '5/s, burst 5'],
])('%j reads %s', (limit, text) => expect(words(limit)).toBe(text));

test('concurrency has no rate', () => expect(rateOf({ thresholdType: 'concurrency', threshold: 3 })).toBeNull());
