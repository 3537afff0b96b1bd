import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BOLT_SERVICE, boltApplication, callBolt, callHttp, callLoop } from './callers.ts';
import { application, type MeshWorld, openWorld, SERVICE } from './mesh-world.ts';

const ROUNDS = 8;
const CALLERS = 4;
const WAIT = { timeout: 30_000, interval: 20 };
// Three proxies and a control plane start in each.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let world: MeshWorld;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test.each([
  { protocol: 'Http1', service: SERVICE, egress: 'out', open: application, ask: callHttp },
  {
    protocol: 'bolt',
    service: BOLT_SERVICE,
    egress: 'bolt-out',
    open: boltApplication,
    ask: callBolt,
  },
] as const)('no call of $protocol is lost while a provider comes and goes beside one that stays', async (one) => {
  const { protocol, service, ask } = one;
  const [stays, moves] = [await one.open('stays'), await one.open('moves')];
  const join = (app: string) => world.join(`${app}-${protocol.toLowerCase()}`, {}, {}, [protocol]);
  const [home, other, front] = [await join('home'), await join('other'), await join('front')];
  const publication = `publications/${encodeURIComponent(service)}`;
  const subscription = `subscriptions/${encodeURIComponent(service)}`;
  await home.ask('PUT', publication, { protocol, appPort: stays.port });
  await front.ask('PUT', subscription, { protocol });
  const port = front.proxy.port(one.egress);
  await vi.waitFor(async () => expect(await ask(port)).toBe('stays'), WAIT);
  const { answers, end } = callLoop(CALLERS, () => ask(port));
  const called = (): number => answers.get('moves') ?? 0;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const before = called();
      expect((await other.ask('PUT', publication, { protocol, appPort: moves.port })).status).toBe(201);
      await vi.waitFor(() => expect(called()).toBeGreaterThan(before), WAIT);
      expect((await other.unpublish(service)).status).toBe(204);
      await vi.waitFor(async () => expect((await front.ask('GET', subscription)).json.endpoints).toBe(1), WAIT);
    }
  } finally {
    await end();
  }
  expect([...answers.keys()].sort()).toEqual(['moves', 'stays']);
});
