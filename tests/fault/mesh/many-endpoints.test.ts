/** One service with a thousand endpoints: one more touches its cluster and no connection of anybody. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGrpcTransport, createLink, createRegistrySession, type RegistrySession } from '@weft/distribution';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../support/ports.ts';
import { sidecarPorts } from './ports.ts';
import { Program } from './processes.ts';
import { Sidecar } from './sidecar.ts';
import { until } from './waiting.ts';

const ENDPOINTS = 1000;
const MANY = 'many.example:80';
const FEW = 'few.example:80';
const SOON_MS = 60_000;

interface ProxyKey {
  readonly accessKey: string;
  readonly secret: string;
  readonly instanceId: string;
}

const directory = mkdtempSync(path.join(tmpdir(), 'weft-mesh-many-'));
const closing: (() => Promise<void> | void)[] = [() => rmSync(directory, { recursive: true, force: true })];
let caller: Sidecar;
let session: RegistrySession;
let key: ProxyKey;
/** By the address that was called; every address of 127.0.0.0/8 reaches the one server. */
const opened: string[] = [];
const closed: string[] = [];
let port = 0;

beforeAll(async () => {
  const server = http.createServer((_request, response) => response.end('ok'));
  server.keepAliveTimeout = 600_000;
  server.on('connection', (socket) => {
    const address = socket.localAddress ?? '';
    opened.push(address);
    socket.once('close', () => closed.push(address));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '0.0.0.0', resolve);
  });
  ({ port } = server.address() as AddressInfo);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const data = path.join(directory, 'control');
  mkdirSync(data, { mode: 0o700 });
  const grpc = `127.0.0.1:${await freePort()}`;
  const control = Program.weft(
    'control',
    ['up', '--data', data, '--listen', '127.0.0.1:0', '--grpc', grpc, '--drm-query', 'off', '--json'],
    directory,
  );
  closing.push(() => control.kill());
  await control.up();
  const keyFile = path.join(data, 'proxy-key.json');
  key = JSON.parse(readFileSync(keyFile, 'utf8')) as ProxyKey;
  session = publisher(grpc);
  for (let index = 0; index < ENDPOINTS; index++) publish(MANY, addressOf(index));
  publish(FEW, '127.3.0.1');
  caller = new Sidecar('caller', 'shop', await sidecarPorts(), directory);
  closing.push(() => caller.kill());
  await caller.start({ grpc, keyFile }, { WEFT_TEST_HOOKS: '1' });
  for (const host of [MANY, FEW]) await caller.subscribe(`${host}@Http1`, 'Http1');
}, 240_000);
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const addressOf = (index: number): string => `127.2.${index >> 8}.${index & 255}`;

function publisher(grpc: string): RegistrySession {
  const link = createLink({
    addresses: [grpc],
    node: {
      id: '00000000-0000-4000-8000-000000000001',
      app: 'many',
      ip: '127.0.0.1',
      zone: '',
      dataCenter: '',
      cluster: '',
      labels: {},
      version: '0',
      pid: process.pid,
      startedAtMs: 1,
      adminPort: 0,
    },
    credentials: key,
    transport: createGrpcTransport(),
  });
  closing.push(() => link.close());
  return createRegistrySession({ link });
}

function publish(host: string, address: string): void {
  session.publish({
    registId: `${host} ${address}`,
    dataId: `${host}@Http1`,
    instanceId: key.instanceId,
    group: 'DEFAULT_GROUP',
    protocol: 'Http1',
    address,
    port,
    weight: 100,
    metadata: {},
  });
}

function known(host: string, count: number): Promise<boolean> {
  return until(`the caller knows ${count} of ${host}`, SOON_MS, async () => {
    const { endpoints } = await caller.endpoints(`${host}@Http1`);
    if (endpoints === count) return true;
    throw new Error(`it knows ${endpoints}`);
  });
}

async function call(host: string, count: number, together: number): Promise<readonly number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: together });
  try {
    return await Promise.all(
      Array.from(
        { length: count },
        () =>
          new Promise<number>((resolve, reject) => {
            http
              .get({ host: '127.0.0.1', port: caller.ports.httpEgress, agent, headers: { host } }, (response) => {
                response.resume().once('end', () => resolve(response.statusCode ?? 0));
              })
              .once('error', reject);
          }),
      ),
    );
  } finally {
    agent.destroy();
  }
}

