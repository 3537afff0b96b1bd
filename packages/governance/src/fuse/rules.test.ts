import { OutcomeKind, RuleCounter, RuleDirection } from '@weft/sdk';
import { describe, expect, test } from 'vitest';
import { describedRequest, type RequestDescription } from '../common/index.ts';
import { PASS, REJECT, startRules } from '../common/test-rules.ts';
import { fuse } from './index.ts';

const ECHO = 'com.example.Echo:1.0@DEFAULT';
const bolt = (atMs: number, more: Partial<RequestDescription> = {}) =>
  describedRequest({ protocol: 'bolt', service: ECHO, method: 'echo', atMs, ...more });
let nextId = 1;
const rule = (more: object = {}): object => ({
  ruleDbId: nextId++,
  threshold: 50,
  floorRequestCount: 2,
  services: [ECHO],
  ...more,
});
const start = (...rules: object[]) => {
  const started = startRules(fuse, rules);
  const call = (atMs: number, kind: OutcomeKind = OutcomeKind.SUCCESS, more: Partial<RequestDescription> = {}) => {
    const request = started.ask(bolt(atMs, more));
    if (request.verdict === PASS) request.end(atMs + 1, kind);
    return request;
  };
  return { ...started, call };
};
const { ERROR, UNANSWERED, CANCELLED, SUCCESS } = OutcomeKind;

test('an open circuit refuses at once: the rule, the seconds to wait, one line, one count', () => {
  const { call, lines, slots } = start(rule({ ruleDbId: 14000001, meltWindowMillis: 9500 }));
  call(0, ERROR);
  call(0, ERROR);
  const refused = call(500);
  expect(refused.verdict).toBe(REJECT);
  expect(refused.decision.rejection).toMatchObject({ word: 'fuse', ruleDbId: 14000001 });
  expect(refused.decision.retryAfterSeconds).toBe(10);
  expect(call(9500).decision.retryAfterSeconds).toBe(1);
  const { counters, row } = slots[0] as (typeof slots)[number];
  expect([counters[row + RuleCounter.PASS], counters[row + RuleCounter.REJECT]]).toEqual([2, 2]);
  expect(lines).toEqual([
    `fuse.log [INFO] [fuse] resource:${ECHO}:i:r,rule:14000001,from:CLOSED,to:OPEN,total:2,error:2,rt:1,reason:errorRatio`,
    `flowcontrol-block-stat.log [ERROR] [flow blocked] |${ECHO}:i:r|FuseSlot|0|Block(ALWAYS_BLOCK)||{"id":0,"ruleDbId":14000001,"Resource":{"name":"${ECHO}","resourceType":2,"trafficType":0,"env":"","conditionId":""},"mode":"CONTROL","meltAlgorithm":"classic","recoveryAlgorithm":"classic","triggerWindowMillis":10000,"floorRequestCount":2,"probeNum":2,"meltWindowMillis":9500,"threshold":50,"triggerType":"errorRatio","zoneSpec":null}|`,
    expect.stringContaining('ALWAYS_BLOCK'),
  ]);
});

test('the line of a refusal says what the rule counts, as it came or as the proxy computes it', () => {
  const shown = (more: object, description: Partial<RequestDescription> = {}, inbound = false) => {
    const { ask, lines } = startRules(fuse, [rule({ direction: 'CLIENT', ...more })]);
    const direction = inbound ? RuleDirection.SERVER : RuleDirection.CLIENT;
    for (let i = 0; i < 2; i++) ask(bolt(0, description), direction).end(1, ERROR);
    ask(bolt(2, description), direction);
    const [, resource, json = ''] = /\|([^|]*)\|FuseSlot\|.*\|(\{.*\})\|$/.exec(lines.at(-1) ?? '') ?? [];
    return [resource, (JSON.parse(json) as { readonly Resource: unknown }).Resource];
  };
  const resource = { name: ECHO, resourceType: 2, trafficType: 1, env: '', conditionId: '' };
  expect(shown({})).toEqual([`${ECHO}:o:r`, resource]);
  expect(shown({ methods: ['echo'] })).toEqual([`${ECHO}.echo:o:r`, { ...resource, name: `${ECHO}.echo` }]);
  expect(shown({ services: ['*'] })).toEqual([`${ECHO}:o:r`, resource]);
  const conditions = [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['vip'] }];
  const [of, computed] = shown({ conditions }, { headers: { user: 'vip' } });
  const [, conditionId] = /#([0-9a-f]{8})$/.exec(String(of)) ?? [];
  expect(computed).toEqual({ ...resource, conditionId });
  const came = { ...resource, name: `${ECHO}:i:r`, trafficType: 0, env: 'test', Resource: null };
  expect(shown({ services: [], Resource: came }, {}, true)).toEqual([`${ECHO}:i:r`, came]);
});

test('three transitions are three lines', () => {
  const { call, lines } = start(rule({ probeNum: 1 }));
  call(0, ERROR);
  call(0, ERROR);
  call(20_000);
  expect(lines.filter((line) => line.startsWith('fuse.log')).map((line) => line.replace(/^.*,from/, 'from'))).toEqual([
    'from:CLOSED,to:OPEN,total:2,error:2,rt:1,reason:errorRatio',
    'from:OPEN,to:HALF_OPEN,total:0,error:0,rt:0,reason:meltWindow',
    'from:HALF_OPEN,to:CLOSED,total:1,error:0,rt:1,reason:probesPassed',
  ]);
});

