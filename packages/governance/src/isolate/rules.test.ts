import { OutcomeKind, RuleCounter, RuleDirection } from '@weft/sdk';
import { describe, expect, test } from 'vitest';
import { exampleFiles, PASS, playExample, startRules } from '../common/test-rules.ts';
import { checkIsolateBody, isolate, toIsolateDocument } from './index.ts';
import { call, SERVICE, TestProxy } from './test-proxy.ts';

const { SUCCESS, ERROR, UNANSWERED, CANCELLED } = OutcomeKind;
const HOSTS = ['a', 'b', 'c'];
const rule = (more: object = {}): object => ({
  ruleDbId: 21,
  services: [SERVICE],
  leastWindowCount: 4,
  leastExceptionRate: 50,
  maxIpCount: 2,
  maxIpRatio: 1,
  ...more,
});
/** A proxy in which the calls of `c`, and half of those of `b`, have failed in the first window. */
const started = (more: object = {}, threads = 1): TestProxy => {
  const proxy = new TestProxy(threads, HOSTS).rules(rule(more));
  proxy.calls('a', SUCCESS, { times: 8 });
  proxy.calls('b', SUCCESS, { times: 4 });
  proxy.calls('b', ERROR, { times: 4 });
  proxy.calls('c', ERROR, { times: 8 });
  return proxy;
};
const equal = (field: string, value: string, type = 'SYSTEM') => ({ type, field, operation: 'EQUAL', value: [value] });

test('at the end of the window the worst are left out: lines, state, metric, what people are told', () => {
  const proxy = started();
  proxy.advance(9999);
  expect(proxy.isolated()).toEqual([]);
  expect(proxy.avoids('c')).toBe(false);
  proxy.advance(10_012);
  expect(proxy.isolated()).toEqual(['c', 'b']);
  expect(HOSTS.map((host) => proxy.avoids(host))).toEqual([false, true, true]);
  expect(proxy.lines).toEqual([
    `fault_tolerance.log [INFO] [Tolerance] isolate host=c service=${SERVICE} rule=21 call=8 exception=8 rate=100`,
    `fault_tolerance.log [INFO] [Tolerance] isolate host=b service=${SERVICE} rule=21 call=8 exception=4 rate=50`,
  ]);
  expect(proxy.events).toEqual([
    `isolate.begin c of ${SERVICE}, rule 21: 8 of 8 calls failed`,
    `isolate.begin b of ${SERVICE}, rule 21: 4 of 8 calls failed`,
  ]);
  expect(proxy.gauge).toBe(2);
  expect(proxy.states()[0]).toEqual({
    ruleDbId: 21,
    name: '',
    resource: `${SERVICE}:o:r`,
    direction: 'CLIENT',
    mode: 'CONTROL',
    state: 'ISOLATED',
    remainingMs: 900_000,
    host: 'c',
    service: SERVICE,
    forMs: 0,
    counts: { calls: 8, exceptions: 8, rate: 100 },
  });
});

test('comes back with a tenth of its share, and has all of it 10 s later', () => {
  const proxy = started({ recoverTime: 5000 });
  proxy.advance(10_012);
  const share = (): number => {
    let taken = 0;
    for (let i = 0; i < 100; i++) {
      proxy.draw = (i + 0.5) / 100;
      if (!proxy.avoids('c')) taken++;
    }
    return taken;
  };
  expect(share()).toBe(0);
  proxy.advance(15_011);
  expect(share()).toBe(0);
  proxy.advance(15_013);
  expect(share()).toBe(10);
  expect(proxy.lines.at(-1)).toBe(`fault_tolerance.log [INFO] [Tolerance] recover host=b service=${SERVICE} rule=21`);
  expect(proxy.states().map(({ state, remainingMs }) => [state, remainingMs])).toEqual([
    ['RECOVERING', 9999],
    ['RECOVERING', 9999],
  ]);
  expect([proxy.gauge, proxy.events.at(-1)]).toEqual([0, `isolate.end b of ${SERVICE}, rule 21`]);
  proxy.advance(20_012);
  expect(share()).toBe(55);
  proxy.advance(25_013);
  expect([share(), proxy.states()]).toEqual([100, []]);
});

test('counts begin anew: what ends while an instance is left out says nothing of the time behind it', () => {
  const proxy = started({ recoverTime: 5000 });
  const late = Array.from({ length: 8 }, () => proxy.ask());
  proxy.advance(10_012);
  for (const asked of late) asked.end('c', ERROR);
  proxy.advance(15_013);
  proxy.calls('c', SUCCESS, { times: 4 });
  proxy.calls('c', ERROR, { times: 3 });
  proxy.advance(20_200);
  expect(proxy.isolated()).toEqual([]);
});

