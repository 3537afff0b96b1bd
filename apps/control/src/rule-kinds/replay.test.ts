import type { RecordedCall } from '@weft/control';
import {
  type HostFinder,
  type Replayed,
  type ReplayedRequest,
  replayRules,
  simulateRules,
} from '@weft/governance/common';
import { fuse } from '@weft/governance/fuse';
import { mirror } from '@weft/governance/mirror';
import { rateLimit } from '@weft/governance/rate-limit';
import { route } from '@weft/governance/route';
import { parseConfig } from '@weft/schema';
import { type GovernanceRule, UNKNOWN_NODE } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultInjectRuleKind } from './fault-inject.ts';

const HOST = 'echo.demo:80';
const services = [`${HOST}@Http1`];
const limiter: GovernanceRule = rateLimit;
const breaker: GovernanceRule = fuse;

const documentsOf = (rule: GovernanceRule, ...rules: object[]) => [
  {
    dataId: 'd',
    version: 1,
    value: parseConfig(
      { [rule.list]: rules.map((item, index) => ({ ruleDbId: index + 1, services, ...item })) },
      rule.schema,
    ).value,
  },
];
const requestOf = (change: Partial<ReplayedRequest>): ReplayedRequest => ({
  protocol: 'http',
  host: HOST,
  method: 'GET',
  path: '/',
  atMs: 0,
  stands: 1,
  durationMs: 0,
  failed: false,
  ...change,
});
function replay(rule: GovernanceRule, rules: readonly object[], requests: readonly ReplayedRequest[]) {
  const all: Replayed[] = [];
  for (const second of replayRules(rule, documentsOf(rule, ...rules), UNKNOWN_NODE, 'SERVER', requests, () => 0.5))
    all.push(...second);
  const sum = (key: 'matched' | 'rejected' | 'delayed'): number => all.reduce((total, item) => total + item[key], 0);
  return { all, matched: sum('matched'), rejected: sum('rejected'), delayed: sum('delayed') };
}

const traffic = fc
  .array(
    fc.record({
      gapMs: fc.integer({ min: 0, max: 400 }),
      user: fc.constantFrom('ann', 'bob'),
      durationMs: fc.integer({ min: 0, max: 900 }),
      failed: fc.boolean(),
    }),
    { maxLength: 150 },
  )
  .map((items) => {
    let atMs = 1000;
    return items.map(({ gapMs, user, durationMs, failed }) => {
      atMs += gapMs;
      return requestOf({ atMs, headers: { user }, durationMs, failed });
    });
  });
const onlyAnn = [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['ann'] }];

describe('requests that were all remembered', () => {
  it.each([
    ['a rate', limiter, { threshold: 3, timeMs: 1000, conditions: onlyAnn }],
    ['concurrency', limiter, { threshold: 2, thresholdType: 'concurrency' }],
    [
      'a circuit breaker',
      breaker,
      { threshold: 40, floorRequestCount: 4, triggerWindowMillis: 1000, meltWindowMillis: 1000 },
    ],
  ] as const)('come to what they would have come to: %s', (_, rule, spec) => {
    fc.assert(
      fc.property(traffic, (requests) => {
        const one = simulateRules(rule, documentsOf(rule, spec), UNKNOWN_NODE, 'SERVER', requests);
        const again = replay(rule, [spec], requests);
        expect(again.rejected).toBe(one.filter(({ rejected }) => rejected).length);
        expect(again.all.map(({ rejected }) => rejected > 0)).toEqual(one.map(({ rejected }) => rejected));
      }),
    );
  });
});

