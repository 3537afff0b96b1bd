import { expect, test } from 'vitest';
import { isGood, readAnswer } from './answer.ts';

const CLUSTER = { name: 'reviews', loadBalancer: 'LB_RANDOM', hosts: [{ address: '10.0.0.1:80', weight: 128 }] };
const listener = (name: string, action: object, verdict = 'pass') => ({
  listener: name,
  address: '127.0.0.1:1',
  rules: [
    { type: 'LIMIT', ruleDbId: 7, name: 'r', mode: 'CONTROL', matched: true, verdict, detail: '', conditions: [] },
  ],
  virtualHost: 'v',
  considered: [
    { route: 'a', matched: true, conditions: [{ left: 'path', operator: 'equals', right: '/', value: '/' }] },
  ],
  route: 'a',
  action,
});

test('what converts a request, and where its mapping came from', () => {
  const origin = { from: 'rule', name: 'users', ruleDbId: 7, dataId: 'd', version: 3, instead: 'one of a file' };
  const forward = { kind: 'forward', clusters: [CLUSTER], transcoder: 'dubbo_http', protocol: 'Http1' };
  const conversion = (more: object) =>
    readAnswer({ listeners: [listener('in', { ...forward, ...more })] })?.[0]?.conversion;
  expect(conversion({ mappingOrigin: origin })).toEqual({
    transcoder: 'dubbo_http',
    protocol: 'Http1',
    mapping: { from: 'rule', name: 'users', file: '', ruleDbId: 7, version: 3, ruleVersion: 0, instead: true },
  });
  expect(conversion({ mappingOrigin: null })).toMatchObject({ mapping: null });
  expect(conversion({ transcoder: '' })).toBeNull();
});

test('a listener that sends the request on stands before one that only says that it knows no such host', () => {
  const found = readAnswer({
    listeners: [
      listener('in', { kind: 'direct', status: 404 }),
      listener('out', { kind: 'forward', clusters: [CLUSTER] }),
    ],
  });
  expect(found?.map(({ listener: name, outcome }) => [name, outcome.kind, isGood(outcome)])).toEqual([
    ['out', 'forwarded', true],
    ['in', 'answered', false],
  ]);
});

test('only the hosts that rules leave are named; those of a proxy that does not say it are all', () => {
  const hosts = (more: object): unknown => {
    const found = readAnswer({ listeners: [listener('out', { kind: 'forward', clusters: [CLUSTER], ...more })] });
    return found?.[0]?.outcome;
  };
  const choices = [{ group: 'version=v3', percent: 100, hosts: ['10.0.0.3:80'] }];
  expect(hosts({ choices })).toMatchObject({ kind: 'forwarded', hosts: 'version=v3: 10.0.0.3:80' });
  expect(hosts({})).toMatchObject({ kind: 'forwarded', hosts: '10.0.0.1:80' });
});

test('a rule that refuses decides, whatever the route says', () => {
  const [first] = readAnswer({ listeners: [listener('in', { kind: 'forward', clusters: [CLUSTER] }, 'reject')] }) ?? [];
  expect(first?.outcome).toMatchObject({ kind: 'refused', rule: { ruleDbId: 7 } });
  const [observed] =
    readAnswer({ listeners: [listener('in', { kind: 'forward', clusters: [CLUSTER] }, 'would_reject')] }) ?? [];
  expect(observed?.outcome.kind).toBe('forwarded');
});

test('of a rule that fails a part of the requests, the others go on', () => {
  const forward = listener('in', { kind: 'forward', clusters: [CLUSTER] }, 'reject');
  const ask = (effect: object) => {
    const rules = [{ ...forward.rules[0], effect }];
    return readAnswer({ listeners: [{ ...forward, rules }] })?.[0]?.outcome;
  };
  expect(ask({ kind: 'fault', status: 503, percent: 50 })).toMatchObject({
    kind: 'refused',
    rule: { effect: { kind: 'fault', status: 503, percent: 50 } },
    others: { kind: 'forwarded', clusters: 'reviews' },
  });
  expect(ask({ kind: 'fault', status: 503, percent: 100 })).toMatchObject({ others: null });
  expect(ask({ kind: 'answer', status: 200, percent: 100 })).toMatchObject({
    rule: { effect: { kind: 'answer' } },
    others: null,
  });
  expect(ask({ kind: 'something new' })).toMatchObject({ rule: { effect: null }, others: null });
});

test('a rule that delays holds up what goes on, and one that only watches does not', () => {
  const forward = { kind: 'forward', clusters: [CLUSTER] };
  const [delayed] = readAnswer({ listeners: [listener('in', forward, 'delay')] }) ?? [];
  expect([delayed?.outcome.kind, delayed?.delaying.length]).toEqual(['forwarded', 1]);
  const [watched] = readAnswer({ listeners: [listener('in', forward, 'would_delay')] }) ?? [];
  expect(watched?.delaying).toEqual([]);
});

test('a rule of routing chooses where the request goes on, never where it is refused', () => {
  const forward = listener('in', { kind: 'forward', clusters: [CLUSTER] });
  const route = { ...forward.rules[0], type: 'ROUTE', name: 'gray' };
  const refusing = { ...forward.rules[0], verdict: 'reject' };
  const ask = (...rules: readonly object[]) => readAnswer({ listeners: [{ ...forward, rules }] })?.[0]?.choosing;
  expect(ask(route)?.name).toBe('gray');
  expect(ask({ ...route, verdict: 'skipped' })).toBeNull();
  expect(ask({ ...route, matched: false })).toBeNull();
  expect(ask(route, refusing)).toBeNull();
});

test('every rule that is unknown is named, the first one first', () => {
  const forward = listener('in', { kind: 'forward', clusters: [CLUSTER] });
  const unknown = (name: string) => ({ ...forward.rules[0], name, matched: false, verdict: 'unknown' });
  const ask = (...rules: readonly object[]) => readAnswer({ listeners: [{ ...forward, rules }] })?.[0]?.outcome;
  const chain = {
    kind: 'unknown',
    rule: { name: 'ip_black' },
    others: { kind: 'unknown', rule: { name: 'ip-lim' }, others: { kind: 'forwarded' } },
  };
  const open = [unknown('ip_black'), unknown('ip-lim')];
  expect(ask(...open)).toMatchObject(chain);
  const effect = { kind: 'fault', status: 500, percent: 5 };
  const partly = { ...forward.rules[0], verdict: 'reject', effect };
  expect(ask(...open, partly)).toMatchObject({ kind: 'refused', others: chain });
});

test('an answer of another shape is none', () => {
  expect(readAnswer({ listeners: 3 })).toBeNull();
  expect(readAnswer(null)).toBeNull();
  expect(readAnswer({ listeners: [null] })?.[0]?.outcome).toEqual({ kind: 'no-route', status: 0 });
  const own = { kind: 'none', status: 404, answer: '6 NO_PROCESSOR' };
  expect(readAnswer({ listeners: [{ action: own }] })?.[0]?.outcome).toEqual({
    kind: 'no-route',
    status: '6 NO_PROCESSOR',
  });
});