test('abnormal again: twice as long, four times at most; normal for long: as if it had never been', () => {
  const proxy = new TestProxy(1, HOSTS).rules(rule({ recoverTime: 5000 }));
  const spans: number[] = [];
  const fail = (): void => {
    proxy.calls('c', ERROR, { times: 4 });
    proxy.advance(Math.ceil((proxy.nowMs + 1) / 10_000) * 10_000 + 12);
    spans.push(proxy.states()[0]?.remainingMs ?? 0);
  };
  for (let i = 0; i < 4; i++) {
    fail();
    proxy.advance(proxy.nowMs + 25_000);
  }
  expect(spans).toEqual([5000, 10_000, 20_000, 20_000]);
  // Ten windows and the way back, with calls that are judged.
  proxy.advance(proxy.nowMs + 120_000);
  proxy.calls('a');
  proxy.advance(proxy.nowMs + 20_000);
  fail();
  expect(spans.at(-1)).toBe(5000);
});

describe('several threads', () => {
  test('are judged together, and all are told', () => {
    const proxy = new TestProxy(2, HOSTS).rules(rule());
    for (const thread of [0, 1]) proxy.calls('c', ERROR, { times: 2, thread });
    proxy.advance(10_012);
    expect(proxy.isolated()).toEqual(['c']);
    expect([proxy.avoids('c', 0), proxy.avoids('c', 1)]).toEqual([true, true]);
  });

  test('one that had no calls is waited for 100 ms', () => {
    const proxy = new TestProxy(2, HOSTS).rules(rule());
    proxy.calls('c', ERROR, { times: 4 });
    proxy.advance(10_101);
    expect(proxy.isolated()).toEqual([]);
    proxy.advance(10_102);
    expect(proxy.isolated()).toEqual(['c']);
  });

  test('a call of the next window ends the one before', () => {
    const proxy = new TestProxy(1, HOSTS).rules(rule());
    proxy.calls('c', ERROR, { times: 4 });
    proxy.advance(10_001);
    expect(proxy.isolated()).toEqual([]);
    proxy.calls('a');
    proxy.advance(10_011);
    expect(proxy.isolated()).toEqual(['c']);
  });
});

test('health: an unhealthy instance does not save another one, and the last healthy one stays', () => {
  const proxy = started();
  proxy.stand(HOSTS, ['a']);
  proxy.advance(10_012);
  expect(proxy.isolated()).toEqual(['c']);
});

test('an instance that has left the list takes no place, and one that nobody lists is not judged', () => {
  const proxy = started({ maxIpCount: 1 });
  proxy.advance(10_012);
  expect(proxy.isolated()).toEqual(['c']);
  proxy.stand(['a', 'b', 'd']);
  proxy.calls('b', ERROR, { times: 4 });
  proxy.calls('z', ERROR, { times: 9 });
  proxy.advance(20_012);
  expect(proxy.isolated()).toEqual(['c', 'b']);
});

describe('what is an exception', () => {
  test.each<[string, object, OutcomeKind, number, boolean]>([
    ['an error', {}, ERROR, 500, true],
    ['no answer', {}, UNANSWERED, 0, true],
    ['success', {}, SUCCESS, 200, false],
    ['a caller that left', {}, CANCELLED, 0, false],
    ['a status that is listed', { exceptionTypes: [429] }, SUCCESS, 429, true],
    ['an error that is not listed', { exceptionTypes: [429] }, ERROR, 500, false],
    ['no answer, whatever is listed', { exceptionTypes: [429] }, UNANSWERED, 0, true],
  ])('%s', (_name, more, kind, code, counts) => {
    const proxy = new TestProxy(1, HOSTS).rules(rule(more));
    proxy.calls('c', kind, { times: 4, code });
    proxy.advance(10_012);
    expect(proxy.isolated()).toEqual(counts ? ['c'] : []);
  });

  test('a try that was repeated counts for its host, the answer for the other', () => {
    const proxy = new TestProxy(1, HOSTS).rules(rule());
    for (let i = 0; i < 4; i++) {
      const asked = proxy.ask();
      asked.tries('c', UNANSWERED);
      asked.tries('b', ERROR, 502);
      asked.end('a');
    }
    proxy.advance(10_012);
    expect(proxy.isolated()).toEqual(['b', 'c']);
  });
});

