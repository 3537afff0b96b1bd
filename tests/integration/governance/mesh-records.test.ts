import type { LimitRule } from '@weft/api';
import { expect, it } from 'vitest';
import { tcpListener } from '../../support/config.ts';
import { openMeshClient } from '../control/mesh-client.ts';
import { keep, Peer, until } from '../engine/support.ts';
import { commandsFor } from './command.ts';
import { ECHO, type MeshPair, startPair } from './mesh-pair.ts';
import { askOver } from './world.ts';

const header = (field: string, value: string) => ({
  type: 'HEADER' as const,
  field,
  operation: 'EQUAL' as const,
  value: [value],
});
const limit = (name: string, change: object = {}) => ({
  name,
  app: 'back',
  services: [ECHO],
  enabled: true,
  spec: { threshold: 0, timeMs: 1000 },
  ...change,
});

/** Stores a rule and waits until every proxy that asked for it has answered. */
async function put({ plane }: MeshPair, body: ReturnType<typeof limit>): Promise<LimitRule> {
  const { ms } = plane.admin.client;
  const rule = await ms.createLimitRule({ body });
  await until(async () => {
    const { pending } = await ms.getLimitRulePush({ params: { id: rule.ruleDbId } });
    return pending === 0;
  });
  return rule;
}

it('follows a request through every proxy, with what the rules said there', async () => {
  const pair = await startPair();
  const { ms } = pair.plane.admin.client;
  const eve = await put(pair, limit('no eve', { conditions: [header('user', 'eve')] }));
  await put(pair, limit('watch', { mode: 'OBSERVE' }));
  const ask = (traceId: string, user: string) =>
    askOver('Http1', pair.front.port('out'), { traceparent: `00-${traceId}-${'1'.repeat(16)}-01`, user });
  const refused = 'a'.repeat(32);
  const passed = 'b'.repeat(32);
  expect((await ask(refused, 'eve')).status).toBe(429);
  expect((await ask(passed, 'ann')).status).toBe(200);
  const trace = await ms.traceRequest({ params: { traceId: refused } });
  expect(trace).toMatchObject({ traceId: refused, asked: 2, off: 0, silent: [] });
  expect(trace.hops).toMatchObject([
    { app: 'front', direction: 'CLIENT', service: ECHO, depth: 0, offsetMs: 0, status: 429, verdict: 'pass' },
    {
      app: 'back',
      direction: 'SERVER',
      sourceApp: 'front',
      depth: 1,
      verdict: 'reject',
      ruleDbId: eve.ruleDbId,
      refusedBy: 'limit',
      method: 'GET',
      path: '/',
    },
  ]);
  expect(trace.hops[0]?.host).toBe(`127.0.0.1:${pair.back.port('in')}`);
  const [out, inward] = trace.hops;
  expect(inward?.offsetMs).toBeGreaterThanOrEqual(0);
  expect((inward?.offsetMs ?? 0) + (inward?.durationMs ?? 0)).toBeLessThanOrEqual((out?.durationMs ?? 0) + 1);
  expect(inward?.rules).toMatchObject([
    {
      ruleDbId: eve.ruleDbId,
      name: 'no eve',
      verdict: 'reject',
      since: 'same',
      conditions: [{ left: 'HEADER user', operator: 'EQUAL', right: 'eve', value: 'eve', matched: true }],
    },
    { name: 'watch', mode: 'OBSERVE', verdict: 'would_reject' },
  ]);
  const other = await ms.traceRequest({ params: { traceId: passed } });
  expect(other.hops.map(({ app, verdict, status }) => [app, verdict, status])).toEqual([
    ['front', 'pass', 200],
    ['back', 'pass', 200],
  ]);
  const { secret } = await pair.plane.admin.client.osp.createToken({ body: { name: 'commands' } });
  const run = commandsFor(pair.plane, secret);
  const doctor = (trace: string) =>
    run('doctor', 'call', '--client', 'front', '--server', 'back', '--service', ECHO, '--trace', trace);
  const [good, bad] = [await doctor(passed), await doctor(refused)];
  expect(good.said).toMatch(/ok {7}the proxy of front sent the call\n.* asked 127\.0\.0\.1:\d+\n/);
  expect(good.said).toMatch(/ok {7}the proxy of back got it\n.*\n {2}ok {7}the answer\n +✓ 200 after /);
  expect(bad.said).toMatch(
    /failed {3}the proxy of back got it\n.*: refused by limit rule \d+\n +→ weft rule show \d+ --type limit/,
  );
  expect([good.code, bad.code]).toEqual([0, 1]);
  expect(other.hops[1]?.rules[0]).toMatchObject({ verdict: 'not_matched', matched: false });
  const { items } = await ms.listRecordedRequests({ query: { ruleDbId: eve.ruleDbId } });
  expect(items).toMatchObject([{ traceId: refused, app: 'back', ruleDbId: eve.ruleDbId, ruleName: 'no eve' }]);
  expect(inward?.ruleName).toBe('no eve');
  expect(out).not.toHaveProperty('ruleName');
  // The rule is another one now, and the answer says so.
  await ms.replaceLimitRule(
    { params: { id: eve.ruleDbId }, body: limit('no eve', { conditions: [header('user', 'mallory')] }) },
    { ifMatch: eve.version },
  );
  const again = await ms.traceRequest({ params: { traceId: refused } });
  expect(again.hops[1]?.rules[0]).toMatchObject({ ruleDbId: eve.ruleDbId, since: 'changed', verdict: 'reject' });
  expect((await ms.traceRequest({ params: { traceId: 'nobody-knows' } })).hops).toEqual([]);
});

