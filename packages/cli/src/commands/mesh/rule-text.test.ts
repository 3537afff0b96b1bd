import { expect, test } from 'vitest';
import { specText } from './rule-text.ts';

test.each([
  ['LIMIT', { thresholdType: 'invokeTimes', threshold: 5, timeMs: 1000 }, '5/s'],
  ['LIMIT', { thresholdType: 'invokeTimes', threshold: 1, timeMs: 10_000 }, '1 in 10000 ms'],
  ['LIMIT', { thresholdType: 'concurrency', threshold: 20 }, '20 at once'],
  [
    'FUSE',
    { triggerType: 'errorRatio', threshold: 0.5, thresholdUnit: 'ratio', triggerWindowMillis: 10_000 },
    '50 % errors in 10 s',
  ],
  ['FUSE', { triggerType: 'avgRt', threshold: 300, triggerWindowMillis: 5000 }, '300 ms on average in 5 s'],
  ['FAULT_INJECT', { ruleType: 'ABORT', code: 503, rpcStatus: '', faultPercent: 10 }, '10 % get 503'],
  ['FAULT_INJECT', { ruleType: 'ABORT', code: 500, rpcStatus: 'UNAVAILABLE', faultPercent: 1 }, '1 % get UNAVAILABLE'],
  ['FAULT_INJECT', { ruleType: 'DELAY', fixedDelay: 80, faultPercent: 20 }, '20 % wait 80 ms'],
  [
    'ROUTE',
    {
      destinations: [
        { weight: 90, labels: { version: 'v1', zone: 'A' } },
        { weight: 10, labels: {} },
      ],
    },
    '90 % version=v1 zone=A, 10 % all',
  ],
  [
    'ROUTE',
    { destinations: Array.from({ length: 4 }, () => ({ weight: 25, labels: {} })) },
    '25 % all, 25 % all, 25 % all, …',
  ],
  ['MIRROR', { percent: 5, target: 'shadow', list: [1], empty: '' }, 'percent 5, target shadow'],
] as const)('a rule of type %s with %j reads %s', (type, spec, wanted) => {
  expect(specText({ type, spec })).toBe(wanted);
});
