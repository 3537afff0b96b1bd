import type { TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { call } from '../../support/backend.ts';
import { keep } from '../engine/support.ts';
import { openMeshClient } from './mesh-client.ts';
import { application, HEADERS, type MeshWorld, openWorld, SERVICE } from './mesh-world.ts';

const WAIT = { timeout: 30_000, interval: 50 };
// Three proxies and a control plane start in each.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let world: MeshWorld;
let plane: TestPlane;
beforeAll(async () => {
  world = await openWorld();
  plane = world.plane;
});
afterAll(() => world.close());
const join: MeshWorld['join'] = (...args) => world.join(...args);

const registered = async (): Promise<string[]> =>
  (await plane.admin.client.registry.dump({ query: { dataId: SERVICE, size: 500 } })).items.map(
    ({ address, port }) => `${address}:${port}`,
  );

/** Providers without a proxy: what is published is their own port. */
async function provide(count: number, at: (index: number) => { zone?: string; dataCenter?: string } = () => ({})) {
  const { accessKeyId: accessKey = '', secret = '' } = plane.plane.seeded ?? {};
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const app = await application(`p${index}`);
      const client = openMeshClient({
        address: plane.plane.grpcAddress ?? '',
        credentials: { accessKey, secret },
        id: `provider-${index}-${app.port}`,
        app: 'echo',
        ...at(index),
      });
      keep({ close: () => client.close() });
      client.publish(SERVICE, app.port, { address: '127.0.0.1' });
      return app;
    }),
  );
}

/** How many calls each provider answered; '' stands for those that failed. */
async function answers(port: number, calls: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let i = 0; i < calls; i++) {
    const { status, body } = await call(port, { headers: HEADERS });
    const who = status === 200 ? body : '';
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return counts;
}

test('a service that is published with a check is registered while the application is well, and only then', async () => {
  const app = await application('checked');
  await app.close();
  const back = await join('back');
  const healthCheck = {
    type: 'Http1',
    config: { http_check_config: { path: '/health', codes: [{ Start: 200, End: 299 }] } },
    intervalMs: 100,
    fall: 2,
  };
  expect((await back.publish({ appPort: app.port, healthCheck })).status).toBe(201);
  const shown = async () => (await back.ask('GET', 'publications')).json.items[0];
  await vi.waitFor(
    async () => expect(await shown()).toMatchObject({ state: 'withheld', reason: expect.stringMatching(/REFUSED/) }),
    WAIT,
  );
  expect(await registered()).toEqual([]);
  await app.open();
  await vi.waitFor(async () => expect(await registered()).toHaveLength(1), WAIT);
  await vi.waitFor(
    async () => expect(await shown()).toMatchObject({ state: 'accepted', health: { healthy: true } }),
    WAIT,
  );
  const front = await join('front');
  await front.subscribe();
  expect((await call(front.proxy.port('out'), { headers: HEADERS })).body).toBe('checked');
  app.say(503);
  await vi.waitFor(async () => expect(await registered()).toEqual([]), WAIT);
  expect(await shown()).toMatchObject({ state: 'withheld', reason: 'the application is not well: 503' });
  app.say(204);
  await vi.waitFor(async () => expect(await registered()).toHaveLength(1), WAIT);
});