it('tries a rule on the requests of the last minutes, with exact counts where all were remembered', async () => {
  const pair = await startPair();
  const { ms } = pair.plane.admin.client;
  const known = [
    ['ann', 7],
    ['bob', 5],
    ['eve', 3],
  ] as const;
  for (const [user, count] of known)
    for (let i = 0; i < count; i++)
      expect((await askOver('Http1', pair.front.port('out'), { user, 'x-token': 'secret' })).status).toBe(200);
  const { name: _, ...rule } = limit('draft', { enabled: false, conditions: [header('user', 'ann')] });
  const draft = { ...rule, name: 'draft' };
  const exact = await ms.backtestRule({ body: { rule: draft } });
  expect(exact).toMatchObject({
    requests: 15,
    sampled: 15,
    matched: 7,
    rejected: 7,
    exact: true,
    margin: 0,
    refusedThen: 0,
    copied: 0,
    silent: [],
    // Of the ten minutes that were asked for, the proxies have been there for seconds.
    warnings: [expect.stringMatching(/^not the whole time: the oldest request of the last 10 minutes .* came at 20/)],
    rows: [{ caller: 'front', service: ECHO, method: 'GET /', requests: 15, matched: 7, rejected: 7 }],
    unmatched: [{ condition: 'HEADER user EQUAL [ann]', requests: 8 }],
  });
  // What the rule is not about is one row together.
  const other = { ...draft, services: ['other.demo:80@Http1'] };
  expect(await ms.backtestRule({ body: { rule: other } })).toMatchObject({
    requests: 15,
    matched: 0,
    rows: [{ caller: '', service: '', method: '', requests: 15, matched: 0 }],
    unmatched: [],
  });
  // Of a bucket of 4, full at the begin and slow to fill, 4 of 15 pass.
  const slow = { ...draft, conditions: [], spec: { threshold: 4, timeMs: 1_000_000, maxBurstRatio: 1000 } };
  expect(await ms.backtestRule({ body: { rule: slow } })).toMatchObject({ matched: 15, rejected: 11 });
  // A rule of routing acts at the caller.
  const split = {
    type: 'ROUTE',
    name: 'split',
    app: 'front',
    direction: 'CLIENT',
    services: [ECHO],
    spec: {
      destinations: [
        { weight: 100, labels: { version: 'v2' } },
        { weight: 0, labels: { version: 'v1' } },
      ],
    },
  };
  const lenient = { ...split, spec: { ...split.spec, fallback: true } };
  expect(await ms.backtestRule({ body: { rule: lenient } })).toMatchObject({
    requests: 15,
    matched: 15,
    rejected: 0,
    groups: [{ labels: 'version=v2', requests: 15 }],
  });
  // No instance has the label, and no other rule may have them.
  const strict = await ms.backtestRule({ body: { rule: split } });
  expect(strict).toMatchObject({ matched: 15, rejected: 15, groups: [] });
  expect(strict.warningMessages).toContainEqual({
    id: 'backtest.no-instance',
    params: { service: ECHO, labels: 'version=v2' },
  });
  const observing = { ...draft, mode: 'OBSERVE' };
  const watching = await ms.backtestRule({ body: { rule: observing } });
  expect(watching.warningMessages.map(({ id }) => id)).toContain('backtest.observes');
  // Nothing was stored, and nothing acted.
  expect((await ms.listLimitRules()).total).toBe(0);
  expect((await askOver('Http1', pair.front.port('out'), { user: 'ann' })).status).toBe(200);
  const reading = { ...draft, conditions: [header('x-token', 'secret')] };
  const secret = await ms.backtestRule({ body: { rule: reading } });
  expect(secret.matched).toBe(0);
  expect(secret.warningMessages.map(({ id }) => id)).toContain('backtest.secret');
});

