import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { call } from '../../support/backend.ts';
import { application, HEADERS, type MeshWorld, openWorld, SERVICE } from './mesh-world.ts';

const ROUNDS = 8;
const CALLERS = 4;
const WAIT = { timeout: 30_000, interval: 20 };
// Three proxies and a control plane start.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let world: MeshWorld;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('no call is lost while a provider comes and goes beside one that stays', async () => {
  const [stays, moves] = [await application('stays'), await application('moves')];
  const [home, other, front] = [await world.join('home'), await world.join('other'), await world.join('front')];
  await home.publish({ appPort: stays.port });
  await front.subscribe();
  const answers = new Map<string, number>();
  const port = front.proxy.port('out');
  const ask = async (): Promise<void> => {
    const { status, body } = await call(port, { headers: HEADERS });
    const answer = status === 200 ? body : `${status} ${body}`;
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  };
  await vi.waitFor(async () => expect((await call(port, { headers: HEADERS })).body).toBe('stays'), WAIT);
  let running = true;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (running) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  const called = (): number => answers.get('moves') ?? 0;
  const known = async (): Promise<number> =>
    (await front.ask('GET', `subscriptions/${encodeURIComponent(SERVICE)}`)).json.endpoints;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const before = called();
      expect((await other.publish({ appPort: moves.port })).status).toBe(201);
      await vi.waitFor(() => expect(called()).toBeGreaterThan(before), WAIT);
      expect((await other.unpublish()).status).toBe(204);
      await vi.waitFor(async () => expect(await known()).toBe(1), WAIT);
    }
  } finally {
    running = false;
    await Promise.all(callers);
  }
  expect([...answers.keys()].sort()).toEqual(['moves', 'stays']);
});