test.each<[string, object, OutcomeKind, number, boolean]>([
  ['an error', {}, ERROR, 500, true],
  ['no answer', {}, UNANSWERED, 0, true],
  ['a caller that left', {}, CANCELLED, 0, false],
  ['success', {}, SUCCESS, 200, false],
  ['a status that is listed', { errorCodes: [404] }, SUCCESS, 404, true],
  ['an error that is not listed', { errorCodes: [404] }, ERROR, 500, false],
  ['no answer, whatever is listed', { errorCodes: [404] }, UNANSWERED, 0, true],
])('%s', (_name, more, kind, code, counts) => {
  const { ask, call } = start(rule(more));
  for (let i = 0; i < 2; i++) ask(bolt(0)).end(1, kind, code);
  expect(call(2).verdict).toBe(counts ? REJECT : PASS);
});

test('a refused probe shows its own detail, and a cancelled one makes room', () => {
  const { ask, call, lines } = start(rule({ probeNum: 1 }));
  call(0, ERROR);
  call(0, ERROR);
  const probe = ask(bolt(20_000));
  expect([probe.verdict, ask(bolt(20_001)).verdict]).toEqual([PASS, REJECT]);
  expect(lines.at(-1)).toContain('|FuseSlot|0|Block(PROBE_BLOCK)||');
  probe.end(20_002, CANCELLED);
  expect(ask(bolt(20_003)).verdict).toBe(PASS);
});

test('who closes it by hand is told how it stood', () => {
  const { call, set } = start(rule({ probeNum: 1 }));
  call(0, ERROR);
  call(0, ERROR);
  expect(set.reset?.(() => false, 1)).toEqual([]);
  expect(set.reset?.(() => true, 1)).toMatchObject([{ state: 'OPEN' }]);
  expect(set.states?.(1)).toMatchObject([{ state: 'CLOSED' }]);
  expect(set.reset?.(() => true, 1)).toEqual([]);
});

describe('several rules', () => {
  test('any open one refuses, and a refused request counts nowhere', () => {
    const { call, set } = start(rule({ floorRequestCount: 2 }), rule({ floorRequestCount: 100 }));
    call(0, ERROR);
    call(0, ERROR);
    for (let i = 0; i < 5; i++) expect(call(1).verdict).toBe(REJECT);
    expect(set.explain(RuleDirection.SERVER, bolt(2)).map(({ detail }) => detail)).toEqual([
      'OPEN for 9999 ms more',
      'CLOSED, 2 of at least 100 calls in 10 s, 100 % errors of 50 %',
    ]);
  });

  test('a probe of one is given back when the other refuses', () => {
    const first = rule({ probeNum: 1, meltWindowMillis: 1000 });
    const { call, set } = start(first, rule({ meltWindowMillis: 60_000 }));
    call(0, ERROR);
    call(0, ERROR);
    for (let i = 0; i < 3; i++) expect(call(2000 + i).ruleDbId).toBe(nextId - 1);
    expect(set.explain(RuleDirection.SERVER, bolt(3000))[0]).toMatchObject({
      verdict: 'pass',
      detail: 'HALF_OPEN, 0 of 1 probes sent',
    });
  });

  test('conditions: only traffic that matches is counted, and only that is refused', () => {
    const { call } = start(
      rule({ conditions: [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['vip'] }] }),
    );
    for (let i = 0; i < 5; i++) call(0, ERROR);
    const vip = { headers: { user: 'vip' } };
    expect(call(0, ERROR, vip).verdict).toBe(PASS);
    expect(call(0, ERROR, vip).verdict).toBe(PASS);
    expect([call(1, SUCCESS, vip).verdict, call(1).verdict]).toEqual([REJECT, PASS]);
  });
});

test('a watching rule flags the requests that an enforcing one refuses, and refuses none', () => {
  const trace = Array.from({ length: 60 }, (_, index) => ({ atMs: index * 400, failed: index % 9 < 5 }));
  const flagged = (mode: string) => {
    const { ask, lines } = start(rule({ mode }));
    return trace.flatMap(({ atMs, failed }, index) => {
      const before = lines.length;
      const request = ask(bolt(atMs));
      const marked = lines.slice(before).some((line) => line.includes('FuseSlot'));
      if (request.verdict === PASS) request.end(atMs, failed ? ERROR : SUCCESS);
      expect(request.verdict === REJECT).toBe(marked && mode === 'CONTROL');
      return marked ? [index] : [];
    });
  };
  const control = flagged('CONTROL');
  expect(control.length).toBeGreaterThan(5);
  expect(flagged('OBSERVE')).toEqual(control);
});

test('a hundred lines a second, then how many more there were', () => {
  const { call, lines, set } = start(rule());
  call(0, ERROR);
  call(0, ERROR);
  for (let i = 0; i < 250; i++) call(5);
  set.tick(1000);
  const block = lines.filter((line) => line.startsWith('flowcontrol-block-stat'));
  expect(block).toHaveLength(101);
  expect(block.at(-1)).toContain('|FuseSlot| … repeated 150 times');
});

test('another zone, another threshold; a ratio is per cent', () => {
  const zoned = rule({ threshold: 100, zoneSpec: [{ zone: 'b', threshold: 10 }], floorRequestCount: 10 });
  const of = (node: object, own: object) => {
    const started = startRules(fuse, [own], { node: node as never });
    for (let i = 0; i < 10; i++) started.ask(bolt(0)).end(0, i < 3 ? ERROR : SUCCESS);
    return started.ask(bolt(1)).verdict;
  };
  const node = { app: '', ip: '', dataCenter: '', cluster: '', labels: {} };
  expect(of({ ...node, zone: 'a' }, zoned)).toBe(PASS);
  expect(of({ ...node, zone: 'b' }, zoned)).toBe(REJECT);
  expect(of({ ...node, zone: '' }, rule({ threshold: 0.3, thresholdUnit: 'ratio', floorRequestCount: 10 }))).toBe(
    REJECT,
  );
});
