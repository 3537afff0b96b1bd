/** What callers do while a control plane that has just started does not know yet who is there: no call is lost to who is missing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import { systemClock } from '@weft/kit';
import { expect, it } from 'vitest';
import { closedPort } from '../../support/backend.ts';
import { configuration, proxyListener } from '../../support/config.ts';
import { keep, start, until } from '../engine/support.ts';
import { openMeshClient } from './mesh-client.ts';

const SERVICE = 'echo.demo:80@Http1';
/** A registry that has just started waits so long for publishers to come back; here until it is told to be sure. */
const REBUILD_MS = 40_000;
function clockOf() {
  const { promise: told, resolve: beSure } = Promise.withResolvers<void>();
  const schedule = (delayMs: number, callback: () => void): (() => void) => {
    if (delayMs !== REBUILD_MS) return systemClock.schedule(delayMs, callback);
    void told.then(callback);
    return () => {};
  };
  return { clock: { ...systemClock, schedule }, beSure };
}

interface Provider {
  readonly port: number;
  readonly seen: number;
  /** Both the application and its proxy. */
  die(): Promise<void>;
}

async function world() {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'weft-missing-'));
  keep({ close: async () => rmSync(dataDirectory, { recursive: true, force: true }) });
  const { clock, beSure } = clockOf();
  beSure();
  const first = await startTestPlane({ ruleKinds, clock, dataDirectory });
  const address = first.plane.grpcAddress ?? '';
  const { accessKeyId: accessKey = '', secret = '' } = first.plane.seeded ?? {};
  const provider = async (id: string): Promise<Provider> => {
    let seen = 0;
    const server = http.createServer((request, response) => {
      seen++;
      request.resume();
      response.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = openMeshClient({ address, credentials: { accessKey, secret }, id, app: 'echo', ip: '127.0.0.1' });
    client.publish(SERVICE, port);
    let dead = false;
    const die = async (): Promise<void> => {
      if (dead) return;
      dead = true;
      server.closeAllConnections();
      await Promise.all([new Promise((resolve) => server.close(resolve)), client.close()]);
    };
    keep({ close: die });
    return {
      port,
      get seen() {
        return seen;
      },
      die,
    };
  };
  const keyFile = path.join(dataDirectory, 'key-of-the-test.json');
  const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
  writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
  const api = `127.0.0.1:${await closedPort()}`;
  const document = configuration({
    listeners: [proxyListener({ name: 'out', type: 'egress', protocol: 'Http1', router: 'outward' })],
    clusters: [],
  }) as { servers: [{ routers: object[] }] };
  document.servers[0].routers = [{ router_config_name: 'outward', virtual_hosts: [] }];
  const proxy = await start({
    ...document,
    mesh: {
      app: 'caller',
      control: { address, key_file: keyFile },
      discovery: {
        address: api,
        empty_push_hold: '1h',
        protocols: [{ protocol: 'Http1', ingress_listener: '', egress_listener: 'out' }],
      },
    },
  });
  const subscription = `http://${api}/v1/discovery/subscriptions/${encodeURIComponent(SERVICE)}`;
  const headers = { 'content-type': 'application/json' };
  const said = await fetch(subscription, { method: 'PUT', headers, body: JSON.stringify({ protocol: 'Http1' }) });
  expect(said.ok).toBe(true);
  const shown = async () =>
    (await (await fetch(subscription)).json()) as { endpoints: number; held: { kept: number } | null };
  /** Calls that are not repeated for what they do are among them. */
  const call = async (times: number): Promise<Set<number | string>> => {
    const statuses = new Set<number | string>();
    for (let i = 0; i < times; i++) statuses.add(await ask(proxy.port('out'), i % 2 === 0 ? 'GET' : 'POST'));
    return statuses;
  };
  /** Starts it again; what is returned makes it sure of who is there. */
  const restart = async (): Promise<() => void> => {
    const { clock: another, beSure: beSureAgain } = clockOf();
    const [host, port] = [address.slice(0, address.lastIndexOf(':')), address.slice(address.lastIndexOf(':') + 1)];
    const again = await startTestPlane({
      ruleKinds,
      clock: another,
      dataDirectory,
      grpc: { host, port: Number(port) },
    });
    keep({ close: () => again.stop() });
    return beSureAgain;
  };
  return { provider, shown, call, stop: () => first.stop(), restart };
}

const ask = (port: number, method: string): Promise<number | string> =>
  new Promise((resolve) => {
    const request = http.request({ port, method, headers: { host: 'echo.demo:80' }, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', (error) => resolve(String(error)));
    request.end(method === 'POST' ? 'body' : undefined);
  });

it('two of three die while the control plane is away: calls go on, to who is new at once, until it is sure that they are gone', async () => {
  const { provider, shown, call, stop, restart } = await world();
  const one = await provider('one');
  const [two, three] = [await provider('two'), await provider('three')];
  await until(async () => (await shown()).endpoints === 3);
  await until(async () => (await call(6)) && two.seen > 0 && three.seen > 0);
  await stop();
  await Promise.all([two.die(), three.die()]);
  expect(await call(20)).toEqual(new Set([200]));
  const beSure = await restart();
  // One alone is back: the other two may be on their way.
  await until(async () => {
    expect(await call(6)).toEqual(new Set([200]));
    return (await shown()).held !== null;
  });
  expect(await shown()).toMatchObject({ endpoints: 3, held: { kept: 2 } });
  const fourth = await provider('four');
  await until(async () => {
    expect(await call(6)).toEqual(new Set([200]));
    return fourth.seen > 0;
  });
  expect(await shown()).toMatchObject({ endpoints: 4, held: { kept: 2 } });
  beSure();
  await until(async () => {
    expect(await call(6)).toEqual(new Set([200]));
    return (await shown()).held === null;
  });
  expect(await shown()).toMatchObject({ endpoints: 2, held: null });
  expect(one.seen).toBeGreaterThan(0);
}, 120_000);
