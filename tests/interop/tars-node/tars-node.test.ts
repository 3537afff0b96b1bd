import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import {
  createEchoClient,
  type EchoClient,
  type EchoServer,
  SERVANT,
  startEchoServer,
  type TarsFailure,
} from './peers.ts';

/** A port that refuses connections. */
const NOBODY = 1;

/** A proxy whose listeners pass the servant on to a port each, and nothing else. */
function startHop(ports: Readonly<Record<string, number>>): Promise<RunningProxy> {
  const names = Object.keys(ports);
  const listeners = names.map((name) =>
    proxyListener({ name, protocol: name === 'auto' ? 'Auto' : 'tars', router: name }),
  );
  const match = { headers: [{ name: 'service', value: SERVANT }] };
  const routers = names.map((router) => ({
    router_config_name: router,
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        routers: router === 'nowhere' ? [] : [{ match, route: { cluster_name: router, timeout: '60s' } }],
      },
    ],
  }));
  const base = configuration({ listeners, clusters: names.map((one) => cluster(one, [ports[one] as number])) });
  return startProxy({ ...base, servers: [{ graceful_timeout: '5s', listeners, routers }] });
}

const codeOf = (failure: TarsFailure): number | undefined => failure.response?.error?.code ?? failure.error?.code;

describe.each([1, 2])('Tars.js through %i', (hops) => {
  const proxies: RunningProxy[] = [];
  let server: EchoServer;
  const clients: EchoClient[] = [];

  const client = (listener: string, timeoutMs?: number, tup?: boolean): EchoClient => {
    const made = createEchoClient((proxies.at(-1) as RunningProxy).port(listener), timeoutMs, tup);
    clients.push(made);
    return made;
  };

  beforeAll(async () => {
    server = await startEchoServer();
    let ports: Record<string, number> = { echo: server.port, auto: server.port, dead: NOBODY, nowhere: NOBODY };
    for (let hop = 0; hop < hops; hop++) {
      const proxy = await startHop(ports);
      proxies.push(proxy);
      ports = Object.fromEntries(Object.keys(ports).map((one) => [one, proxy.port(one)]));
    }
  });

  afterEach(({ task }) => {
    for (const made of clients.splice(0)) made.close();
    if (task.result?.state === 'fail') for (const proxy of proxies) process.stderr.write(proxy.log());
  });

  afterAll(async () => {
    for (const proxy of proxies) await proxy.dispose();
    await server.stop();
  });

  it('calls, with its context', async () => {
    server.calls.length = 0;
    expect(await client('echo').call('echo', 'grüß', { group: 'g' })).toBe('grüß');
    expect(server.calls).toEqual([[SERVANT, 'echo', 'grüß', { group: 'g' }]]);
  });

  it('is recognised', async () => {
    expect(await client('auto').call('echo', 'a')).toBe('a');
  });

  it('calls in TUP', async () => {
    expect(await client('echo', 10_000, true).callTup('echo', 'text')).toBe('text');
  });

  it('calls a thousand times at once, each with its own answer', async () => {
    const own = client('echo');
    const texts = Array.from({ length: 1000 }, (_, i) => `text ${i}`);
    expect(await Promise.all(texts.map((text) => own.call('echo', text)))).toEqual(texts);
  });

  it('carries bodies larger than what is gathered', async () => {
    const own = client('echo');
    const text = '0123456789'.repeat(20_000);
    expect(await own.call('echo', text)).toBe(text);
    expect((await own.call('large', '0123456789')).length).toBe(500_000);
  });

  it('calls one-way', async () => {
    const arrived = server.nextCall();
    client('echo').callOneWay('echo', 'quiet');
    await arrived;
    expect(server.calls.at(-1)?.[2]).toBe('quiet');
  });

  it.each([
    ['echo', 'fail', -3],
    ['dead', 'echo', -8],
    ['nowhere', 'echo', -4],
  ] as const)('at %s learns why %s failed: %i', async (listener, method, code) => {
    const failure = (await client(listener)
      .call(method, 'x')
      .catch((error: unknown) => error)) as TarsFailure;
    expect(codeOf(failure)).toBe(code);
  });

  it('is told of its own timeout', async () => {
    const failure = (await client('echo', 300)
      .call('hold', 'x')
      .catch((error: unknown) => error)) as TarsFailure;
    expect([-7, -13_001]).toContain(codeOf(failure));
  });

  it('goes on when the server comes back', async () => {
    const own = client('echo');
    expect(await own.call('echo', 'before')).toBe('before');
    const held = own.call('hold', 'x').catch((error: unknown) => error);
    await server.nextCall();
    server.dropConnections();
    const failure = (await held) as TarsFailure;
    expect(codeOf(failure)).toBe(-8);
    expect(await own.call('echo', 'after')).toBe('after');
  });
});
