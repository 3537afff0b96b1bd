import { messageText } from '@weft/api';
import { expect, test } from 'vitest';
import { limitRuleKind } from './limit.ts';

const warningsOf = (spec: object): readonly string[] => {
  const checked = limitRuleKind.check({ name: 'n', app: 'a', services: ['*'], spec: { threshold: 5, ...spec } });
  if (checked.kind === 'refused') throw new Error('refused');
  return (limitRuleKind.warnings?.(checked.body) ?? []).map((item) => messageText(item));
};

test('what a limit of concurrency does not use is said', () => {
  expect(warningsOf({ thresholdType: 'concurrency', timeMs: 10_000, maxBurstRatio: 2 })).toEqual([
    expect.stringMatching(/^timeMs, maxBurstRatio without effect/),
  ]);
  expect(warningsOf({ thresholdType: 'concurrency', maxBurstRatio: 0 })).toEqual([
    expect.stringMatching(/^maxBurstRatio without effect/),
  ]);
});

test.each([
  { thresholdType: 'concurrency' },
  // As the form sends them.
  { thresholdType: 'concurrency', timeMs: 1000, maxBurstRatio: 1 },
  { thresholdType: 'invokeTimes', timeMs: 10_000, maxBurstRatio: 2 },
])('nothing is said of %j', (spec) => expect(warningsOf(spec)).toEqual([]));
