import { expect, test } from 'vitest';
import { explainResult, explainUrl } from './explain.ts';

const rule = (change: object) => ({
  type: 'LIMIT',
  ruleDbId: 5,
  name: 'drill',
  mode: 'CONTROL',
  matched: true,
  verdict: 'reject',
  detail: 'in words',
  conditions: [],
  ...change,
});
const explain = (...rules: readonly object[]) =>
  explainResult('p1', {
    listeners: [
      {
        listener: 'in',
        address: '127.0.0.1:1',
        router: 'r',
        rules,
        virtualHost: 'v',
        considered: [{ route: 'a', matched: true, conditions: [] }],
        route: 'a',
        action: {
          kind: 'forward',
          clusters: [{ name: 'c', loadBalancer: 'LB_RANDOM', hosts: [{ address: 'h:1', weight: 1 }] }],
        },
      },
    ],
  });

test('says what converts a request, and by which mapping', () => {
  const mappingOrigin = { from: 'rule', name: 'users', ruleDbId: 7, dataId: 'd', version: 3 };
  const converted = (origin: object | null) => {
    const action = {
      kind: 'forward',
      clusters: [],
      transcoder: 'dubbo_http',
      protocol: 'Http1',
      mappingOrigin: origin,
    };
    const listener = {
      listener: 'in',
      address: 'a',
      router: 'r',
      virtualHost: 'v',
      considered: [],
      route: 'a',
      action,
    };
    return explainResult('p1', { listeners: [listener] }).steps.find(({ kind }) => kind === 'conversion');
  };
  expect(converted(mappingOrigin)).toMatchObject({
    title: 'converted to Http1 by dubbo_http',
    detail: 'by mapping users of the control plane, version 3 of its document',
    ruleDbId: 7,
  });
  expect(converted({ ...mappingOrigin, ruleVersion: 2 })?.detail).toBe(
    'by version 2 of mapping users of the control plane, in version 3 of its document',
  );
  expect(converted({ ...mappingOrigin, instead: 'a file' })?.detail).toMatch(/, in place of one of the proxy$/);
  expect(converted({ from: 'file', name: '', file: '/m.yaml' })).toMatchObject({
    detail: 'by the mapping of the file /m.yaml',
    ruleDbId: null,
  });
  expect(converted({ from: 'configuration', name: '' })?.detail).toBe('by a mapping of the configuration');
  expect(converted(null)?.detail).toBe('');
  expect(explain().steps.some(({ kind }) => kind === 'conversion')).toBe(false);
});

test.each([
  [
    'a limit',
    {},
    'in: refused by rule 5 drill: in words',
    'reject',
    'without rule 5, and if no other refuses it, it would then go',
  ],
  [
    'a fault of half of the requests',
    { effect: { kind: 'fault', status: 503, percent: 50 } },
    '50 % would get 503 from rule 5 drill; the others: in: forwarded to c (h:1)',
    'fault',
    'those that rule 5 leaves alone go on',
  ],
  [
    'a fault of all',
    { effect: { kind: 'fault', status: 500, percent: 100 } },
    'in: would get 500 from rule 5 drill, which injects errors',
    'fault',
    'without rule 5, and if no other refuses it, it would then go',
  ],
  [
    'a fault of a caller with words of its own',
    { effect: { kind: 'fault', status: 503, percent: 50 }, answer: '14 UNAVAILABLE' },
    '50 % would get 14 UNAVAILABLE from rule 5 drill; the others: in: forwarded to c (h:1)',
    'fault',
    'those that rule 5 leaves alone go on',
  ],
  [
    'an answer of the rule',
    { effect: { kind: 'answer', status: 200, percent: 100 } },
    'in: answered by rule 5 drill; nothing is sent',
    'answer',
    'without rule 5, and if no other refuses it, it would then go',
  ],
])('%s is said as what it does, and the route as what would be', (_, change, verdict, word, note) => {
  const result = explain(rule(change));
  expect(result).toMatchObject({ verdict, ok: false });
  const [listener, judged, then, route] = result.steps;
  expect(listener?.kind).toBe('listener');
  expect(judged).toMatchObject({ kind: 'rule', verdict: word });
  expect(then).toMatchObject({ kind: 'note', title: note });
  expect(route?.kind).toBe('route');
});

