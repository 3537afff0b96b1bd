import { RuleDirection, RuleVerdict } from '@weft/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describedRequest, type RequestDescription } from '../common/index.ts';
import { exampleFiles, PASS, playExample, REJECT, startRules } from '../common/test-rules.ts';
import { checkFaultBody, faultInject, toFaultDocument } from './index.ts';

const ECHO = 'com.example.Echo:1.0@DEFAULT';
const HOST = 'details.bookinfo:9080';
const bolt = (more: Partial<RequestDescription> = {}) =>
  describedRequest({ protocol: 'bolt', service: ECHO, method: 'echo', ...more });
const http = (more: Partial<RequestDescription> = {}) =>
  describedRequest({ protocol: 'Http1', host: HOST, method: 'GET', path: '/a', ...more });
const rule = (more: object = {}, configs: object = {}, item: object = {}) => ({
  ruleDbId: 1,
  services: [ECHO],
  faultInjectRuleItems: [{ configs, ...item }],
  ...more,
});
/** Numbers below 1, the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('an abort refuses with the status of the rule, over gRPC with the name that it gives', () => {
  const { ask } = startRules(faultInject, [rule({}, { code: 503 })]);
  expect(ask(bolt()).decision.rejection).toMatchObject({ word: 'fault-inject', ruleDbId: 1, status: 503 });
  const named = startRules(faultInject, [rule({}, { code: 'UNAVAILABLE' })]).ask(bolt()).decision.rejection;
  expect(named).toMatchObject({ status: 503, grpcStatus: 14 });
});

test('a delay lets go on', () => {
  const { ask } = startRules(faultInject, [rule({}, { fixedDelay: 500 }, { ruleType: 'DELAY' })]);
  const request = ask(bolt());
  expect([request.verdict, request.decision.delayMs]).toEqual([RuleVerdict.DELAY, 500]);
});

test.each([
  [0, 0, 0],
  [100, 10_000, 10_000],
  [10, 850, 1150],
  [80, 7850, 8150],
])('of ten thousand requests %i per cent are hit', (faultPercent, least, most) => {
  const { ask } = startRules(faultInject, [rule({}, { faultPercent })], { random: seeded(7) });
  let hits = 0;
  for (let i = 0; i < 10_000; i++) if (ask(bolt()).verdict === REJECT) hits++;
  expect(hits).toBeGreaterThanOrEqual(least);
  expect(hits).toBeLessThanOrEqual(most);
});

test('only the first rule of a service acts, whether it hits or not', () => {
  const vip = [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['vip'] }];
  const { ask, set } = startRules(faultInject, [
    rule({ ruleDbId: 9 }, { code: 599 }),
    rule({ ruleDbId: 3, conditions: vip }, { code: 503 }),
    rule({ ruleDbId: 2, methods: ['other'] }),
  ]);
  expect(ask(bolt({ headers: { user: 'vip' } })).ruleDbId).toBe(3);
  expect(ask(bolt()).verdict).toBe(PASS);
  expect(ask(bolt({ method: 'other' })).ruleDbId).toBe(2);
  expect(explained(set, bolt())).toEqual([
    [9, 'skipped', firstIs(3)],
    [3, 'not_matched', 'its conditions do not hold'],
  ]);
});

const firstIs = (ruleDbId: number): string =>
  `rule ${ruleDbId} is the first for such calls: no other injects faults into them, whether its conditions hold or not`;
const explained = (set: ReturnType<typeof startRules>['set'], request: ReturnType<typeof bolt>) =>
  set.explain(RuleDirection.SERVER, request).map(({ ruleDbId, verdict, detail }) => [ruleDbId, verdict, detail]);

test('a rule whose conditions do not hold says so, also where it is the only one', () => {
  const conditions = [{ type: 'HEADER', field: 'x-q', operation: 'EQUAL', value: ['1'] }];
  const { set } = startRules(faultInject, [rule({ conditions })]);
  expect(set.explain(RuleDirection.SERVER, bolt())).toMatchObject([
    {
      verdict: 'not_matched',
      detail: 'its conditions do not hold',
      conditions: [{ condition: 'HEADER x-q EQUAL [1]', actual: '', matched: false }],
    },
  ]);
  expect(explained(set, bolt({ headers: { 'x-q': '1' } }))).toEqual([
    [1, 'reject', '100 % of the requests meet status 500'],
  ]);
});

test('what does not act says what acts in its place: a rule with a lower id that acts or watches as it does, an earlier fault', () => {
  const items = [{ configs: { code: 503 } }, { configs: { code: 504 } }];
  const { set } = startRules(faultInject, [
    rule({ ruleDbId: 2, faultInjectRuleItems: items }),
    rule({ ruleDbId: 1, mode: 'OBSERVE' }),
    rule({ ruleDbId: 3, methods: ['echo'] }),
    rule({ ruleDbId: 4, mode: 'OBSERVE' }),
  ]);
  expect(explained(set, bolt())).toEqual([
    [3, 'skipped', firstIs(2)],
    [2, 'reject', '100 % of the requests meet status 503'],
    [2, 'skipped', 'fault 1 of the rule comes first'],
    [1, 'would_reject', '100 % of the requests meet status 500'],
    [4, 'skipped', firstIs(1)],
  ]);
});

test('a path is part of what a rule is for, not of its conditions', () => {
  const on = (ruleDbId: number, methods: string[]) => rule({ ruleDbId, services: [`${HOST}@Http1`], methods });
  const many = Array.from({ length: 20 }, (_, index) => on(index + 10, [`GET /p${index}`]));
  const { ask } = startRules(faultInject, [on(1, ['POST *']), on(2, ['GET /a']), on(3, ['/a']), ...many]);
  expect([ask(http()).ruleDbId, ask(http({ method: 'POST' })).ruleDbId]).toEqual([2, 1]);
  expect([ask(http({ path: '/p7' })).ruleDbId, ask(http({ path: '/x' })).ruleDbId]).toEqual([17, 0]);
});

test('of several faults of a rule the first acts whose conditions hold', () => {
  const when = (value: string) => [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [value] }];
  const items = [
    { trafficConditions: when('a'), configs: { code: 501 } },
    { trafficConditions: when('b'), configs: { code: 502 } },
    { configs: { code: 503 } },
  ];
  const { ask } = startRules(faultInject, [rule({ faultInjectRuleItems: items })]);
  const status = (user: string) => ask(bolt({ headers: { user } })).decision.rejection?.status;
  expect(['a', 'b', 'c'].map(status)).toEqual([501, 502, 503]);
});

test('fields of other products are understood', () => {
  const own = { services: [], resource: ECHO, trafficType: 'o', methodName: 'echo' };
  const { ask } = startRules(faultInject, [rule(own)]);
  expect(ask(bolt(), RuleDirection.CLIENT).verdict).toBe(REJECT);
  expect([ask(bolt()).verdict, ask(bolt({ method: 'x' }), RuleDirection.CLIENT).verdict]).toEqual([PASS, PASS]);
  const whole = startRules(faultInject, [rule({ services: [], resource: `${ECHO}.echo:o:r#40f1a27a` })]);
  expect([whole.ask(bolt()).verdict, whole.ask(bolt(), RuleDirection.CLIENT).verdict]).toEqual([PASS, REJECT]);
});

test('a watching rule writes its line and hides no other; a hit says which request', () => {
  const { ask, lines } = startRules(faultInject, [
    rule({ ruleDbId: 1, mode: 'OBSERVE' }),
    rule({ ruleDbId: 2 }, {}, { action: { type: 'PASS' } }),
    rule({ ruleDbId: 3, methods: ['echo'] }),
  ]);
  expect(ask(bolt({ headers: { 'rpc_trace_context.sofaTraceId': '0a0b' } })).ruleDbId).toBe(3);
  expect(lines).toEqual([
    `fault_inject.log [INFO] [,0a0b][hit] resourceName:${ECHO}:i:r, headers:com.example.Echo:1.0.echo, mode:OBSERVE`,
    `fault_inject.log [INFO] [,0a0b][hit] resourceName:${ECHO}.echo:i:r, headers:com.example.Echo:1.0.echo`,
  ]);
});

test('details are lines of comparison', () => {
  const conditions = [{ type: 'SYSTEM', field: 'source.ip', operation: 'EQUAL', value: ['11.158.125.224'] }];
  const { ask, lines, showDetail } = startRules(faultInject, [rule({ conditions })]);
  showDetail();
  ask(bolt({ system: { 'source.ip': '11.158.125.203' } }));
  expect(lines).toEqual([
    `fault_inject.log [DEBUG] [match] resource:${ECHO}:i:r,key:${ECHO}.*:i:r,conditions:[{SYSTEM source.ip EQUAL [11.158.125.224]}]`,
    'fault_inject.log [DEBUG] [IsMatch]leftVal:11.158.125.203,op:EQUAL,rightVal:[11.158.125.224]',
  ]);
});

test('a rule whose time is over makes room for the next, and says so once', () => {
  const { ask, set, lines } = startRules(faultInject, [rule({ ttlSeconds: 60 }), rule({ ruleDbId: 2 }, { code: 501 })]);
  expect([ask(bolt({ atMs: 59_999 })).ruleDbId, ask(bolt({ atMs: 60_000 })).ruleDbId]).toEqual([1, 2]);
  set.tick(60_000);
  set.tick(61_000);
  expect(lines.filter((line) => line.includes('[expired]'))).toEqual([
    `fault_inject.log [INFO] [expired] resourceName:${ECHO}:i:r, rule:1, after 60 s`,
  ]);
});

test('agrees with a search through all rules', () => {
  const wild = fc.record({
    method: fc.constantFrom('*', 'a', 'b'),
    user: fc.option(fc.constantFrom('x', 'y')),
    off: fc.boolean(),
  });
  const request = fc.record({ method: fc.constantFrom('a', 'b', 'c'), user: fc.constantFrom('', 'x', 'y') });
  fc.assert(
    fc.property(fc.array(wild, { maxLength: 20 }), fc.array(request, { maxLength: 8 }), (wilds, requests) => {
      const rules = wilds.map(({ method, user, off }, index) =>
        rule(
          {
            ruleDbId: index + 1,
            methods: [method],
            enabled: !off,
            conditions: user === null ? [] : [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [user] }],
          },
          { code: 500 },
        ),
      );
      const { ask } = startRules(faultInject, rules.toReversed());
      for (const { method, user } of requests) {
        const first = wilds.findIndex((item) => !item.off && (item.method === '*' || item.method === method));
        const chosen = wilds[first];
        const hit = chosen !== undefined && (chosen.user === null || chosen.user === user);
        expect(ask(bolt({ method, headers: user === '' ? {} : { user } })).ruleDbId).toBe(hit ? first + 1 : 0);
      }
    }),
    { seed: 11, numRuns: 200 },
  );
});

const folder = new URL('./examples/', import.meta.url);
test('there are examples', () => expect(exampleFiles(folder).length).toBeGreaterThanOrEqual(3));
test.each(exampleFiles(folder))('example %s does what it says', (file) => {
  playExample(new URL(file, folder), faultInject, checkFaultBody, toFaultDocument);
});
