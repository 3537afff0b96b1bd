/** Rules of the provider's side: the instance beside the proxy, which asks the control plane to be left out. */
import { OutcomeKind, RuleDirection } from '@weft/sdk';
import { describe, expect, test } from 'vitest';
import { call, SERVICE, TestProxy } from './test-proxy.ts';

const { SUCCESS, ERROR, UNANSWERED, CANCELLED } = OutcomeKind;
const HOST = '10.0.0.1:12200';
const rule = (more: object = {}): object => ({
  ruleDbId: 21,
  direction: 'SERVER',
  services: [SERVICE],
  leastWindowCount: 4,
  leastExceptionRate: 50,
  recoverTime: 60_000,
  ...more,
});
const provider = (more: object = {}, threads = 1): TestProxy => {
  const proxy = new TestProxy(threads, ['127.0.0.1:8080']).rules(rule(more));
  proxy.direction = RuleDirection.SERVER;
  return proxy;
};
/** Its calls fail in the first window, which is over. */
const failed = (more: object = {}, threads = 1): TestProxy => {
  const proxy = provider(more, threads);
  for (let thread = 0; thread < threads; thread++) proxy.calls('127.0.0.1:8080', ERROR, { times: 8 / threads, thread });
  proxy.advance(10_012);
  return proxy;
};
const granted = { granted: true, host: HOST, forMs: 60_000 };
const explained = (proxy: TestProxy): string | undefined =>
  proxy.set.explain(RuleDirection.SERVER, call(proxy.nowMs))[0]?.detail;
const line = (what: string, more = ''): string =>
  `fault_tolerance.log [INFO] [Tolerance] ${what} service=${SERVICE} rule=21${more}`;

test('asks when it is abnormal, and stays in until that is granted', () => {
  const proxy = failed();
  expect(proxy.asks()).toEqual([
    {
      ruleDbId: 21,
      service: SERVICE,
      granted: false,
      forMs: 60_000,
      calls: 8,
      exceptions: 8,
      maxInstances: 1,
      maxRatio: 0.5,
    },
  ]);
  expect(proxy.lines).toEqual([line('asks to isolate host=own', ' call=8 exception=8 rate=100')]);
  expect([proxy.isolated(), proxy.gauge, proxy.events]).toEqual([[], 0, []]);
  expect(proxy.states()).toMatchObject([{ state: 'ASKING', direction: 'SERVER', reason: '', remainingMs: 20_000 }]);
  expect(explained(proxy)).toBe('this instance is not left out, though 100 % of 8 calls failed: it has asked');
});

test('granted: lines, state, metric, what people are told; it asks on, for as long as it stays out', () => {
  const proxy = failed();
  proxy.verdict(granted);
  expect(proxy.lines.at(-1)).toBe(line(`isolate host=${HOST}`, ' call=8 exception=8 rate=100'));
  expect(proxy.events).toEqual([`isolate.out ${HOST} of ${SERVICE}, rule 21: 8 of 8 calls failed`]);
  expect([proxy.isolated(), proxy.gauge]).toEqual([[HOST], 1]);
  expect(explained(proxy)).toBe(`${HOST} left out for 60 s more (100 % of 8 calls failed)`);
  proxy.advance(30_012);
  expect(proxy.asks()).toMatchObject([{ granted: true, forMs: 40_000 }]);
  // Said twice it is the same.
  proxy.verdict(granted);
  expect([proxy.asks()[0]?.forMs, proxy.events.length]).toEqual([40_000, 1]);
});

test('comes back when its time is over, and asks no more; abnormal again it asks for twice the time', () => {
  const proxy = failed();
  proxy.verdict(granted);
  proxy.advance(70_013);
  expect([proxy.isolated(), proxy.asks(), proxy.gauge]).toEqual([[], [], 0]);
  expect(proxy.lines.at(-1)).toBe(line(`recover host=${HOST}`));
  expect(proxy.events.at(-1)).toBe(`isolate.back ${HOST} of ${SERVICE}, rule 21`);
  expect(proxy.states()).toMatchObject([{ state: 'RECOVERING', host: HOST }]);
  proxy.calls('127.0.0.1:8080', ERROR, { times: 4 });
  proxy.advance(80_012);
  expect(proxy.asks()).toMatchObject([{ granted: false, forMs: 120_000 }]);
});

