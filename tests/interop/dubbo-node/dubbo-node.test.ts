import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import {
  createConsumer,
  decodeAll,
  type EchoService,
  encode,
  frame,
  INTERFACE,
  onFrames,
  type Provider,
  startProvider,
} from './peers.ts';

/** A port that refuses connections. */
const NOBODY = 1;
const LARGE = 1_000_000;

/** A proxy whose listeners pass the interface on to a port each, and nothing else. */
function startHop(ports: Readonly<Record<string, number>>): Promise<RunningProxy> {
  const names = Object.keys(ports);
  const listeners = names.map((name) =>
    proxyListener({ name, protocol: name === 'auto' ? 'Auto' : 'dubbo', router: name }),
  );
  const match = { headers: [{ name: 'service', value: INTERFACE }] };
  const routers = names.map((name) => ({
    router_config_name: name,
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        routers: [{ match, route: { cluster_name: name, timeout: name === 'late' ? '200ms' : '60s' } }],
      },
    ],
  }));
  const base = configuration({ listeners, clusters: names.map((name) => cluster(name, [ports[name] as number])) });
  return startProxy({ ...base, servers: [{ graceful_timeout: '5s', listeners, routers }] });
}

describe.each([1, 2])('through %i', (hops) => {
  const proxies: RunningProxy[] = [];
  const sockets: Socket[] = [];
  let provider: Provider;
  let echo: EchoService;

  const port = (name: string): number => (proxies.at(-1) as RunningProxy).port(name);

  /** A connection of frames; `next` is the next frame that comes. */
  const raw = (name: string) => {
    const socket = connect(port(name), '127.0.0.1');
    sockets.push(socket);
    const arrived: Buffer[] = [];
    const waiting: ((bytes: Buffer) => void)[] = [];
    onFrames(socket, (bytes) => {
      const tell = waiting.shift();
      if (tell === undefined) arrived.push(bytes);
      else tell(bytes);
    });
    return {
      send: (bytes: Buffer) => socket.write(bytes),
      next: () =>
        new Promise<Buffer>((resolve) => {
          const known = arrived.shift();
          if (known === undefined) waiting.push(resolve);
          else resolve(known);
        }),
    };
  };

  const call = (flag: number, id: string, method: string, argument: string, path = INTERFACE): Buffer =>
    frame(
      flag,
      0,
      Buffer.from(id, 'hex'),
      encode('2.0.2', path, '1.0', method, 'Ljava/lang/String;', argument, { group: 'blue' }),
    );

  beforeAll(async () => {
    provider = await startProvider();
    let ports: Record<string, number> = { echo: provider.port, late: provider.port, auto: provider.port, dead: NOBODY };
    for (let i = 0; i < hops; i++) {
      const proxy = await startHop(ports);
      proxies.push(proxy);
      ports = Object.fromEntries(Object.keys(ports).map((name) => [name, proxy.port(name)]));
    }
    echo = createConsumer(port('echo'));
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    for (const proxy of proxies) await proxy.dispose();
    await provider.stop();
  });

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') for (const proxy of proxies) process.stderr.write(proxy.log());
  });

  it('calls', async () => {
    expect(await echo.echo('grüß 😀')).toMatchObject({ res: 'grüß 😀', err: null });
    expect(provider.calls.at(-1)).toMatchObject({
      path: INTERFACE,
      method: 'echo',
      oneWay: false,
      attachments: { group: 'blue' },
    });
  });

  it('calls five hundred times at once, each with its own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => echo.echo(`n${i}`)));
    expect(answers.map(({ res }) => res)).toEqual(Array.from({ length: 500 }, (_, i) => `n${i}`));
  });

  it('carries an exception', async () => {
    const { res, err } = await echo.fail('no such account');
    expect(res).toBeNull();
    expect(String(err?.message)).toContain('no such account');
  });

  it('carries a megabyte each way, beside small calls', async () => {
    const [up, down, ...small] = await Promise.all([
      echo.size('x'.repeat(LARGE)),
      echo.large(LARGE),
      ...Array.from({ length: 20 }, (_, i) => echo.echo(`s${i}`)),
    ]);
    expect(up.res).toBe('x'.repeat(LARGE));
    expect(down.res).toBe('y'.repeat(LARGE));
    expect(small.map(({ res }) => res)).toEqual(Array.from({ length: 20 }, (_, i) => `s${i}`));
  });

  it('answers heartbeats itself, in the caller’s own id', async () => {
    const peer = raw('echo');
    peer.send(Buffer.from('dabbe2007fffffffffffffff000000014e', 'hex'));
    expect((await peer.next()).toString('hex')).toBe('dabb22147fffffffffffffff000000014e');
  });

  it('passes one-way calls and waits for nothing', async () => {
    const peer = raw('echo');
    const before = provider.calls.length;
    for (let i = 0; i < 20; i++) peer.send(call(0x82, `00000000000000${(i + 16).toString(16)}`, 'echo', `w${i}`));
    peer.send(call(0xc2, 'ffffffffffffff00', 'echo', 'last'));
    const answer = await peer.next();
    expect(answer.subarray(4, 12).toString('hex')).toBe('ffffffffffffff00');
    expect(decodeAll(answer.subarray(16), 2)).toEqual([4, 'last']);
    const seen = provider.calls.slice(before);
    expect(seen.map(({ argument, oneWay }) => [argument, oneWay])).toEqual([
      ...Array.from({ length: 20 }, (_, i) => [`w${i}`, true]),
      ['last', false],
    ]);
  });

  it('gives answers that come in another order to whom they belong', async () => {
    const peer = raw('echo');
    for (const id of ['0000000100000001', '0000000200000001']) peer.send(call(0xc2, id, 'hold', id));
    peer.send(call(0xc2, '0000000300000001', 'echo', 'here'));
    await peer.next();
    provider.release();
    for (const answer of [await peer.next(), await peer.next()])
      expect(decodeAll(answer.subarray(16), 2)[1]).toBe(answer.subarray(4, 12).toString('hex'));
  });

  it('is found on a port that takes every protocol', async () => {
    const peer = raw('auto');
    peer.send(call(0xc2, '0000000000000009', 'echo', 'found'));
    expect(decodeAll((await peer.next()).subarray(16), 2)).toEqual([4, 'found']);
  });

  it.each([
    ['no route', 'echo', 'org.example.Other', 60, '404|router unavailable'],
    ['refused', 'dead', INTERFACE, 35, '502|cannot connect to the host'],
  ])('says why it answers itself: %s', async (_name, listener, path, status, message) => {
    const peer = raw(listener);
    peer.send(call(0xc2, '0000000000000007', 'echo', 'x', path));
    const answer = await peer.next();
    expect([answer[2], answer[3], decodeAll(answer.subarray(16), 1)[0]]).toEqual([2, status, message]);
  });

  it('gives up after the time of its route, and drops the late answer', async () => {
    const late = createConsumer(port('late'));
    for (let i = 0; i < 3; i++) {
      const { err } = await late.hold('x');
      expect(String(err?.message)).toContain('504|the host did not answer in time');
    }
    provider.release();
    expect((await late.echo('y')).res).toBe('y');
  });

  it('tells callers at once when the provider is lost, and works again when it is back', async () => {
    const peer = raw('echo');
    peer.send(call(0xc2, '0000000000000005', 'hold', 'x'));
    peer.send(call(0xc2, '0000000000000006', 'echo', 'arrived'));
    await peer.next();
    const { port: back } = provider;
    await provider.stop();
    const answer = await peer.next();
    expect([answer[3], decodeAll(answer.subarray(16), 1)[0]]).toEqual([35, '502|the host ended the exchange']);
    provider = await startProvider(back);
    peer.send(call(0xc2, '0000000000000008', 'echo', 'again'));
    expect(decodeAll((await peer.next()).subarray(16), 2)[1]).toBe('again');
  });
});
