import type http from 'node:http';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { call, closedPort, httpBackend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { BoltReader, boltRequest, boltResponse, heartbeatAck } from './bolt.ts';
import { connections, FastBackend, keep, Load, Peer, start, until } from './support.ts';

const front = (
  clusters: readonly object[],
  more: object = {},
  options: Parameters<typeof start>[1] = {},
): Promise<RunningProxy> =>
  start(configuration({ listeners: [proxyListener()], routes: [routesTo('b', more)], clusters }), options);

/** Statuses of `count` requests, one after the other. */
async function statuses(proxy: RunningProxy, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i++) seen.push((await call(proxy.port('front'))).status);
  return seen;
}

/** A backend that answers when told to. */
async function held() {
  const waiting: http.ServerResponse[] = [];
  const backend = keep(await httpBackend((_request, response) => void waiting.push(response)));
  return { port: backend.port, waiting, release: () => waiting.splice(0).forEach((response) => response.end('late')) };
}

describe('balancers over real hosts', () => {
  const hosts = (names: string[]) => Promise.all(names.map((name) => FastBackend.listen(name)));

  it('round robin takes each in turn', async () => {
    const all = await hosts(['a', 'b', 'c']);
    const proxy = await front([
      cluster(
        'b',
        all.map((host) => host.port),
      ),
    ]);
    await statuses(proxy, 30);
    expect(all.map((host) => host.requests)).toEqual([10, 10, 10]);
  });

  it('weighted round robin follows the weights', async () => {
    const all = await hosts(['a', 'b', 'c']);
    const weights = [1, 2, 5];
    const proxy = await front([
      cluster('b', [], {
        lb_type: 'LB_WEIGHTED_ROUNDROBIN',
        hosts: all.map((host, index) => ({ address: `127.0.0.1:${host.port}`, weight: weights[index] })),
      }),
    ]);
    await statuses(proxy, 80);
    expect(all.map((host) => host.requests)).toEqual([10, 20, 50]);
  });

  it('random reaches every host, none of them far more often', async () => {
    const all = await hosts(['a', 'b', 'c']);
    const proxy = await front([
      cluster(
        'b',
        all.map((host) => host.port),
        { lb_type: 'LB_RANDOM' },
      ),
    ]);
    const load = new Load(proxy.port('front'), 8);
    await until(() => load.answers > 3000);
    await load.stop();
    for (const host of all) expect(host.requests / load.answers).toBeGreaterThan(0.25);
  });

  it('least request keeps away from a host that does not answer', async () => {
    const slow = await held();
    const [fast] = await hosts(['fast']);
    const proxy = await front([cluster('b', [slow.port, fast!.port], { lb_type: 'LB_LEAST_REQUEST' })]);
    // So many at once that both hosts get some, whatever the draw of the first ones.
    const stuck = Array.from({ length: 40 }, () => call(proxy.port('front')));
    await until(() => slow.waiting.length + fast!.requests >= 40);
    const waiting = slow.waiting.length;
    expect(waiting).toBeGreaterThan(0);
    expect(await statuses(proxy, 20)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(slow.waiting.length).toBe(waiting);
    slow.release();
    await Promise.all(stuck);
  });

  it('weighted clusters share the requests of a route', async () => {
    const [a, b] = await hosts(['a', 'b']);
    const weighted = [{ cluster: { name: 'a', weight: 90 } }, { cluster: { name: 'b', weight: 10 } }];
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [{ match: { prefix: '/' }, route: { weighted_clusters: weighted } }],
        clusters: [cluster('a', [a!.port]), cluster('b', [b!.port])],
      }),
    );
    const load = new Load(proxy.port('front'), 8);
    await until(() => load.answers > 3000);
    await load.stop();
    expect(a!.requests / load.answers).toBeGreaterThan(0.85);
    expect(b!.requests / load.answers).toBeGreaterThan(0.05);
  });
});

