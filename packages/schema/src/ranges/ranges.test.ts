import { expect, test } from 'vitest';
import { FuseSpec, IsolateSpec } from '../rules/index.ts';
import { fuseThresholdRange, ISOLATE_RANGES, isWithin } from './index.ts';

test.each([
  [{ triggerType: 'errorRatio' }, [0.1, 100], [0, 100.1]],
  [{ triggerType: 'errorRatio', thresholdUnit: 'ratio' }, [0.01, 1], [0, 1.01]],
  [{ triggerType: 'avgRt', thresholdUnit: 'ratio' }, [1, 3_600_000], [0.9, 3_600_001]],
])('the threshold of %j', (fuse, fit, others) => {
  const range = fuseThresholdRange(fuse);
  expect(fit.filter((value) => !isWithin(range, value))).toEqual([]);
  expect(others.filter((value) => isWithin(range, value))).toEqual([]);
});

test('a range ends where its schema does', () => {
  expect(FuseSpec.properties.threshold).toMatchObject({ maximum: fuseThresholdRange({ triggerType: 'avgRt' }).to });
  for (const name of ['timeWindow', 'leastExceptionRate'] as const) {
    const { from, to } = ISOLATE_RANGES[name];
    expect(IsolateSpec.properties[name]).toMatchObject({ minimum: from, maximum: to });
  }
});