/** What the proxy says about each time that services changed. */
function changes(): { readonly clusters: number; readonly ms: number; readonly mainCpuMs: number }[] {
  return caller
    .log()
    .split('\n')
    .filter((line) => line.includes('discovered services are in place'))
    .map((line) => {
      const number = (name: string): number => Number(new RegExp(`"?${name}"?[=:] ?([\\d.]+)`).exec(line)?.[1]);
      return { clusters: number('clusters'), ms: number('ms'), mainCpuMs: number('mainCpuMs') };
    });
}

test('one endpoint more than a thousand: one cluster, no connection', async () => {
  await known(MANY, ENDPOINTS);
  await known(FEW, 1);
  await until('both are routed', SOON_MS, async () =>
    [...(await call(FEW, 1, 1)), ...(await call(MANY, 1, 1))].every((status) => status === 200),
  );
  // Connections to many of them, and a few to the other service.
  expect(new Set(await call(MANY, 600, 32))).toEqual(new Set([200]));
  expect(new Set(await call(FEW, 50, 8))).toEqual(new Set([200]));
  const before = { opened: opened.length, closed: closed.length, changes: changes().length };
  expect(before.opened).toBeGreaterThan(100);

  const fresh = addressOf(ENDPOINTS);
  const times: number[] = [];
  const startMs = performance.now();
  publish(MANY, fresh);
  await known(MANY, ENDPOINTS + 1);
  await until('it is in place', SOON_MS, () => changes().length > before.changes);
  times.push(performance.now() - startMs);
  expect(changes().slice(before.changes)).toMatchObject([{ clusters: 1 }]);
  expect(closed.length).toBe(before.closed);
  expect(opened.length).toBe(before.opened);

  // The new one serves; those of before go on, over the connections of before.
  await until('the new one is called', SOON_MS, async () => {
    expect(new Set(await call(MANY, 200, 32))).toEqual(new Set([200]));
    return opened.includes(fresh);
  });
  expect(new Set(await call(FEW, 50, 8))).toEqual(new Set([200]));
  expect(closed).toEqual([]);
  // As many as call it at once, and none in place of another.
  expect(opened.filter((address) => address.startsWith('127.3.')).length).toBeLessThanOrEqual(9);
  const { longestSliceMs } = (await caller.admin('/api/v1/test/memory')) as { longestSliceMs: number };
  const [last] = changes().slice(-1);
  console.log(
    `${ENDPOINTS} endpoints and one: known and in place after ${Math.round(times[0] ?? 0)} ms; in the proxy ${last?.ms} ms, of it ${last?.mainCpuMs} ms CPU of main; longest slice of the data thread ${longestSliceMs.toFixed(2)} ms`,
  );
}, 240_000);

/** Calls one after the other, each on a connection that stays, until it is told to stop. */
function load(host: string, together: number): { stop(): Promise<readonly number[]> } {
  const statuses: number[] = [];
  let running = true;
  const agent = new http.Agent({ keepAlive: true, maxSockets: together });
  const one = async (): Promise<void> => {
    while (running) {
      const status = await new Promise<number>((resolve) => {
        http
          .get({ host: '127.0.0.1', port: caller.ports.httpEgress, agent, headers: { host } }, (response) => {
            response.resume().once('end', () => resolve(response.statusCode ?? 0));
          })
          .once('error', () => resolve(0));
      });
      statuses.push(status);
    }
  };
  const all = Array.from({ length: together }, one);
  return {
    async stop() {
      running = false;
      await Promise.all(all);
      agent.destroy();
      return statuses;
    },
  };
}

test('a push of ten thousand hosts under load: no failed request, and data threads work on it in slices', async () => {
  // With the one of the other service as many as a session may publish.
  const HOSTS = 9999;
  await caller.admin('/api/v1/test/memory');
  const before = changes().length;
  const few = load(FEW, 4);
  const many = load(MANY, 8);
  for (let index = ENDPOINTS + 1; index < HOSTS; index++) publish(MANY, addressOf(index));
  await known(MANY, HOSTS);
  await until('it is in place', SOON_MS, () => changes().length > before);
  expect(new Set([...(await few.stop()), ...(await many.stop())])).toEqual(new Set([200]));
  const { longestSliceMs } = (await caller.admin('/api/v1/test/memory')) as { longestSliceMs: number };
  const made = changes().slice(before);
  const mainMs = Math.max(...made.map(({ mainCpuMs }) => mainCpuMs));
  console.log(
    `${HOSTS} endpoints under load, in ${made.length} updates: longest slice of the data thread ${longestSliceMs.toFixed(2)} ms CPU, of main at most ${mainMs.toFixed(1)} ms CPU for an update`,
  );
}, 240_000);
