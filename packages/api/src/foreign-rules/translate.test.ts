import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { detectForeignFormat, translateForeignRules } from './index.ts';

const sample = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`testdata/${name}.json`, import.meta.url), 'utf8'));
const sentinel = (...rules: object[]) => translateForeignRules(rules, 'sentinel', { app: 'shop' });
const FLOW = { resource: '/a', grade: 1, count: 5 };

test('knows whose file it is', () => {
  expect(detectForeignFormat(sample('sentinel-flow-rules'))).toBe('sentinel');
  expect(detectForeignFormat(sample('guardian-limits'))).toBe('guardian');
  expect(detectForeignFormat({ rules: [{ calculationConfigs: [] }] })).toBe('guardian');
  expect(detectForeignFormat(FLOW)).toBe('sentinel');
  expect(detectForeignFormat({ format: 'weft-rules/v1', rules: [{ name: 'a', app: 'b', spec: {} }] })).toBeNull();
  for (const other of [null, 7, 'text', [], {}, [1]]) expect(detectForeignFormat(other)).toBeNull();
});

test('reads the flow rules of Sentinel', () => {
  const { rules, remarks } = translateForeignRules(sample('sentinel-flow-rules'), 'sentinel', { app: 'shop' });
  expect(rules).toMatchObject([
    {
      name: 'sentinel GET:/orders/{id}',
      app: 'shop',
      services: ['*'],
      methods: ['GET'],
      conditions: [{ field: 'http.path', operation: 'REGEX', value: ['^/orders/[^/]*$'] }],
      spec: { threshold: 20, timeMs: 1000 },
    },
    {
      conditions: [
        { field: 'http.path', operation: 'EQUAL', value: ['/status'] },
        { field: 'source.app.name', operation: 'IN', value: ['checkout', 'basket'] },
      ],
      spec: { threshold: 1, timeMs: 2000 },
    },
    {
      services: ['com.example.OrderService@dubbo'],
      methods: ['place'],
      spec: { thresholdType: 'concurrency', threshold: 16 },
    },
    {
      services: ['com.example.StockService:1.0@DEFAULT'],
      methods: ['reserve'],
      spec: { threshold: 100, maxBurstRatio: 0 },
    },
  ]);
  expect(remarks.map(({ rule, kind, message }) => `${rule} ${kind} ${message}`)).toEqual([
    expect.stringMatching(/^rule 4 .* changed controlBehavior 2: .* instead of queued for 200 ms$/),
    expect.stringMatching(/^rule 4 .* changed clusterMode: /),
    expect.stringMatching(/^rule 5 "writeInvoice" left out resource: .*name the service/),
    expect.stringMatching(/^rule 6 "\/related" left out strategy: found 1; /),
    expect.stringMatching(/^rule 7 "\/rest" left out limitApp "other": /),
  ]);
});

test('reads the limits of Guardian', () => {
  const { rules, remarks } = translateForeignRules(sample('guardian-limits'), 'guardian');
  expect(rules).toMatchObject([
    {
      name: 'echo-limit',
      app: 'echo',
      mode: 'CONTROL',
      enabled: true,
      services: ['com.example.EchoService:1.0@DEFAULT', 'com.example.EchoService:2.0@DEFAULT'],
      methods: ['echo'],
      spec: { threshold: 600, timeMs: 60_000, maxBurstRatio: 2, reject: { message: 'busy' } },
    },
    {
      name: 'echo-watch',
      mode: 'OBSERVE',
      enabled: false,
      services: ['com.example.EchoService:1.0@DEFAULT'],
      methods: ['*'],
      spec: { threshold: 50, timeMs: 1000, maxBurstRatio: 1 },
    },
  ]);
  expect(remarks).toMatchObject([
    { rule: 'rule 2 "echo-watch"', kind: 'changed' },
    { rule: 'rule 3 "sdk-only"', kind: 'left out' },
  ]);
});

test('the service of resources that name none may be given', () => {
  const service = 'com.example.Invoice:1.0@DEFAULT';
  const read = (rule: object) => translateForeignRules([rule], 'sentinel', { app: 'shop', service }).rules;
  expect(read({ ...FLOW, resource: 'writeInvoice' })).toMatchObject([{ services: [service], methods: ['*'] }]);
  expect(read(FLOW)).toMatchObject([{ services: [service], conditions: [{ value: ['/a'] }] }]);
});

test.each([
  [{ ...FLOW, grade: 2 }, /^grade: found 2, /],
  [{ ...FLOW, count: 'x' }, /^count: found "x", expected a number/],
  [{ ...FLOW, count: -1 }, /^count: found -1/],
  [{ ...FLOW, grade: 0, count: 1.5 }, /whole number/],
  [{ ...FLOW, count: 1e-9 }, /one call in an hour/],
  [{ ...FLOW, controlBehavior: 9 }, /^controlBehavior: found 9/],
  [{ ...FLOW, limitApp: 7 }, /^limitApp: found 7/],
  [{ resource: '', grade: 1, count: 1 }, /^resource: found ""/],
  [{ resource: '/a', grade: 1, count: 0.5, timeWindow: 10 }, /degrade rule/],
])('leaves out %j', (rule, why) => {
  const { rules, remarks } = sentinel(rule);
  expect(rules).toEqual([]);
  expect(remarks).toMatchObject([{ kind: 'left out', message: expect.stringMatching(why) as string }]);
});

test.each([
  [{ rule_config: '{' }, /^rule_config: found "\{", expected JSON/],
  [{ limitStrategy: 'ConcurrencyLimiter' }, /^limitStrategy: /],
  [{ runMode: 'FOO' }, /^runMode: found "FOO"/],
  [{ maxBurstRatio: 'many' }, /^maxBurstRatio: found "many"/],
  [{ calculationConfigs: [] }, /^calculationConfigs: found \[\]/],
  [
    { calculationConfigs: [{ maxAllow: 1.5 }] },
    /^calculationConfigs\[0\]\.maxAllow: found 1.5, expected a whole number/,
  ],
  [{ calculationConfigs: [{ maxAllow: 1, trafficType: 'PRESSURE' }] }, /trafficType: found "PRESSURE"/],
  [{ calculationConfigs: [{ maxAllow: 1, calculationType: 'CONCURRENT' }] }, /calculationType: found "CONCURRENT"/],
  [{ resourceConfigs: [{}] }, /^resourceConfigs\[0\]\.baseName: found nothing/],
  [{ app_name: '' }, /it names no app/],
])('leaves out a Guardian limit with %j', (part, why) => {
  const limit = {
    app_name: 'echo',
    resourceConfigs: [{ baseName: 'a.B:1.0@DEFAULT.c' }],
    calculationConfigs: [{ maxAllow: 5, period: 1000 }],
  };
  expect(translateForeignRules([limit], 'guardian').rules).toHaveLength(1);
  const { rules, remarks } = translateForeignRules([{ ...limit, ...part }], 'guardian');
  expect(rules).toEqual([]);
  expect(remarks).toMatchObject([{ kind: 'left out', message: expect.stringMatching(why) as string }]);
});

test('names are told apart, and things that are no rules are named by their place', () => {
  const { rules, remarks } = translateForeignRules([FLOW, FLOW, 7], 'sentinel', { app: 'shop' });
  expect(rules.map(({ name }) => name)).toEqual(['sentinel /a', 'sentinel /a (2)']);
  expect(remarks).toMatchObject([{ rule: 'rule 3', message: 'found 7, expected an object' }]);
  expect(() => translateForeignRules(new Array(5001).fill(FLOW), 'sentinel')).toThrow(/found 5001 rules/);
});
