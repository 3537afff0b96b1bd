import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { call } from '../../support/backend.ts';
import { BoltReader, boltRequest, boltResponse } from '../engine/bolt.ts';
import { keep } from '../engine/support.ts';
import { application, HEADERS, type MeshWorld, openWorld, SERVICE } from './mesh-world.ts';

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

/** Answers every call with its name. */
async function boltApplication(name: string): Promise<{ readonly port: number }> {
  const server = net.createServer((socket) => {
    const reader = new BoltReader();
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const { id } of reader.push(chunk)) socket.write(boltResponse(id, name));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  keep({ close: () => new Promise<void>((resolve) => void server.close(() => resolve())) });
  return { port: (server.address() as AddressInfo).port };
}

/** What the provider said, or the failure. One call at a time on a connection of its own. */
async function callBolt(port: number): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      const reader = new BoltReader();
      socket.on('error', (error) => resolve(error.message));
      socket.on('close', () => resolve('closed'));
      socket.on('data', (chunk) => {
        const [answer] = reader.push(chunk);
        if (answer !== undefined)
          resolve(answer.status === 0 ? answer.content.toString() : `status ${answer.status} ${answer.content}`);
      });
      socket.write(boltRequest({ id: 7 }));
    });
  } finally {
    socket.destroy();
  }
}

async function callHttp(port: number): Promise<string> {
  const { status, body } = await call(port, { headers: HEADERS });
  return status === 200 ? body : `${status} ${body}`;
}

test.each([
  { protocol: 'Http1', service: SERVICE, egress: 'out', open: application, ask: callHttp },
  {
    protocol: 'bolt',
    service: 'com.example.Echo:1.0@DEFAULT',
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
  const answers = new Map<string, number>();
  let running = true;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (running) {
      const answer = await ask(port);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
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
    running = false;
    await Promise.all(callers);
  }
  expect([...answers.keys()].sort()).toEqual(['moves', 'stays']);
});