it('says how many requests a sample stands for', async () => {
  const pair = await startPair({ samples_per_second: 2, noticed_per_second: 0 });
  const { ms } = pair.plane.admin.client;
  for (let at = 0; at < 100; at += 20)
    await Promise.all(Array.from({ length: 20 }, () => askOver('Http1', pair.front.port('out'), {})));
  const { requests, sampled, rejected, exact } = await ms.backtestRule({ body: { rule: limit('draft') } });
  expect({ requests, rejected, exact }).toEqual({ requests: 100, rejected: 100, exact: false });
  expect(sampled).toBeLessThan(100);
});

it('says why a rule does nothing', async () => {
  const pair = await startPair();
  const { plane, front, back } = pair;
  const { ms } = plane.admin.client;
  const why = async (body: ReturnType<typeof limit>, afterwards: () => Promise<void> = async () => {}) => {
    const { ruleDbId } = await put(pair, body);
    await afterwards();
    const result = await ms.whyRule({ query: { type: 'limit', id: ruleDbId } });
    const [first] = result.findings;
    return { acts: result.acts, code: first?.code, text: first?.text, advice: first?.advice };
  };
  const call = async (): Promise<void> => {
    expect((await askOver('Http1', front.port('out'), { user: 'ann' })).status).toBeLessThan(500);
  };
  await call();
  // Its app does not exist, and one does that is nearly named so.
  expect(await why(limit('typo', { app: 'bcak' }))).toEqual({
    acts: false,
    code: 'why.unknown-app',
    text: 'no proxy of an app bcak is known here',
    advice: 'is back meant?',
  });
  expect(await why(limit('off', { enabled: false }))).toMatchObject({ acts: false, code: 'why.disabled' });
  expect(await why(limit('wrong service', { services: ['ecco.demo:80@Http1'] }))).toMatchObject({
    code: 'why.unknown-service',
    advice: `is ${ECHO} meant?`,
  });
  // The caller calls it, and the rule acts in whoever provides it.
  await until(async () => (await ms.getSidecar({ params: { proxyId: await idOf(pair, 'front') } })).rps > 0);
  expect(await why(limit('wrong side', { app: 'front', direction: 'SERVER' }))).toMatchObject({
    acts: false,
    code: 'why.direction-server',
    text: `app front calls ${ECHO} and does not provide it: the direction of the rule must be CLIENT`,
  });
  expect(await why(limit('condition', { conditions: [header('user', 'nobody')] }), call)).toMatchObject({
    acts: false,
    code: 'why.condition',
    text: 'for 1 of 1 request of its services "Header user is nobody" does not hold: one had ann',
  });
  expect(await why(limit('quiet'))).toMatchObject({ acts: true, code: 'why.no-requests' });
  // Another rule comes first: of two rates for the same requests only the slower acts.
  const first = (await ms.listLimitRules({ query: { keyword: 'quiet' } })).items[0];
  expect(await why(limit('second', { spec: { threshold: 50, timeMs: 1000 } }), call)).toMatchObject({
    acts: false,
    code: 'why.other-first',
    text: expect.stringContaining(`rule ${first?.ruleDbId} has the same service and conditions and is slower`),
  });
  const acting = await ms.whyRule({ query: { type: 'limit', id: first?.ruleDbId ?? 0 } });
  expect(acting).toMatchObject({ acts: true, findings: [{ code: 'why.acts', result: 'ok' }] });
  expect(back.port('in')).toBeGreaterThan(0);
});