describe('health checks', () => {
  const checks = {
    timeout: '1s',
    interval: '50ms',
    initial_delay_seconds: '1ms',
    healthy_threshold: 1,
    unhealthy_threshold: 1,
    service_name: 's',
  };

  it('TCP checks take a host out and bring it back', async () => {
    const good = await FastBackend.listen('good');
    const port = await closedPort();
    const proxy = await front([cluster('b', [good.port, port], { health_check: { ...checks, protocol: 'tcp' } })]);
    await until(() => proxy.log().includes('the health of a host changed'));
    expect(await statuses(proxy, 10)).toEqual(Array.from({ length: 10 }, () => 200));
    const back = await FastBackend.listen('back', port);
    await until(() => /healthy=true/.test(proxy.log()));
    await statuses(proxy, 4);
    expect(back.requests).toBe(2);
  });

  it('HTTP checks follow the status, survive reloads, and their verdict ends with them', async () => {
    let status = 500;
    const sick = keep(
      await httpBackend((request, response) => {
        response.statusCode = request.url === '/healthz' ? status : 200;
        response.end(request.url === '/healthz' ? '' : 'sick');
      }),
    );
    const good = await FastBackend.listen('good');
    const config = (check: object, round = 0): object =>
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b', { response_headers_to_add: [{ header: { key: 'x-round', value: String(round) } }] })],
        clusters: [cluster('b', [sick.port, good.port], check)],
      });
    const withCheck = {
      health_check: { ...checks, protocol: 'Http1', check_config: { http_check_config: { path: '/healthz' } } },
    };
    const proxy = await start(config(withCheck));
    const bodies = async (): Promise<Set<string>> =>
      new Set(
        await Promise.all(Array.from({ length: 4 }, () => call(proxy.port('front')).then((answer) => answer.body))),
      );
    await until(() => /healthy=false/.test(proxy.log()));
    expect(await bodies()).toEqual(new Set(['good']));
    // A reload that does not touch the cluster neither forgets nor restarts.
    const lines = proxy.log().split('the health of a host changed').length;
    for (let round = 1; round < 6; round++) expect((await proxy.reload(config(withCheck, round))).status).toBe(200);
    expect(await bodies()).toEqual(new Set(['good']));
    expect(proxy.log().split('the health of a host changed').length).toBe(lines);
    // Without the check nothing would ever bring the host back.
    expect((await proxy.reload(config({}))).status).toBe(200);
    expect(await bodies()).toEqual(new Set(['good', 'sick']));
    expect((await proxy.reload(config(withCheck))).status).toBe(200);
    await until(async () => (await bodies()).size === 1);
    status = 200;
    await until(async () => (await bodies()).size === 2);
  });

  it('goes on checking while reloads come faster than the first delay', async () => {
    const good = await FastBackend.listen('good');
    const dead = await closedPort();
    const config = (round: number): object =>
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b', { response_headers_to_add: [{ header: { key: 'x-round', value: String(round) } }] })],
        clusters: [
          cluster('b', [good.port, dead], {
            health_check: { ...checks, initial_delay_seconds: '400ms', protocol: 'tcp' },
          }),
        ],
      });
    const proxy = await start(config(0));
    let round = 0;
    await until(async () => {
      expect((await proxy.reload(config(++round))).status).toBe(200);
      return proxy.log().includes('the health of a host changed');
    });
  });
});

