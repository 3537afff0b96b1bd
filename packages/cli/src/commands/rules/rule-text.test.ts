import type { SimulateResult } from '@weft/api';
import { describe, expect, test } from 'vitest';
import { changeLines, pushDetailText, pushText, ruleTable, simulationText, specText, stateText } from './rule-text.ts';
import type { Rule } from './rule-types.ts';

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
    'ISOLATE',
    { leastExceptionRate: 20, exceptionRateMultiple: 2, timeWindow: 10, maxIpCount: 1 },
    '40 % errors in 10 s, at most 1',
  ],
  [
    'MIRROR',
    { percent: 10, targetDataId: '', targetCluster: '', targetAddresses: ['10.0.0.7:80'] },
    '10 % to 10.0.0.7:80',
  ],
  [
    'MAPPING',
    { service: 'com.x.A', version: '1.0', methods: { get: {} }, target: 'a@springcloud' },
    'com.x.A:1.0 ↔ a@springcloud, 1 method',
  ],
  ['MAPPING', { service: 'com.x.A', version: '', methods: {}, target: '' }, 'com.x.A ↔ HTTP, all methods'],
  ['ISOLATE', { leastExceptionRate: 20, exceptionRateMultiple: 1, timeWindow: 10, maxIpCount: 0 }, 'nobody'],
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
  ['AUTH', { type: 'WHITELIST', granularity: 'SERVICE' }, 'whitelist for a service'],
  ['AUTH', { type: 'BLACKLIST', granularity: 'APP' }, 'blacklist for the whole app'],
  ['DOWNGRADE', { action: 'MOCK', status: 0, body: '{}' }, 'a given answer'],
  ['DOWNGRADE', { action: 'RETURN_NULL', status: 503 }, 'an empty answer'],
  ['DOWNGRADE', { action: 'REJECT', status: 503 }, 'error 503'],
  ['DOWNGRADE', { action: 'REJECT', status: 0 }, 'an error'],
  ['HIJACK', { port: 9080, maxRequests: 5, unit: 'perSecond' }, 'port 9080: 5/s'],
  ['HIJACK', { port: 9080, maxRequests: 20, unit: 'concurrency' }, 'port 9080: 20 at a time'],
  ['HIJACK', { port: 9080, maxRequests: 0, unit: 'perSecond' }, 'port 9080: no limit'],
] as const)('a rule of type %s with %j reads %s', (type, spec, wanted) => {
  expect(specText({ type, spec })).toBe(wanted);
});

describe('a simulation', () => {
  const said = { titleMessage: null, detailMessage: null, ruleDbId: null, conditions: [] };
  const rule = {
    ...said,
    kind: 'rule',
    title: 'drill (CONTROL)',
    matched: true,
    verdict: 'fault',
    detail: 'fails',
  } as const;
  const verdict = (title: string, detail: string) => ({
    ...said,
    kind: 'verdict',
    title,
    matched: null,
    verdict: null,
    detail,
  });
  const result = (change: Partial<SimulateResult>): SimulateResult => ({
    verdict: 'pass',
    passed: 1,
    rejected: 0,
    unknown: 0,
    wouldReject: 0,
    ruleDbId: null,
    steps: [],
    ...change,
  });

  test('says once what became of a request, and why no rule was asked', () => {
    const steps = [verdict('passed', 'no rule is for a')];
    expect(simulationText(result({ steps }))).toBe('→ passed: no rule is for a');
  });

  test('marks a rule that keeps the request from the service', () => {
    const steps = [rule, verdict('failed on purpose by rule 5', '0 of 1 passed')];
    expect(simulationText(result({ verdict: 'reject', passed: 0, rejected: 1, steps }))).toBe(
      '  ✗ drill (CONTROL): fails\n→ failed on purpose by rule 5',
    );
  });

  test('counts several requests', () => {
    const steps = [rule, verdict('passed', '5 of 10 passed')];
    expect(simulationText(result({ passed: 5, rejected: 5, wouldReject: 2, steps }))).toBe(
      '  ✗ drill (CONTROL): fails\n→ 5 of 10 pass; the last one: passed, 2 would be refused by rules in OBSERVE',
    );
  });
});

test('the state of a rule is its switch, how long it still acts, or how far its rollout is', () => {
  const rule = { enabled: true, rollout: null, expiresAt: null };
  expect(stateText(rule)).toBe('on');
  expect(stateText({ ...rule, enabled: false })).toBe('off');
  const expiresAt = new Date(61_000).toISOString();
  expect(stateText({ ...rule, expiresAt }, 1000)).toBe('on for 60 s');
  const rollout = {
    rolloutId: 1,
    state: 'RUNNING',
    step: 1,
    stepCount: 2,
    percent: 30,
    selected: 12,
    applied: 9,
    subscribers: 40,
  } as const;
  expect(stateText({ ...rule, rollout })).toBe('rollout at 30 %, 12 of 40 proxies');
  const push = { state: 'ok', target: 1, acked: 1, rejected: 0, pending: 0, version: 1, lastPushAt: null } as const;
  expect(pushText({ push, rollout })).toBe('9 of 40 (rollout)');
  expect(pushText({ push, rollout: null })).toBe('1/1 ok');
});

test('a rule that is off does not boast of the document of others', () => {
  const push = { state: 'ok', target: 3, acked: 3, rejected: 0, pending: 0, version: 1, lastPushAt: null } as const;
  const none = { ...push, state: 'none', target: 0, acked: 0, version: 0 } as const;
  const said = [push, none, { ...push, state: 'pending', acked: 1 } as const].map((one) =>
    [true, false].map((enabled) => pushText({ push: one, enabled, rollout: null })),
  );
  expect(said).toEqual([
    ['3/3 ok', 'off'],
    ['-', 'off'],
    // What it was in is being taken back.
    ['1/3 pending', '1/3 pending'],
  ]);
  const detail = (enabled: boolean) =>
    pushDetailText({ app: 'details', name: 'qps', enabled }, { ...push, dataIds: [] }).split('\n')[0];
  expect(detail(true)).toBe('details/qps: ok; 3 of 3 proxies have it, 0 refused it, 0 wait');
  expect(detail(false)).toBe('details/qps: off; 3 of 3 proxies have what is without it, 0 refused it, 0 wait');
});

test('a switch that changes is told in words, and everything else as it was and will be', () => {
  expect(
    changeLines([
      { path: '/enabled', before: false, after: true },
      { path: '/enabled', before: true, after: false },
      { path: '/spec/threshold', before: 5, after: null },
    ]),
  ).toEqual(['  switched on', '  switched off', '  /spec/threshold: 5 → nothing']);
});

test('a list of mappings leaves out what choosing requests would need, and one with other rules does not', () => {
  const rule = (type: string, spec: object) =>
    ({
      ...{ ruleDbId: 7, type, name: 'r', app: '*', direction: 'SERVER', services: ['*'], spec, mode: 'CONTROL' },
      ...{ enabled: false, rollout: null, expiresAt: null, hits5m: 0 },
      push: { state: 'none', target: 0, acked: 0, rejected: 0 },
    }) as unknown as Rule;
  const mapping = rule('MAPPING', { service: 'com.x.A', version: '', methods: {}, target: '' });
  const head = (rules: readonly Rule[]) => ruleTable(rules).split('\n')[0]?.trim().toLowerCase().split(/ {2,}/);
  expect(head([mapping])).toEqual(['id', 'type', 'rule', 'what', 'state', 'push', 'hits 5m']);
  expect(head([mapping, rule('LIMIT', { threshold: 5, timeMs: 1000 })])).toContain('direction');
});