it('says that nobody subscribes, that a proxy refuses a rule, and that bytes are not understood', async () => {
  const pair = await startPair();
  const { ms } = pair.plane.admin.client;
  // Nobody calls a service that a rule of routing is for.
  const route = await ms.createRouteRule({
    body: {
      name: 'nowhere',
      app: 'front',
      direction: 'CLIENT',
      services: ['other.demo:80@Http1'],
      enabled: true,
      spec: { destinations: [{ weight: 100, labels: { version: 'v1' } }] },
    } as never,
  });
  const nobody = await ms.whyRule({ query: { type: 'route', id: route.ruleDbId } });
  expect(nobody.acts).toBe(false);
  expect(nobody.findings.map(({ code }) => code)).toContain('why.unknown-service');
  // A proxy that refuses what it is sent, and does not know of one type of rules.
  const { accessKeyId: accessKey = '', secret = '' } = pair.plane.plane.seeded ?? {};
  const picky = openMeshClient({
    address: pair.plane.plane.grpcAddress ?? '',
    credentials: { accessKey, secret },
    id: 'picky-1',
    app: 'picky',
    judge: ({ updated }) => updated.map(({ name }) => ({ name, reason: '$.flowControlRules[0]: not today' })),
  });
  keep({ close: () => picky.close() });
  picky.report();
  await until(async () => (await idOf(pair, 'picky')) === 'picky-1');
  const refused = await put(pair, limit('refused', { app: 'picky', services: ['*'] }));
  expect((await ms.whyRule({ query: { type: 'limit', id: refused.ruleDbId } })).findings[0]).toMatchObject({
    code: 'why.rejected',
    result: 'fail',
    text: expect.stringMatching(/^picky refuses version \d+: \$\.flowControlRules\[0\]: not today$/),
  });
  const fuse = await ms.createFuseRule({
    body: { name: 'unheard', app: 'picky', services: ['*'], enabled: true, spec: { threshold: 50 } },
  });
  expect((await ms.whyRule({ query: { type: 'fuse', id: fuse.ruleDbId } })).findings[0]).toMatchObject({
    code: 'why.no-subscriber',
    result: 'fail',
    text: expect.stringContaining('fuseRule'),
  });
  // A proxy that takes bytes in which it finds no protocol.
  const raw = await pair.join('raw', {
    listeners: [{ ...tcpListener('bytes', 'plain'), type: 'ingress' }],
    clusters: [
      {
        name: 'plain',
        type: 'SIMPLE',
        lb_type: 'LB_ROUNDROBIN',
        hosts: [{ address: `127.0.0.1:${pair.service.port}` }],
      },
    ],
  });
  const rule = await put(pair, limit('deaf', { app: 'raw' }));
  await until(async () => {
    const peer = new Peer(raw.port('bytes'));
    await peer.connected;
    await peer.send(Buffer.from('GET / HTTP/1.1\r\nhost: echo.demo:80\r\nconnection: close\r\n\r\n'));
    await until(() => peer.saw('end') || peer.saw('close'));
    peer.socket.destroy();
    const { findings } = await ms.whyRule({ query: { type: 'limit', id: rule.ruleDbId } });
    return findings.some(({ code, result }) => code === 'why.not-decoded' && result === 'fail');
  });
});

/** The id of the one proxy of an app. */
async function idOf({ plane }: MeshPair, app: string): Promise<string> {
  const { items } = await plane.admin.client.ms.listSidecars({ query: { app } });
  return items[0]?.proxyId ?? '';
}