describe('several rules', () => {
  const app = { conditions: [equal('destination.app.name', 'shop')] };
  const shop = { system: { 'destination.app.name': 'shop' } };

  test('the most specific by the called app acts, then the one that names the service, then the lowest id', () => {
    const proxy = new TestProxy(1, HOSTS).rules(
      rule({ ruleDbId: 1, services: ['*'] }),
      rule({ ruleDbId: 2 }),
      rule({ ruleDbId: 3 }),
      rule({ ruleDbId: 4, services: ['*'], ...app }),
    );
    const acting = (more: object = {}) =>
      proxy.set
        .explain(RuleDirection.CLIENT, call(0, more))
        .flatMap(({ ruleDbId, verdict }) => (verdict === 'pass' ? [ruleDbId] : []));
    expect(acting()).toEqual([2]);
    expect(acting({ service: 'other:1.0' })).toEqual([1]);
    expect(acting(shop)).toEqual([4]);
  });

  test('only calls that match are counted, and only they avoid an instance', () => {
    const proxy = new TestProxy(1, HOSTS).rules(rule({ ...app }));
    proxy.calls('c', ERROR, { times: 9 });
    proxy.advance(10_200);
    expect(proxy.isolated()).toEqual([]);
    proxy.calls('c', ERROR, { times: 4, more: shop });
    proxy.advance(20_012);
    expect([proxy.avoids('c', 0, shop), proxy.avoids('c')]).toEqual([true, false]);
  });

  test('a rule for all services judges each for itself', () => {
    const proxy = new TestProxy(1, HOSTS).rules(rule({ services: ['*'] }));
    proxy.calls('c', ERROR, { times: 3 });
    proxy.calls('c', ERROR, { times: 3, more: { service: 'other:1.0' } });
    proxy.advance(10_200);
    expect(proxy.isolated()).toEqual([]);
    proxy.calls('c', ERROR, { times: 4, more: { service: 'other:1.0' } });
    proxy.advance(20_012);
    expect([proxy.avoids('c'), proxy.avoids('c', 0, { service: 'other:1.0' })]).toEqual([false, true]);
    expect(proxy.states()[0]?.service).toBe('other:1.0@DEFAULT');
  });

  test('watching finds what enforcing finds, says so in other words, and leaves nobody out', () => {
    const control = started();
    const observe = started({ mode: 'OBSERVE' });
    for (const proxy of [control, observe]) proxy.advance(10_012);
    expect(observe.isolated()).toEqual(control.isolated());
    expect(observe.lines).toEqual(control.lines.map((line) => line.replace('isolate host', 'would isolate host')));
    expect([observe.avoids('c'), observe.events]).toEqual([false, []]);
  });

  test('a watching one does not hide an enforcing one', () => {
    const proxy = new TestProxy(1, HOSTS).rules(rule({ ruleDbId: 1, mode: 'OBSERVE' }), rule({ ruleDbId: 2 }));
    proxy.calls('c', ERROR, { times: 4 });
    proxy.advance(10_012);
    expect(proxy.states().map(({ ruleDbId, mode }) => [ruleDbId, mode])).toEqual([
      [1, 'OBSERVE'],
      [2, 'CONTROL'],
    ]);
    expect(proxy.avoids('c')).toBe(true);
  });
});

describe('a change of the rule', () => {
  const changed = (more: object): TestProxy => {
    const proxy = started();
    proxy.advance(10_012);
    return proxy.rules(rule(more));
  };

  test('keeps out whoever still meets it', () => {
    expect(changed({ leastExceptionRate: 50, name: 'other' }).isolated()).toEqual(['c', 'b']);
    expect(changed({ leastWindowCount: 8 }).isolated()).toEqual(['c', 'b']);
  });

  test.each<[string, object, string[]]>([
    ['a higher threshold', { leastExceptionRate: 60 }, ['c']],
    ['more calls', { leastWindowCount: 9 }, []],
    ['fewer instances', { maxIpCount: 1 }, ['c']],
    ['nobody', { maxIpCount: 0 }, []],
    ['a smaller share', { maxIpRatio: 0.4 }, ['c']],
    ['another mode', { mode: 'OBSERVE' }, []],
    ['switched off', { enabled: false }, []],
    ['other conditions', { conditions: [equal('a', 'b', 'HEADER')] }, []],
  ])('%s', (_name, more, left) => {
    const proxy = changed(more);
    expect(proxy.isolated()).toEqual(left);
    expect(HOSTS.filter((host) => proxy.avoids(host, 0, { headers: { a: 'b' } }))).toEqual([...left].sort());
    expect(proxy.lines.filter((line) => line.includes(' recover host='))).toHaveLength(2 - left.length);
  });

  test('another recovery time counts from the beginning', () => {
    const proxy = changed({ recoverTime: 30_000 });
    expect(proxy.states().map(({ remainingMs }) => remainingMs)).toEqual([30_000, 30_000]);
    proxy.advance(25_002);
    expect(proxy.rules(rule({ recoverTime: 10_000 })).isolated()).toEqual([]);
  });

  test('what a thread counted before it is judged behind it', () => {
    const proxy = new TestProxy(1, HOSTS).rules(rule());
    proxy.calls('c', ERROR, { times: 3 });
    proxy.rules(rule({ name: 'other' }));
    proxy.calls('c', ERROR);
    proxy.advance(10_200);
    expect(proxy.isolated()).toEqual(['c']);
  });
});