describe('limits of a cluster', () => {
  const breakers = (limits: object): object => ({ circuit_breakers: [limits] });

  it('max_requests: the next one is 503, and there is room again afterwards', async () => {
    const backend = await held();
    const proxy = await front([cluster('b', [backend.port], breakers({ max_requests: 2 }))], {}, { threads: 2 });
    const running = [call(proxy.port('front')), call(proxy.port('front'))];
    await until(() => backend.waiting.length === 2);
    expect(await statuses(proxy, 4)).toEqual([503, 503, 503, 503]);
    backend.release();
    expect((await Promise.all(running)).map((answer) => answer.status)).toEqual([200, 200]);
    const again = call(proxy.port('front'));
    await until(() => backend.waiting.length === 1);
    backend.release();
    expect((await again).status).toBe(200);
  });

  it('count on over a reload that brings other hosts, and end with what began before it', async () => {
    const [one, two] = [await held(), await held()];
    const config = (ports: readonly number[], limits: object): object =>
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [cluster('b', ports, breakers(limits))],
      });
    const proxy = await start(config([one.port], { max_requests: 2 }));
    const running = [call(proxy.port('front')), call(proxy.port('front'))];
    await until(() => one.waiting.length === 2);
    expect((await proxy.reload(config([two.port], { max_requests: 2 }))).status).toBe(200);
    expect(await statuses(proxy, 2)).toEqual([503, 503]);
    // Other hosts and another limit at once.
    expect((await proxy.reload(config([two.port, one.port], { max_requests: 3 }))).status).toBe(200);
    running.push(call(proxy.port('front')));
    await until(() => one.waiting.length + two.waiting.length === 3);
    expect(await statuses(proxy, 2)).toEqual([503, 503]);
    one.release();
    two.release();
    expect((await Promise.all(running)).map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(await metric(proxy, 'upstream_request_total', { cluster: 'b' })).toBe(3);
  });

  it('max_connections over two threads: never more than allowed, requests wait for a free one', async () => {
    const backend = await FastBackend.listen('x');
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, backend.sockets.size);
    }, 1);
    const proxy = await front([cluster('b', [backend.port], breakers({ max_connections: 3 }))], {}, { threads: 2 });
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => call(proxy.port('front')).then((answer) => answer.status)),
    );
    clearInterval(watch);
    expect(backend.connections).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(3);
    // A thread that got none of the three places has nothing to wait for.
    expect(answers.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(answers).toContain(200);
  });

  it('max_pending_requests: what waits beyond it is 503', async () => {
    const backend = await held();
    const proxy = await front([
      cluster('b', [backend.port], breakers({ max_connections: 1, max_pending_requests: 2 })),
    ]);
    const first = call(proxy.port('front'));
    await until(() => backend.waiting.length === 1);
    const others = Array.from({ length: 5 }, () => call(proxy.port('front')).then((answer) => answer.status));
    const settled: number[] = [];
    for (const other of others) void other.then((status) => settled.push(status));
    await until(() => settled.length === 3);
    expect(settled).toEqual([503, 503, 503]);
    backend.release();
    await first;
    for (let left = 2; left > 0; left--) {
      await until(() => backend.waiting.length === 1);
      backend.release();
    }
    expect((await Promise.all(others)).sort()).toEqual([200, 200, 503, 503, 503]);
    expect(await metric(proxy, 'upstream_request_pending_overflow')).toBe(3);
  });

  it('max_retries over two threads: no more retries at once than that', async () => {
    let seen = 0;
    const backend = keep(
      await httpBackend((_request, response) => {
        seen++;
        response.statusCode = 503;
        response.end();
      }),
    );
    const retry = { retry_policy: { retry_on: true, num_retries: 1, status_codes: [503] } };
    const proxy = await front([cluster('b', [backend.port], breakers({ max_retries: 1 }))], retry, { threads: 2 });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => call(proxy.port('front')).then((answer) => answer.status)),
    );
    expect(new Set(answers)).toEqual(new Set([503]));
    expect(seen).toBeGreaterThan(40);
    expect(seen).toBeLessThan(80);
  });

  it('places of a thread that died are free again', async () => {
    const backend = await held();
    const proxy = await front(
      [cluster('b', [backend.port], breakers({ max_requests: 2, max_connections: 2 }))],
      {},
      { threads: 1 },
    );
    const lost = [new Peer(proxy.port('front')), new Peer(proxy.port('front'))];
    for (const peer of lost) await peer.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => backend.waiting.length === 2);
    await proxy.admin('POST', '/api/v1/test/fault?thread=0&kind=exit');
    await Promise.all(lost.map((peer) => peer.closed()));
    // Asked while no thread lives: answered without it.
    expect(Array.isArray(await connections(proxy))).toBe(true);
    backend.waiting.splice(0);
    const again = [call(proxy.port('front')), call(proxy.port('front'))];
    await until(() => backend.waiting.length === 2);
    backend.release();
    expect((await Promise.all(again)).map((answer) => answer.status)).toEqual([200, 200]);
  });

  it('a limit that a reload sets or lifts counts right afterwards', async () => {
    const backend = await FastBackend.listen('x');
    const config = (limits: object): object =>
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port], { ...breakers(limits), max_request_per_conn: 1 })],
      });
    const proxy = await start(config({}));
    for (let round = 0; round < 4; round++) {
      // Connections are made without a limit and end under one, and the other way round.
      expect((await proxy.reload(config(round % 2 === 0 ? { max_connections: 1 } : {}))).status).toBe(200);
      await Promise.all(Array.from({ length: 5 }, () => call(proxy.port('front'))));
      await until(() => backend.sockets.size === 0);
    }
    await proxy.reload(config({ max_connections: 2 }));
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, backend.sockets.size);
    }, 1);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => call(proxy.port('front')).then((answer) => answer.status)),
    );
    clearInterval(watch);
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(most).toBeLessThanOrEqual(2);
  });
});

