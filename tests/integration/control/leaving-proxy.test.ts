/** A proxy that stops gracefully: its callers learn of it first, so that nobody needs a retry. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { weft } from '../cli/weft.ts';
import { until } from '../engine/support.ts';
import { BOLT_SERVICE, boltApplication, callBolt, callHttp, callLoop } from './callers.ts';
import { application, type MeshWorld, openWorld, SERVICE } from './mesh-world.ts';

const CALLERS = 3;
const WAIT = { timeout: 30_000, interval: 20 };
/** Nothing is tried again, and no host is left out after a failure: whoever meets a closed door fails. */
const ONE_ATTEMPT = { retries: 0, connect_ejection: '0s' };
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let world: MeshWorld;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const PUBLICATION = `publications/${encodeURIComponent(SERVICE)}`;
const BOLT_PUBLICATION = `publications/${encodeURIComponent(BOLT_SERVICE)}`;

test('no call of HTTP or Bolt needs a second attempt while the proxy of a provider stops', async () => {
  const join = (app: string, discovery: object = {}) => world.join(app, discovery, {}, ['Http1', 'bolt']);
  // Long enough to be seen on a machine with other work.
  const slowly = { leave_time: '10s' };
  const [home, other, front] = [await join('home'), await join('other', slowly), await join('front', ONE_ATTEMPT)];
  for (const [name, proxy] of [
    ['stays', home],
    ['leaves', other],
  ] as const) {
    await proxy.ask('PUT', PUBLICATION, { protocol: 'Http1', appPort: (await application(name)).port });
    await proxy.ask('PUT', BOLT_PUBLICATION, { protocol: 'bolt', appPort: (await boltApplication(name)).port });
  }
  await front.subscribe();
  await front.ask('PUT', `subscriptions/${encodeURIComponent(BOLT_SERVICE)}`, { protocol: 'bolt' });
  const asks = [() => callHttp(front.proxy.port('out')), () => callBolt(front.proxy.port('bolt-out'))] as const;
  for (const ask of asks) await vi.waitFor(async () => expect(await ask()).toBe('leaves'), WAIT);
  const loops = asks.map((ask) => callLoop(CALLERS, ask));
  try {
    for (const { answers } of loops)
      await vi.waitFor(() => expect([...answers.keys()].sort()).toEqual(['leaves', 'stays']), WAIT);
    const exited = new Promise((resolve) => other.proxy.process.once('exit', resolve));
    const stopped = weft(other.proxy.directory, ['proxy', 'stop', '-c', 'proxy.json']);
    const phase = async () => JSON.parse((await other.proxy.admin('GET', '/api/v1/drain')).body).phase as string;
    await vi.waitFor(async () => expect(await phase()).toBe('leaving'), WAIT);
    const { code, stdout, stderr } = await stopped;
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^stopped \(pid \d+\)$/m) });
    expect(stderr).toMatch(/^leaving: callers learn of it for ([1-9]|10) s, and are served meanwhile$/m);
    await exited;
  } finally {
    await Promise.all(loops.map(({ end }) => end()));
  }
  for (const { answers } of loops) expect([...answers.keys()].sort()).toEqual(['leaves', 'stays']);
});

test('a second signal ends a proxy at once that waits for its callers', async () => {
  const proxy = await world.join('hasty', { leave_time: '1m' });
  await proxy.publish({ appPort: (await application('hasty')).port });
  const state = async () => (await proxy.ask('GET', 'publications')).json.items[0]?.state;
  await vi.waitFor(async () => expect(await state()).toBe('accepted'), WAIT);
  const child = proxy.proxy.process;
  let code: number | null | undefined;
  child.once('exit', (value) => {
    code = value;
  });
  child.kill('SIGTERM');
  await until(() => proxy.proxy.log().includes('leaving: what is published is taken back'));
  await vi.waitFor(
    () => {
      child.kill('SIGTERM');
      expect(code).toBe(0);
    },
    { timeout: 30_000, interval: 200 },
  );
});

test('a proxy that publishes nothing does not wait for callers', async () => {
  const proxy = await world.join('alone', { leave_time: '1m' });
  expect(await proxy.proxy.stop()).toBe(0);
  expect(proxy.proxy.log()).not.toContain('leaving:');
});