test('what ends while it is left out says nothing of the time behind it', () => {
  const proxy = provider();
  const late = Array.from({ length: 8 }, () => proxy.ask());
  proxy.calls('x', ERROR, { times: 8 });
  proxy.advance(10_012);
  proxy.verdict({ ...granted, forMs: 5000 });
  for (const asked of late) asked.end('x', ERROR);
  proxy.advance(15_013);
  proxy.calls('x', ERROR, { times: 3 });
  proxy.advance(20_200);
  expect(proxy.asks()).toEqual([]);
});

describe('not granted', () => {
  test('the reason is said once, and asked on while it is abnormal', () => {
    const proxy = failed();
    for (let i = 0; i < 3; i++) proxy.verdict({ reason: 'it is the last one' });
    expect(proxy.lines.slice(1)).toEqual([line('stays in host=own', ' reason=it is the last one')]);
    expect(proxy.states()).toMatchObject([{ state: 'ASKING', reason: 'it is the last one' }]);
    expect(explained(proxy)).toContain('it is the last one');
    proxy.calls('x', ERROR, { times: 4 });
    proxy.advance(20_012);
    expect(proxy.asks()).toMatchObject([{ calls: 4, exceptions: 4 }]);
  });

  test('without a word of the control plane it stays in, which is said after 5 s', () => {
    const proxy = failed();
    proxy.advance(15_011);
    expect(proxy.lines).toHaveLength(1);
    proxy.advance(15_013);
    expect(proxy.lines.slice(1)).toEqual([line('stays in host=own', ' reason=no answer from the control plane')]);
    expect([proxy.isolated(), proxy.asks().length]).toEqual([[], 1]);
    // It answers at last.
    proxy.verdict(granted);
    expect(proxy.isolated()).toEqual([HOST]);
  });

  test('normal again it asks no more', () => {
    const proxy = failed();
    proxy.calls('x', SUCCESS, { times: 8 });
    proxy.advance(20_012);
    expect([proxy.asks(), proxy.lines.at(-1)]).toEqual([[], line('asks no more to isolate host=own')]);
    proxy.verdict(granted);
    expect(proxy.isolated()).toEqual([]);
  });

  test('nobody calls it any more: it asks for two windows', () => {
    const proxy = failed();
    proxy.advance(30_011);
    expect(proxy.asks()).toHaveLength(1);
    proxy.advance(30_013);
    expect([proxy.asks(), proxy.states()]).toEqual([[], []]);
  });

  test.each<[string, OutcomeKind, object]>([
    ['it has too few calls', SUCCESS, {}],
    ['another service of the rule alone is called', SUCCESS, { service: 'com.example.Other:1.0@DEFAULT' }],
  ])('%s: it asks on for two windows', (_name, kind, more) => {
    // A rule that is for all services.
    const proxy = provider({ services: [] });
    proxy.calls('x', ERROR, { times: 8 });
    proxy.advance(10_012);
    for (const endMs of [20_012, 29_000]) {
      proxy.calls('x', kind, { times: 3, more });
      proxy.advance(endMs);
      expect(proxy.asks()).toMatchObject([{ service: SERVICE, calls: 8, exceptions: 8 }]);
    }
    proxy.advance(30_213);
    expect([proxy.asks(), proxy.states()]).toEqual([[], []]);
  });

  test('the control plane that had answered answers no more: that is said in place of its reason', () => {
    const proxy = failed();
    for (let atMs = 11_000; atMs <= 40_000; atMs += 1000) {
      if (atMs % 10_000 === 0) proxy.calls('x', ERROR, { times: 4 });
      proxy.advance(atMs);
      if (atMs <= 20_000) proxy.verdict({ reason: 'it is the last one' });
      if (atMs <= 24_000) expect(proxy.states()).toMatchObject([{ reason: 'it is the last one' }]);
    }
    expect(proxy.states()).toMatchObject([{ reason: 'no answer from the control plane' }]);
    expect(proxy.lines.slice(1)).toEqual(
      ['it is the last one', 'no answer from the control plane'].map((reason) =>
        line('stays in host=own', ` reason=${reason}`),
      ),
    );
    proxy.verdict({ reason: 'it is the last one' });
    expect(proxy.states()).toMatchObject([{ reason: 'it is the last one' }]);
  });

  test('the control plane takes back what it granted', () => {
    const proxy = failed();
    proxy.verdict(granted);
    proxy.advance(20_000);
    proxy.verdict({ reason: 'it is the last one' });
    expect([proxy.isolated(), proxy.asks()]).toEqual([[], []]);
    expect(proxy.lines.at(-1)).toBe(line(`recover host=${HOST}`, ' reason=it is the last one'));
  });
});

