import { describe, expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { boundProblems, effectWarnings } from './spec-checks.ts';

const t = translator('en');

describe('bounds that depend on another field', () => {
  test.each([
    ['fuse', { triggerType: 'errorRatio', threshold: 150 }, ['/spec/threshold']],
    ['fuse', { triggerType: 'errorRatio', threshold: 0 }, ['/spec/threshold']],
    ['fuse', { triggerType: 'errorRatio', threshold: 100 }, []],
    ['fuse', { triggerType: 'errorRatio', thresholdUnit: 'ratio', threshold: 1.5 }, ['/spec/threshold']],
    ['fuse', { triggerType: 'avgRt', threshold: 150 }, []],
    ['fuse', { triggerType: 'avgRt', threshold: 0.5 }, ['/spec/threshold']],
    [
      'fuse',
      { triggerType: 'errorRatio', threshold: 5, zoneSpec: [{ threshold: 5 }, { threshold: 101 }] },
      ['/spec/zoneSpec/1/threshold'],
    ],
    ['isolate', { timeWindow: 1, leastExceptionRate: 0 }, ['/spec/timeWindow', '/spec/leastExceptionRate']],
    ['isolate', { timeWindow: 1.1, leastExceptionRate: 0.1 }, []],
    ['limit', { threshold: 0 }, []],
  ])('%s %j', (segment, spec, wanted) => expect([...boundProblems(segment, { spec }, t).keys()]).toEqual(wanted));
});

describe('values with which a rule does nothing, or refuses everything', () => {
  test.each([
    ['route', { destinations: [{ weight: 100, labels: {} }] }, ['/spec/destinations']],
    ['route', { destinations: [{ weight: 100, labels: { version: 'v1' } }] }, []],
    ['route', { destinations: [] }, []],
    ['isolate', { maxIpCount: 0, maxIpRatio: 0.5 }, ['/spec/maxIpCount']],
    ['isolate', { maxIpCount: 1, maxIpRatio: 0.5 }, []],
    ['hijack', { maxRequests: 0 }, ['/spec/maxRequests']],
    ['limit', { threshold: 0 }, ['/spec/threshold']],
    ['limit', { threshold: 1 }, []],
  ])('%s %j', (segment, spec, wanted) => expect([...effectWarnings(segment, { spec }, t).keys()]).toEqual(wanted));
});