test('a check that nobody can make is refused with what is wrong, and nothing is published', async () => {
  const { publish, subscribe, ask } = await join('back');
  const refused = async (healthCheck: object) => {
    const { status, json } = await publish({ appPort: 8080, healthCheck });
    return `${status} ${json.message}`;
  };
  expect(await refused({ type: 'ping' })).toMatch(/^400 healthCheck\.type is "ping"; expected .*tcp/);
  expect(await refused({})).toMatch(/^400 healthCheck\.type is missing; expected a text/);
  expect(await refused({ type: 'tcp', fall: 0 })).toMatch(
    /^400 healthCheck\.fall is 0; expected a whole number from 1 to/,
  );
  expect(await refused({ type: 'tcp', retries: 3 })).toMatch(/^400 healthCheck\.retries is not known here/);
  expect(await refused({ type: 'Http1', config: { http_check_config: { path: 'health' } } })).toMatch(
    /^400 healthCheck\.config\.http_check_config\.path: .*found "health".*begins with \//,
  );
  expect((await ask('GET', 'publications')).json.items).toEqual([]);
  expect((await subscribe({ scope: 'city' })).json.message).toBe(
    'scope is "city"; expected "zone", "dataCenter", "global"',
  );
  expect((await subscribe({ scope: 'dataCenter' })).json.message).toMatch(/this proxy is in none: mesh\.data_center/);
  expect((await subscribe({ registries: ['nacos'] })).json.message).toBe('registries is "nacos"; expected "weft"');
});

test('the scope of a subscription is who is called: of two zones in two data centres one, two or four', async () => {
  const places = [
    { zone: 'A1', dataCenter: 'a' },
    { zone: 'A2', dataCenter: 'a' },
    { zone: 'B1', dataCenter: 'b' },
    { zone: 'B2', dataCenter: 'b' },
  ];
  await provide(4, (index) => places[index] ?? {});
  await vi.waitFor(async () => expect(await registered()).toHaveLength(4), WAIT);
  const front = await join('front', {}, { zone: 'A1', data_center: 'a' });
  const port = front.proxy.port('out');
  const called = async (): Promise<string[]> => [...(await answers(port, 24)).keys()].sort();
  await front.subscribe({ scope: 'zone' });
  await vi.waitFor(async () => expect(await called()).toEqual(['p0']), WAIT);
  await front.subscribe({ scope: 'dataCenter' });
  await vi.waitFor(async () => expect(await called()).toEqual(['p0', 'p1']), WAIT);
  await front.subscribe({ scope: 'global' });
  await vi.waitFor(async () => expect(await called()).toEqual(['p0', 'p1', 'p2', 'p3']), WAIT);
  expect((await front.ask('GET', 'subscriptions')).json.items).toMatchObject([{ scope: 'global', elsewhere: 0 }]);
});

describe('the protect threshold, over calls', () => {
  /** Ten providers of which some were away when they were called, and are back; who refused is left out for ten minutes. */
  async function tenOfWhich(away: number, percent: number): Promise<ReadonlyMap<string, number>> {
    const apps = await provide(10);
    await vi.waitFor(async () => expect(await registered()).toHaveLength(10), WAIT);
    await plane.admin.client.ms.updateService({
      params: { serviceId: SERVICE },
      body: { protectThreshold: percent },
    });
    const front = await join('front', { connect_ejection: '10m', retries: 10 });
    await front.subscribe();
    const port = front.proxy.port('out');
    await vi.waitFor(async () => expect((await answers(port, 40)).size).toBe(10), WAIT);
    for (const app of apps.slice(0, away)) await app.close();
    // Callers see nothing of it: every call is answered by somebody else.
    await answers(port, 60);
    for (const app of apps.slice(0, away)) await app.open();
    return answers(port, 100);
  }

  test('below it health is ignored: six of ten are away, and all ten get calls as soon as they answer', async () => {
    const counts = await tenOfWhich(6, 50);
    expect([...counts.keys()].sort()).toEqual(Array.from({ length: 10 }, (_, index) => `p${index}`));
  });

  test('at it health holds: five of ten are away, and the other five get all calls', async () => {
    const counts = await tenOfWhich(5, 50);
    expect([...counts.keys()].sort()).toEqual(['p5', 'p6', 'p7', 'p8', 'p9']);
  });

  test('without it health holds, however few are left', async () => {
    const counts = await tenOfWhich(6, 0);
    expect([...counts.keys()].sort()).toEqual(['p6', 'p7', 'p8', 'p9']);
  });
});