test('only the hosts that rules leave are named in the verdict', () => {
  const choices = [
    { group: 'version=v3', percent: 10, hosts: ['h:3'] },
    { group: 'version=v1', percent: 90, hosts: ['h:1'] },
  ];
  const listener = through('out', { ...forward, choices });
  expect(explainResult('p1', { listeners: [listener] })).toMatchObject({
    ok: true,
    verdict: 'out: forwarded to c (10 % version=v3: h:3; 90 % version=v1: h:1)',
  });
});

test('a rule that only watches changes nothing of the way', () => {
  const effect = { kind: 'fault', status: 503, percent: 50 };
  const result = explain(rule({ verdict: 'would_reject', effect }));
  expect(result).toMatchObject({ ok: true, verdict: 'in: forwarded to c (h:1)' });
  expect(result.steps.map(({ kind }) => kind)).toEqual([
    'listener',
    'rule',
    'route',
    'route',
    'cluster',
    'host',
    'verdict',
  ]);
  expect(result.steps[1]).toMatchObject({ verdict: 'would_fault', detail: expect.stringContaining('only watches') });
});

test('says of each of several listeners what it answers by itself', () => {
  const listener = (name: string, action: object) => ({
    listener: name,
    address: '127.0.0.1:1',
    router: 'r',
    virtualHost: 'v',
    considered: [],
    route: 'a',
    action,
  });
  const known = listener('in', { kind: 'forward', clusters: [{ name: 'c', loadBalancer: 'LB_RANDOM', hosts: [] }] });
  const unknown = listener('out', { kind: 'direct', status: 404 });
  const ends = (...listeners: readonly object[]) =>
    explainResult('p1', { listeners })
      .steps.filter(({ kind }) => kind === 'route')
      .map(({ title, matched }) => [title, matched]);
  expect(ends(known, unknown)).toEqual([
    ['virtual host v', true],
    ['virtual host v', true],
    ['out: answered by the proxy with 404', false],
  ]);
  expect(ends(unknown)).toEqual([['virtual host v', true]]);
});

const through = (name: string, action: object, rules: readonly object[] = []) => ({
  listener: name,
  address: '127.0.0.1:1',
  router: 'r',
  rules,
  virtualHost: 'services unknown here',
  considered: [],
  route: 'a',
  action,
});
const unknown = { kind: 'direct', status: 404 };
const forward = {
  kind: 'forward',
  clusters: [{ name: 'c', loadBalancer: 'LB_RANDOM', hosts: [{ address: 'h:1', weight: 1 }] }],
};

test.each([
  ['the one that forwards', [through('in', unknown), through('out', forward)], 'out: forwarded to c (h:1)', true],
  [
    'the one that forwards, whatever a rule of the other refuses',
    [through('in', unknown, [rule({})]), through('out', forward)],
    'out: forwarded to c (h:1)',
    true,
  ],
  [
    'the one whose rule refuses what it has a route for',
    [through('in', unknown), through('out', forward, [rule({})])],
    'out: refused by rule 5 drill: in words',
    false,
  ],
  ['the first where none has a route', [through('in', unknown)], 'in: answered by the proxy with 404', false],
])('the listener that counts is %s', (_, listeners, verdict, ok) => {
  expect(explainResult('p1', { listeners })).toMatchObject({ verdict, ok });
});

