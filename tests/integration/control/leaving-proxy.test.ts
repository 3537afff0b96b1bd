/** A proxy that stops gracefully: its callers learn of it first, so that nobody needs a retry. */
import net from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { call, tcpBackend } from '../../support/backend.ts';
import { weft } from '../cli/weft.ts';
import { BoltReader, boltRequest, boltResponse } from '../engine/bolt.ts';
import { keep, until } from '../engine/support.ts';
import { application, HEADERS, type MeshWorld, openWorld, SERVICE } from './mesh-world.ts';

const BOLT_SERVICE = 'com.example.Echo:1.0@DEFAULT';
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

/** Answers every call with its name. */
async function boltApplication(name: string): Promise<number> {
  const backend = await tcpBackend((socket) => {
    const reader = new BoltReader();
    socket.on('data', (chunk: Buffer) => {
      for (const { id } of reader.push(chunk)) socket.write(boltResponse(id, name));
    });
  });
  return keep(backend).port;
}

/** What the provider said, or the failure. */
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

/** Calls until it is told to end; counts answers by their text. */
function callLoop(ask: () => Promise<string>) {
  const answers = new Map<string, number>();
  let running = true;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (running) {
      const answer = await ask();
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  const end = async (): Promise<void> => {
    running = false;
    await Promise.all(callers);
  };
  return { answers, end };
}

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
    await proxy.ask('PUT', BOLT_PUBLICATION, { protocol: 'bolt', appPort: await boltApplication(name) });
  }
  await front.subscribe();
  await front.ask('PUT', `subscriptions/${encodeURIComponent(BOLT_SERVICE)}`, { protocol: 'bolt' });
  const asks = [() => callHttp(front.proxy.port('out')), () => callBolt(front.proxy.port('bolt-out'))] as const;
  for (const ask of asks) await vi.waitFor(async () => expect(await ask()).toBe('leaves'), WAIT);
  const loops = asks.map(callLoop);
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
