import { messageText, type RolloutBreach } from '@weft/api';
import { expect, test } from 'vitest';
import { sayBreach } from './say-breach.ts';

const BREACH: RolloutBreach = {
  at: '2026-01-01T00:00:00Z',
  guard: 'maxErrorRate',
  limit: 0.01,
  found: 0.31205,
  reference: 0.004,
  referenceOf: 'others',
  requests: 96,
  windowSec: 6,
  proxies: ['one'],
  reason: '',
};

test.each([
  [{}, 'errors: found 31.21 %, with the others 0.4 %, at most 1 % more; 96 requests in 6 s'],
  [
    { referenceOf: 'before' },
    'errors: found 31.21 %, 0.4 % in the 5 minutes before, at most 1 % more; 96 requests in 6 s',
  ],
  [
    { referenceOf: 'none', reference: 0 },
    'errors: found 31.21 %, at most 1 %, as there is nothing to compare with; 96 requests in 6 s',
  ],
  [
    { guard: 'maxRtIncreaseMs', found: 40.126, reference: 4, limit: 20 },
    'mean time: found 40.13 ms, with the others 4 ms, at most 20 ms more; 96 requests in 6 s',
  ],
  [{ guard: 'refused', reason: 'no such field' }, 'proxy one refuses the new content: no such field'],
] as const)('%j', (change, text) => {
  expect(messageText(sayBreach({ ...BREACH, ...change }))).toBe(text);
});