test('released by hand it is on its way back, and its past is forgotten', () => {
  const proxy = started({ recoverTime: 60_000 });
  proxy.advance(10_012);
  expect(proxy.release(({ host }) => host === 'x')).toEqual([]);
  expect(proxy.release(({ host }) => host === 'c').map(({ host }) => host)).toEqual(['c']);
  expect(proxy.isolated()).toEqual(['b']);
  expect(proxy.states()).toHaveLength(2);
  proxy.calls('c', ERROR, { times: 4 });
  proxy.advance(20_012);
  expect(proxy.states().find(({ host }) => host === 'c')?.remainingMs).toBe(60_000);
});

test('explained: who is left out for how long and why, and who is on the way back', () => {
  const proxy = started({ recoverTime: 5000 });
  const detail = (): string | undefined => proxy.set.explain(RuleDirection.CLIENT, call(proxy.nowMs))[0]?.detail;
  expect(detail()).toBe('no instance is left out');
  proxy.advance(10_012);
  expect(detail()).toBe(
    'c left out for 5 s more (100 % of 8 calls failed); b left out for 5 s more (50 % of 8 calls failed)',
  );
  proxy.advance(16_000);
  expect(detail()).toBe('c is on its way back; b is on its way back');
});

test.each([
  ['CONTROL', ['c', 'b']],
  ['OBSERVE', undefined],
])('explained for a route that is known: whom a rule that is on %s leaves out', (mode, expected) => {
  const proxy = started({ recoverTime: 5000, mode });
  const leftOut = (): readonly string[] | undefined =>
    proxy.set.explain(RuleDirection.CLIENT, call(proxy.nowMs), undefined, () => true)[0]?.leavesOut;
  expect(leftOut()).toBeUndefined();
  proxy.advance(10_012);
  expect(leftOut()).toEqual(expected);
  proxy.advance(16_000);
  expect(leftOut()).toBeUndefined();
});

test('the details of a request: its conditions, and that it matched', () => {
  const proxy = new TestProxy(1, HOSTS).rules(rule({ conditions: [equal('destination.service.name', SERVICE)] }));
  proxy.detail = true;
  proxy.calls('a');
  expect(proxy.lines).toEqual([
    `fault_tolerance.log [DEBUG] [requirement][Match] equal requirement:&{destination.service.name SYSTEM ${SERVICE}},actualValue:${SERVICE}`,
    'fault_tolerance.log [DEBUG] [Tolerance][FaultToleranceChooseFilter] match traffic conditions or without traffic conditions',
  ]);
});

test('callers may name any number of services: so many are counted, and the others pass', () => {
  const proxy = new TestProxy(1, HOSTS).rules(rule({ services: ['*'] }));
  for (let i = 0; i < 1500; i++) proxy.calls('c', ERROR, { times: 4, more: { service: `s${i}:1.0` } });
  proxy.advance(10_012);
  expect(proxy.isolated()).toHaveLength(1000);
  // Their names are given up with the window.
  proxy.calls('c', ERROR, { times: 4, more: { service: 'later:1.0' } });
  proxy.advance(20_012);
  expect(proxy.avoids('c', 0, { service: 'later:1.0' })).toBe(true);
});

test('without the part on the control thread nothing is counted, and requests pass', () => {
  const { ask, slots } = startRules(isolate, [rule()]);
  const request = ask(call(0), RuleDirection.CLIENT);
  expect([request.verdict, request.decision.hosts.avoidance]).toEqual([PASS, null]);
  request.end(1, ERROR);
  const { counters, row } = slots[0] as (typeof slots)[number];
  expect([counters[row + RuleCounter.PASS], counters[row + RuleCounter.COMPLETE]]).toEqual([1, 1]);
});

const folder = new URL('./examples/', import.meta.url);
test('there are examples', () => expect(exampleFiles(folder).length).toBeGreaterThanOrEqual(2));
test.each(exampleFiles(folder))('example %s is a rule that is taken', (file) => {
  playExample(new URL(file, folder), isolate, checkIsolateBody, toIsolateDocument);
});