describe('a record that stands for others', () => {
  it('is played as often, spread over its second', () => {
    // Ten seconds of 1000 requests, of which five were remembered.
    const requests = Array.from({ length: 50 }, (_, index) =>
      requestOf({ atMs: Math.floor(index / 5) * 1000 + (index % 5) * 7, stands: 200 }),
    );
    const { matched, rejected } = replay(limiter, [{ threshold: 100, timeMs: 1000 }], requests);
    expect(matched).toBe(10_000);
    // 100 of each second pass, and the 100 that the bucket held at first.
    expect(10_000 - rejected).toBeGreaterThanOrEqual(1095);
    expect(10_000 - rejected).toBeLessThanOrEqual(1105);
  });

  it('counts for as many that the rule is not for, with the condition that does not hold', () => {
    const requests = [
      requestOf({ stands: 30, headers: { user: 'bob' } }),
      requestOf({ atMs: 5, headers: { user: 'ann' } }),
    ];
    const { all, matched, rejected } = replay(
      rateLimit,
      [{ threshold: 0, timeMs: 1000, conditions: onlyAnn }],
      requests,
    );
    expect([matched, rejected]).toEqual([1, 1]);
    expect(all[0]).toMatchObject({ matched: 0, unmatched: { condition: 'HEADER user EQUAL [ann]', actual: 'bob' } });
    expect(all[1]?.unmatched).toBeNull();
  });

  it('is copied as often as chance has it', () => {
    let draws = 0;
    const copies = { targetCluster: 'shadow', percent: 25 };
    const all: Replayed[] = [];
    const rule: GovernanceRule = mirror;
    const random = (): number => (draws++ % 4) / 4;
    for (const second of replayRules(
      rule,
      documentsOf(rule, copies),
      UNKNOWN_NODE,
      'SERVER',
      [requestOf({ stands: 40 }), requestOf({ atMs: 5, host: 'other' })],
      random,
    ))
      all.push(...second);
    expect(all).toMatchObject([
      { matched: 40, rejected: 0, copied: 10 },
      { matched: 0, copied: 0 },
    ]);
  });

  it('says nothing of requests for other services', () => {
    const { all } = replay(limiter, [{ threshold: 0, timeMs: 1000 }], [requestOf({ host: 'other' })]);
    expect(all).toMatchObject([{ matched: 0, rejected: 0, unmatched: null }]);
  });
});

it('counts as refused what a rule of routing has no instance for, unless it leaves it to others', () => {
  const rule: GovernanceRule = route;
  const requests = Array.from({ length: 10 }, (_, index) => requestOf({ atMs: index }));
  const asked = new Set<string>();
  const played = (version: string, fallback: boolean): Replayed[] => {
    const destination = [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: [version] }];
    const value = parseConfig(
      { dataId: `${HOST}@Http1`, rules: [{ id: 1, fallback, destinations: [{ weight: 100, destination }] }] },
      rule.schema,
    ).value;
    const has: HostFinder = (service, labels) => {
      asked.add(service);
      return labels.every(([, wanted]) => wanted === 'v1');
    };
    const documents = [{ dataId: 'd', version: 1, value }];
    return [...replayRules(rule, documents, UNKNOWN_NODE, 'CLIENT', requests, () => 0, has)].flat();
  };
  const sum = (all: readonly Replayed[]) => all.reduce((total, { rejected }) => total + rejected, 0);
  expect(sum(played('v9', false))).toBe(10);
  expect(sum(played('v9', true))).toBe(0);
  expect(sum(played('v1', false))).toBe(0);
  expect([...asked]).toEqual([`${HOST}@Http1`]);
});

it('tries a rule that ends by itself as though it were in force all the time', () => {
  const call = (atMs: number): RecordedCall => ({
    nowMs: atMs,
    atMs,
    protocol: 'Http1',
    isHttp: true,
    host: HOST,
    service: '',
    method: '',
    httpMethod: 'GET',
    path: '/',
    localPort: 80,
    timeoutMs: 0,
    serviceId: `${HOST}@Http1`,
    sourceApp: 'front',
    sourceIp: '',
    targetApp: 'demo',
    targetIp: '',
    headers: [],
    stands: 1,
    verdict: 'pass',
    durationMs: 1,
    failed: false,
  });
  const spec = { ruleType: 'DELAY', fixedDelay: 50, ttlSeconds: 60 };
  const checked = faultInjectRuleKind.check({ name: 'slow', app: 'demo', services, enabled: true, spec });
  if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
  const calls = [call(1000), call(60_000), call(61_000), call(600_000)];
  const rules = [{ ruleDbId: 1, body: checked.body }];
  const all = [...faultInjectRuleKind.replay(rules, UNKNOWN_NODE, 'SERVER', calls, () => true)].flat();
  expect(all.map(({ matched, delayed }) => [matched, delayed])).toEqual(calls.map(() => [1, 1]));
  // What proxies get has its end.
  expect(JSON.stringify(faultInjectRuleKind.toDocument('demo', rules))).toContain('"ttlSeconds":60');
});