describe('connections to hosts', () => {
  it('gives up connecting after connect_timeout with 504', async () => {
    // An address of the documentation range: nothing answers there. Where a network refuses at once it is 502.
    const proxy = await front([cluster('b', [], { hosts: [{ address: '192.0.2.1:9' }], connect_timeout: '100ms' })]);
    expect([502, 504]).toContain((await call(proxy.port('front'))).status);
  });

  it('closes idle connections to hosts', async () => {
    const backend = await FastBackend.listen('x');
    const proxy = await front([cluster('b', [backend.port], { idle_timeout: '100ms' })]);
    await statuses(proxy, 1);
    expect(backend.sockets.size).toBe(1);
    await until(() => backend.sockets.size === 0);
    expect(await statuses(proxy, 2)).toEqual([200, 200]);
  });

  it('replaces a connection after max_request_per_conn requests', async () => {
    const backend = await FastBackend.listen('x');
    const proxy = await front([cluster('b', [backend.port], { max_request_per_conn: 3 })]);
    await statuses(proxy, 9);
    expect([backend.connections, backend.requests]).toEqual([3, 9]);
  });

  it('sends heartbeats to an idle Bolt host at the interval, and drops a host that answers none', async () => {
    const beats: number[] = [];
    let answers = true;
    const backend = keep(
      await tcpBackend((socket) => {
        const reader = new BoltReader();
        socket.on('data', (chunk: Buffer) => {
          for (const frame of reader.push(chunk)) {
            if (frame.command === 0) {
              beats.push(performance.now());
              if (answers) socket.write(heartbeatAck(frame.id));
            } else {
              socket.write(boltResponse(frame.id, 'ok'));
            }
          }
        });
      }),
    );
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'bolt' })],
        routes: [{ match: { headers: [{ name: 'service', value: '.*', regex: true }] }, route: { cluster_name: 'b' } }],
        clusters: [cluster('b', [backend.port], { keepalive: { interval: '200ms', timeout: '20ms' } })],
      }),
    );
    const peer = new Peer(proxy.port('front'));
    await peer.send(boltRequest({ id: 1 }));
    await until(() => beats.length >= 4);
    // Never sooner than the interval: the time for the answer is no second interval.
    for (let i = 1; i < 4; i++) expect((beats[i] as number) - (beats[i - 1] as number)).toBeGreaterThan(150);
    answers = false;
    await until(async () => (await connections(proxy)).every((row) => row.side === 'downstream'));
  });

  it('resolves localhost of a STRICT_DNS cluster', async () => {
    const backend = await FastBackend.listen('resolved');
    const proxy = await front([
      cluster('b', [], {
        type: 'STRICT_DNS',
        hosts: [{ address: `localhost:${backend.port}` }],
        dns_refresh_rate: '100ms',
      }),
    ]);
    expect((await call(proxy.port('front'))).body).toBe('resolved');
  });

  it('fails no request when hosts are removed and come back under load', async () => {
    const hosts = await Promise.all(['a', 'b', 'c', 'd'].map((name) => FastBackend.listen(name)));
    const config = (round: number): object =>
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [
          cluster(
            'b',
            hosts.filter((_, index) => index !== round % 4).map((host) => host.port),
          ),
        ],
      });
    const proxy = await start(config(0), { threads: 2 });
    const load = new Load(proxy.port('front'), 32);
    await until(() => load.answers > 200);
    for (let round = 1; round <= 20; round++) {
      expect((await proxy.reload(config(round))).status).toBe(200);
      const before = load.answers;
      await until(() => load.answers > before + 20);
    }
    await load.stop();
    expect(load.failures).toEqual([]);
  });

  it('repeats a request that met a keep-alive connection which the host had just closed', async () => {
    // Closes each connection right after its answer, without saying so: the next request finds a dead connection.
    let served = 0;
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        served++;
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', () => socket.resetAndDestroy());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    keep({ close: async () => void server.close() });
    const { port } = server.address() as net.AddressInfo;
    const proxy = await front([cluster('b', [port])], { retry_policy: { retry_on: true, num_retries: 3 } });
    expect(await statuses(proxy, 50)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(served).toBeGreaterThanOrEqual(50);
  });
});