test('names the services of a proxy that knows none of the name', () => {
  const dataIds = ['reviews.bookinfo:9080@Http1', 'com.example.Users:1.0@DEFAULT'];
  const ask = (name: string, known: readonly string[] = dataIds) =>
    explainResult('p1', { listeners: [through('in', unknown), through('out', unknown)] }, { name, dataIds: known });
  const none = ask('nosuch:1');
  expect(none).toMatchObject({
    ok: false,
    verdict:
      'no service nosuch:1 is subscribed or published here; known: com.example.Users:1.0@DEFAULT, reviews.bookinfo:9080@Http1',
  });
  expect(none.steps.find(({ title }) => title.startsWith('virtual host'))?.matched).toBe(false);
  expect(ask('nosuch:1', []).verdict).toMatch(/subscribes and publishes none at all$/);
  // Known, but this listener does not serve it: not the same.
  for (const name of [
    'Reviews.bookinfo:9080',
    'reviews.bookinfo',
    'com.example.Users:1.0',
    'com.example.Users:1.0@DEFAULT',
  ])
    expect(ask(name).verdict).toBe('in: answered by the proxy with 404');
  // A route of the configuration is asked before the registry is.
  expect(explainResult('p1', { listeners: [through('in', forward)] }, { name: 'nosuch:1', dataIds })).toMatchObject({
    ok: true,
  });
});

test('what a rule asks of a caller that is not said is unknown, unless another rule refuses the request for sure', () => {
  const open = rule({ matched: false, verdict: 'unknown', detail: 'give the address of the caller' });
  const answer = explain(open);
  expect(answer.ok).toBe(false);
  expect(answer.verdict).toBe(
    'in: unknown: rule 5 drill asks for the address of the caller, give --source-ip; if it lets it pass: in: forwarded to c (h:1)',
  );
  expect(answer.steps.find(({ kind }) => kind === 'rule')).toMatchObject({
    verdict: 'unknown',
    detail: 'unknown: it asks for the address of the caller, give --source-ip',
  });
  expect(explain(open, rule({ ruleDbId: 6 })).verdict).toMatch(/refused by rule 6/);
  expect(explain({ ...open, mode: 'OBSERVE' }).ok).toBe(true);
});

test('every rule that is unknown is named, also behind one that fails a part of the requests', () => {
  const unknown = (ruleDbId: number, name: string): object =>
    rule({ ruleDbId, name, matched: false, verdict: 'unknown', detail: 'give the address of the caller' });
  const open = [unknown(16, 'ip_black'), unknown(15, 'ip-lim')];
  const chain =
    'in: unknown: rule 16 ip_black asks for the address of the caller, give --source-ip; if it lets it pass: ' +
    'in: unknown: rule 15 ip-lim asks for the address of the caller, give --source-ip; if it lets it pass: in: forwarded to c (h:1)';
  expect(explain(...open)).toMatchObject({ ok: false, verdict: chain });
  const partly = rule({ verdict: 'reject', effect: { kind: 'error', status: 500, percent: 5 } });
  expect(explain(...open, partly).verdict).toBe(`5 % would get 500 from rule 5 drill; the others: ${chain}`);
});

test.each([
  ['none', 'in: no route; answered by the proxy with '],
  ['direct', 'in: answered by the proxy with '],
])('what the proxy answers itself (%s) is called as the protocol calls it', (kind, begin) => {
  const verdictOf = (more: object) =>
    explainResult('p1', {
      listeners: [{ listener: 'in', address: 'a', router: 'r', virtualHost: null, considered: [], ...more }],
    }).verdict;
  const action = { kind, status: 404 };
  expect(verdictOf({ action })).toBe(`${begin}404`);
  expect(verdictOf({ action: { ...action, answer: '9 CLIENT_SEND_ERROR' } })).toBe(`${begin}9 CLIENT_SEND_ERROR`);
});

test('the address of the caller reaches the proxy', () => {
  expect(explainUrl({ proxyId: 'p', protocol: 'Http1', sourceIp: '10.0.0.7' })).toMatch(/&source-ip=10\.0\.0\.7$/);
});

test('a call that is to be converted and is refused says why', () => {
  const body = 'transcode_request: nope is no method of the mapping';
  const listener = { listener: 'in', address: 'a', router: 'r', virtualHost: 'v', considered: [], route: 'a' };
  expect(
    explainResult('p1', { listeners: [{ ...listener, action: { kind: 'refused', status: 404, body } }] }),
  ).toMatchObject({ ok: false, verdict: `in: not converted, answered by the proxy with 404: ${body}` });
});
