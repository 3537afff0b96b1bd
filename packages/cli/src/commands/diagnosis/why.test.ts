import { expect, test } from 'vitest';
import { aboutProvider, aboutRuleOf, leftOut, OWN_INSTANCE } from './why.ts';

const provider = {
  address: '127.0.0.1:10080',
  state: 'Enabled',
  stateBy: '',
  weight: 100,
  publishedWeight: 100,
  app: 'reviews',
  meshed: true,
} as const;

test.each([
  [{}, 'ok', 'gets traffic', ''],
  [
    { weight: 0, state: 'Draining', stateBy: 'admin' },
    'warn',
    'has weight 0 by admin',
    "weft service weight 's@Http1' 127.0.0.1:10080 --to 100",
  ],
  [{ weight: 0, state: 'Draining', publishedWeight: 0 }, 'warn', 'has weight 0, as it was published', '--to 100'],
  [{ state: 'Disabled', stateBy: 'admin', weight: 0 }, 'warn', 'is disabled by admin', 'weft service enable'],
  [
    { state: 'Isolated', stateBy: 'own' },
    'warn',
    'is isolated: its own proxy found that it fails (rule own)',
    'weft rule release reviews/own --host 127.0.0.1:10080',
  ],
  [{ state: 'Unhealthy' }, 'warn', 'is Unhealthy', 'weft why reviews'],
] as const)('%j', (change, result, what, advice) => {
  const finding = aboutProvider('s@Http1', { ...provider, ...change });
  expect(finding.result).toBe(result);
  expect(finding.what).toContain(what);
  expect(finding.advice).toContain(advice);
});

test('an instance that callers leave out is not said to get traffic', () => {
  const host = provider.address;
  const out = {
    proxyId: 'p1',
    app: 'page',
    name: 'bad',
    host,
    service: 's@Http1',
    direction: 'CLIENT',
    mode: 'CONTROL',
    state: 'ISOLATED',
  } as const;
  const about = (consumerCount: number, ...items: readonly object[]) =>
    aboutProvider('s@Http1', provider, {
      consumerCount,
      isolated: items.map((item) => ({ ...out, ...item })),
      silent: 0,
    });
  expect(about(1, {})).toMatchObject({
    result: 'warn',
    what: `${host} of reviews is left out by 1 of 1 caller (rule page/bad)`,
    advice: `weft rule isolated says for how long; weft rule release page/bad --host ${host} ends it`,
  });
  expect(about(3, {}, { proxyId: 'p2' }, { proxyId: 'p2', name: 'b' }).what).toContain(
    'left out by 2 of 3 callers (rules page/bad, page/b)',
  );
  // Who has the host from a configuration does not subscribe.
  expect(about(0, {}).what).toContain('left out by 1 caller (');
  for (const item of [
    { host: 'h:1' },
    { service: 't@Http1' },
    { mode: 'OBSERVE' },
    { state: 'RECOVERING' },
    { direction: 'SERVER' },
  ])
    expect(about(1, item).what).toContain('gets traffic');
});

test('the instances that a proxy leaves out are those that it has not taken back', () => {
  const begin = (host: string, calls: string) => ({
    kind: 'isolate.begin',
    message: `${host} of a@Http1, rule 3: ${calls} calls failed`,
  });
  const end = (host: string) => ({ kind: 'isolate.end', message: `${host} of a@Http1, rule 3` });
  const events = [begin('h1:1', '9 of 10'), begin('h2:1', '8 of 8'), end('h1:1'), { kind: 'fuse.open', message: 'x' }];
  expect(leftOut(events)).toEqual(['h2:1 of a@Http1, rule 3: 8 of 8 calls failed']);
  expect(leftOut([...events, begin('h1:1', '5 of 5'), end('h2:1')])).toEqual([
    'h1:1 of a@Http1, rule 3: 5 of 5 calls failed',
  ]);
});

test('an instance that its own proxy had taken out is no other one', () => {
  const out = { kind: 'isolate.out', message: 'h1:1 of a@Http1, rule 3: 9 of 10 calls failed' };
  expect([leftOut([out]), leftOut([out], OWN_INSTANCE)]).toEqual([[], [out.message]]);
  expect(leftOut([out, { kind: 'isolate.back', message: 'h1:1 of a@Http1, rule 3' }], OWN_INSTANCE)).toEqual([]);
});

test.each([
  ['ISOLATE', 486, 'CONTROL', 'ok', 'rule a/n judged instances by 486 requests in 5 minutes'],
  ['MIRROR', 0, 'CONTROL', 'ok', 'rule a/n was for 0 requests in 5 minutes'],
  ['LIMIT', 0, 'CONTROL', 'ok', 'rule a/n is on and refused nothing in 5 minutes'],
  ['LIMIT', 3, 'OBSERVE', 'warn', 'rule a/n (OBSERVE) would have refused 3 requests in 5 minutes'],
] as const)('rules of type %s with %i hits', (type, hits5m, mode, result, what) => {
  expect(aboutRuleOf({ type, app: 'a', name: 'n', mode, ruleDbId: 7, hits5m })).toMatchObject({ result, what });
});