test('released by hand: back at once, and its past is forgotten', () => {
  const proxy = failed();
  proxy.verdict(granted);
  expect(proxy.release(({ host }) => host === HOST)).toMatchObject([{ host: HOST, direction: 'SERVER' }]);
  expect([proxy.isolated(), proxy.asks()]).toEqual([[], []]);
  proxy.advance(20_000);
  proxy.calls('x', ERROR, { times: 4 });
  proxy.advance(30_012);
  expect(proxy.asks()).toMatchObject([{ forMs: 60_000 }]);
});

describe('the rule changes', () => {
  test.each<[string, object | null]>([
    ['is deleted', null],
    ['is milder', { leastExceptionRate: 60, exceptionRateMultiple: 2 }],
    ['leaves none out', { maxIpCount: 0 }],
    ['watches', { mode: 'OBSERVE' }],
  ])('%s: it comes back and asks no more', (_name, more) => {
    for (const verdict of [granted, { reason: 'no' }]) {
      const proxy = failed();
      proxy.verdict(verdict);
      if (more === null) proxy.rules();
      else proxy.rules(rule(more));
      expect([proxy.isolated(), proxy.asks()]).toEqual([[], []]);
    }
  });

  test('another time moves its return', () => {
    const proxy = failed();
    proxy.verdict(granted);
    proxy.rules(rule({ recoverTime: 30_000 }));
    expect(proxy.asks()).toMatchObject([{ granted: true, forMs: 30_000 }]);
  });
});

test('a watching rule says what it would do, and asks for nothing', () => {
  const proxy = failed({ mode: 'OBSERVE' });
  expect([proxy.asks(), proxy.events]).toEqual([[], []]);
  expect(proxy.lines).toEqual([line('would isolate host=own', ' call=8 exception=8 rate=100')]);
  expect(proxy.states()).toMatchObject([{ state: 'ISOLATED', mode: 'OBSERVE' }]);
  proxy.advance(70_013);
  expect(proxy.lines.at(-1)).toBe(line('would recover host=own'));
});

test('the threads are judged together', () => {
  expect(failed({}, 2).asks()).toMatchObject([{ calls: 8, exceptions: 8 }]);
});

test.each<[string, OutcomeKind, string, boolean]>([
  ['an error', ERROR, 'x', true],
  ['no answer', UNANSWERED, 'x', true],
  ['no host at all', UNANSWERED, '', true],
  ['success', SUCCESS, 'x', false],
  ['a caller that left', CANCELLED, 'x', false],
])('%s', (_name, kind, host, counts) => {
  const proxy = provider();
  proxy.calls(host, kind, { times: 4 });
  proxy.advance(10_012);
  expect(proxy.asks().length === 1).toBe(counts);
});

test('it acts on what comes in alone, and rules of the caller on what goes out', () => {
  const proxy = provider();
  proxy.direction = RuleDirection.CLIENT;
  proxy.calls('x', ERROR, { times: 8 });
  proxy.advance(10_200);
  expect([proxy.asks(), proxy.states()]).toEqual([[], []]);
  expect([RuleDirection.SERVER, RuleDirection.CLIENT].map((side) => proxy.set.isEmpty(side))).toEqual([false, true]);
});
