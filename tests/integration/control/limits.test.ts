import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Answer, call } from '../../support/backend.ts';
import { metric } from '../../support/metrics.ts';
import { application, HEADERS, type MeshWorld, openWorld, SERVICE } from './mesh-world.ts';

const WAIT = { timeout: 30_000, interval: 25 };
// Three proxies and a control plane start in each.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let world: MeshWorld;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** `front` calls `echo` of `back`, each behind a proxy of its own. */
async function pair() {
  const app = await application('echo');
  const back = await world.join('back');
  await back.publish({ appPort: app.port });
  const front = await world.join('front');
  await front.subscribe();
  const port = front.proxy.port('out');
  const get = (): Promise<Answer> => call(port, { headers: HEADERS });
  await vi.waitFor(async () => expect((await get()).status).toBe(200), WAIT);
  return { app, back, front, get };
}

const ms = () => world.plane.admin.client.ms;

/** Saves a rule of app `front` on what it calls, switched on, and waits until its proxy has it. */
async function limitCalls(name: string, mode: 'CONTROL' | 'OBSERVE', spec: object): Promise<number> {
  const { ruleDbId } = await ms().createLimitRule({
    body: {
      name,
      app: 'front',
      direction: 'CLIENT',
      mode,
      enabled: true,
      services: [SERVICE],
      spec: { threshold: 0, ...spec },
    },
  });
  await vi.waitFor(async () => {
    const { dataIds } = await ms().getLimitRulePush({ params: { id: ruleDbId } });
    expect(dataIds.flatMap(({ instances }) => instances).map(({ result }) => result)).toEqual(['APPLIED']);
  }, WAIT);
  return ruleDbId;
}

const verdicts = (proxy: Parameters<typeof metric>[0], rule: number, verdict: string): Promise<number> =>
  metric(proxy, 'weft_governance_total', { rule: String(rule), direction: 'CLIENT', verdict });

test('a limit of calls at the caller: so many in a unit of time, and none of the rest leaves its proxy', async () => {
  const { front, back, get } = await pair();
  const before = await metric(back.proxy, 'weft_request_duration_seconds_count', { listener: 'in' });
  const rule = await limitCalls('out-5', 'CONTROL', { threshold: 5, timeMs: 1_000_000, maxBurstRatio: 1000 });
  const seen: Answer[] = [];
  for (let i = 0; i < 20; i++) seen.push(await get());
  expect(seen.map(({ status }) => status)).toEqual([...Array(5).fill(200), ...Array(15).fill(429)]);
  expect(seen[5]?.headers).toMatchObject({ 'x-weft-reject': expect.stringMatching(/^limit/) });
  expect(await verdicts(front.proxy, rule, 'pass')).toBe(5);
  expect(await verdicts(front.proxy, rule, 'reject')).toBe(15);
  expect(await metric(back.proxy, 'weft_request_duration_seconds_count', { listener: 'in' })).toBe(before + 5);
  await ms().disableLimitRule({ params: { id: rule } });
  await vi.waitFor(async () => expect((await get()).status).toBe(200), WAIT);
});

test('watched only, the same limit refuses nobody and counts whom it would have', async () => {
  const { front, get } = await pair();
  const rule = await limitCalls('watch-5', 'OBSERVE', { threshold: 5, timeMs: 1_000_000, maxBurstRatio: 1000 });
  for (let i = 0; i < 20; i++) expect((await get()).status).toBe(200);
  expect(await verdicts(front.proxy, rule, 'would_reject')).toBe(15);
  expect(await verdicts(front.proxy, rule, 'reject')).toBe(0);
  await ms().disableLimitRule({ params: { id: rule } });
});

test('a limit of calls at one moment: the third of three that wait is refused, watched it is only counted', async () => {
  const { app, front, get } = await pair();
  for (const mode of ['CONTROL', 'OBSERVE'] as const) {
    const rule = await limitCalls(`at-once-${mode.toLowerCase()}`, mode, {
      thresholdType: 'concurrency',
      threshold: 2,
    });
    app.hold();
    const waiting = [get(), get()];
    await vi.waitFor(() => expect(app.held()).toBe(2), WAIT);
    const third = get();
    if (mode === 'CONTROL') expect((await third).status).toBe(429);
    else await vi.waitFor(() => expect(app.held()).toBe(3), WAIT);
    app.release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await third).status).toBe(mode === 'CONTROL' ? 429 : 200);
    expect(await verdicts(front.proxy, rule, mode === 'CONTROL' ? 'reject' : 'would_reject')).toBe(1);
    // Places are free again.
    expect((await get()).status).toBe(200);
    await ms().disableLimitRule({ params: { id: rule } });
  }
});

test('the rings of seconds, minutes and hours hold what the Prometheus text of the proxies counts', async () => {
  const { app, front, back, get } = await pair();
  for (let i = 0; i < 40; i++) expect((await get()).status).toBe(200);
  app.say(500);
  for (let i = 0; i < 7; i++) expect((await get()).status).toBe(500);
  app.say(200);
  const { ruleDbId } = await ms().createLimitRule({
    body: {
      name: 'in-3',
      app: 'back',
      direction: 'SERVER',
      enabled: true,
      services: [SERVICE],
      spec: { threshold: 3, timeMs: 1_000_000, maxBurstRatio: 1000 },
    },
  });
  await vi.waitFor(async () => {
    const { dataIds } = await ms().getLimitRulePush({ params: { id: ruleDbId } });
    expect(dataIds.flatMap(({ instances }) => instances).map(({ result }) => result)).toContain('APPLIED');
  }, WAIT);
  const answers: number[] = [];
  for (let i = 0; i < 9; i++) answers.push((await get()).status);
  expect(answers).toEqual([200, 200, 200, 429, 429, 429, 429, 429, 429]);

  const requests = await metric(back.proxy, 'weft_request_duration_seconds_count', { listener: 'in' });
  const rejected = await metric(back.proxy, 'weft_governance_total', { rule: String(ruleDbId), verdict: 'reject' });
  expect(rejected).toBe(6);
  expect(await metric(front.proxy, 'weft_request_duration_seconds_count', { listener: 'out' })).toBe(requests);
  // The range decides about the ring: an hour is kept by seconds, a day by minutes, a month by hours.
  for (const rangeMs of [10 * 60_000, 3 * 3_600_000, 3 * 86_400_000])
    await vi.waitFor(
      async () => expect([rangeMs, await sums(rangeMs)]).toEqual([rangeMs, { requests, errors: 7, rejected }]),
      WAIT,
    );
});

/** What the control plane kept of the service in the last time, added up. */
async function sums(rangeMs: number): Promise<{ requests: number; errors: number; rejected: number }> {
  const now = Date.now();
  const { points } = await ms().getServiceMetrics({
    params: { serviceId: SERVICE },
    query: { start: new Date(now - rangeMs).toISOString(), end: new Date(now + 1000).toISOString() },
  });
  const sum = (read: (point: (typeof points)[number]) => number): number =>
    points.reduce((total, point) => total + read(point), 0);
  return { requests: sum((p) => p.requests), errors: sum((p) => p.errors), rejected: sum((p) => p.rejected) };
}
