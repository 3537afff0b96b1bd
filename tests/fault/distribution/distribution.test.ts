import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  createDistributionClient,
  createGrpcTransport,
  createLink,
  type DistributionClient,
  type DynamicValue,
  dynamicValueType,
  type Link,
  type ResourceUpdate,
} from '@weft/distribution';
import { startTcpRelay, type TcpRelay } from '@weft/distribution/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./server-process.ts', import.meta.url));
/** Three of these without a sign of life close a connection. */
const HEARTBEAT_MS = 300;
const NAMES = Array.from({ length: 50 }, (_, index) => `name-${index}`);

interface ServerProcess {
  readonly child: ChildProcess;
  readonly address: string;
}

/** With every name at version 1, or the one given. */
async function startServer(address = '127.0.0.1:0', newer: Record<string, number> = {}): Promise<ServerProcess> {
  const values = NAMES.map((name) => ({ kind: 'put', name, version: newer[name] ?? 1 }));
  const child = fork(PROGRAM, [address, JSON.stringify(values)], {
    execArgv: ['--conditions=@weft/source'],
    stdio: 'inherit',
  });
  const [message] = (await once(child, 'message')) as [{ address: string }];
  return { child, address: message.address };
}

async function stopServer({ child }: ServerProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const put = ({ child }: ServerProcess, name: string, version: number): void => {
  child.send({ kind: 'put', name, version });
};

describe('the control plane vanishes and comes back', () => {
  let server: ServerProcess;
  let relay: TcpRelay;
  let link: Link;
  let client: DistributionClient;
  let updates: ResourceUpdate<DynamicValue>[];
  let state: Map<string, string>;
  /** Resolved whenever something happens, with a list of who waits for what. */
  let waiting: { readonly holds: () => boolean; readonly resolve: () => void }[];
  const check = (): void => {
    waiting = waiting.filter(({ holds, resolve }) => {
      if (!holds()) return true;
      resolve();
      return false;
    });
  };
  /** The test's own time limit is the bound. */
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ holds, resolve });
      check();
    });

  beforeEach(async () => {
    updates = [];
    state = new Map();
    waiting = [];
    server = await startServer();
    relay = await startTcpRelay(server.address);
    link = createLink({
      addresses: [relay.address],
      node: {
        id: 'n',
        app: 'shop',
        ip: '127.0.0.1',
        zone: '',
        dataCenter: '',
        cluster: '',
        labels: {},
        version: '0',
        pid: 1,
        startedAtMs: 1,
        adminPort: 0,
      },
      transport: createGrpcTransport({ heartbeatMs: HEARTBEAT_MS }),
      backOff: { minMs: 50, maxMs: 400 },
      connectTimeoutMs: 500,
    });
    link.onState(check);
    client = createDistributionClient({ link });
    client.subscribe(dynamicValueType, NAMES, (update) => {
      updates.push(update);
      for (const { name, value } of update.updated) state.set(name, Buffer.from(value.value).toString());
      for (const name of update.removed) state.delete(name);
      // After the answer is on its way.
      setImmediate(check);
      return [];
    });
    await until(() => state.size === NAMES.length);
    updates.length = 0;
  });
  afterEach(async () => {
    await client.close();
    link.close();
    await relay.close();
    await stopServer(server);
  });

  const onlyChanged = () => updates.flatMap(({ updated }) => updated.map(({ name, version }) => `${name} ${version}`));
  const keepsAll = (): void => {
    expect(state.size).toBe(NAMES.length);
    expect(state.get('name-3')).toBe('name-3 1');
  };

  test('a black hole is noticed by the heartbeat; values stay; afterwards only the change arrives', async () => {
    relay.blackHole(true);
    await until(() => link.state !== 'ready');
    keepsAll();
    put(server, 'name-3', 2);
    relay.blackHole(false);
    await until(() => state.get('name-3') === 'name-3 2');
    expect(onlyChanged()).toEqual(['name-3 2']);
    expect(client.stats().reconnectsTotal).toBeGreaterThan(0);
  });

  test('a stopped server (SIGSTOP) is noticed by the heartbeat, and taken back when it goes on', async () => {
    server.child.kill('SIGSTOP');
    try {
      await until(() => link.state !== 'ready');
      keepsAll();
    } finally {
      server.child.kill('SIGCONT');
    }
    await until(() => link.state === 'ready');
    put(server, 'name-3', 2);
    await until(() => state.get('name-3') === 'name-3 2');
    expect(onlyChanged()).toEqual(['name-3 2']);
  });

  test('a killed server is noticed at once; the next one sends only what it has newer', async () => {
    await stopServer(server);
    await until(() => link.state !== 'ready');
    keepsAll();
    server = await startServer(server.address, { 'name-7': 9 });
    await until(() => state.get('name-7') === 'name-7 9');
    expect(onlyChanged()).toEqual(['name-7 9']);
  });
});
