import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo, tcpListener } from '../../support/config.ts';
import { sumOf } from '../../support/metrics.ts';
import { changingResources } from './changing-resources.ts';
import { callPath, connections, FastBackend, freePort, keep, Load, Peer, start, until } from './support.ts';

/** `WEFT_LONG=1` makes the run of 1000 reloads. */
const LONG = process.env['WEFT_LONG'] === '1';
const RELOADS = LONG ? 1000 : 100;

const direct = (body: string) => ({ match: { prefix: '/' }, direct_response: { status: 200, body } });

describe('reload', () => {
  it(
    `fails no request during ${RELOADS} reloads under load`,
    async () => {
      const backends = await Promise.all([FastBackend.listen('a'), FastBackend.listen('b'), FastBackend.listen('c')]);
      const ports = backends.map((backend) => backend.port);
      // Hosts, filters and a second listener change as well.
      const config = (round: number): object =>
        configuration({
          listeners: [
            proxyListener(
              round % 5 === 0
                ? { streamFilters: [{ type: 'payload_limit', config: { max_entity_size: 1_000_000 + round } }] }
                : {},
            ),
            ...(round % 2 === 0 ? [proxyListener({ name: 'second' })] : []),
          ],
          ...changingResources(round, round % 3 === 0 ? ports : ports.filter((_, index) => index !== round % 3)),
        });
      const proxy = await start(config(0));
      const load = new Load(proxy.port('front'), 64);
      await until(() => load.answers > 500);
      for (let round = 1; round <= RELOADS; round++) {
        const { status, body } = await proxy.reload(config(round));
        expect(status, body).toBe(200);
        const before = load.answers;
        await until(() => load.answers > before);
      }
      const rate = load.perSecond;
      await load.stop();
      expect(load.failures).toEqual([]);
      const { longestSliceMs } = JSON.parse((await proxy.admin('GET', '/api/v1/test/memory')).body) as {
        longestSliceMs: number;
      };
      console.log(
        `reload: ${RELOADS} reloads, ${load.answers} requests (${rate}/s), 0 failed, longest slice ${longestSliceMs.toFixed(2)} ms`,
      );
      // In CPU time of the thread. A short run is mostly code that the compiler has not seen often enough.
      if (LONG) expect(longestSliceMs).toBeLessThanOrEqual(2);
      const { body } = await proxy.admin('GET', '/metrics');
      expect(sumOf(body, 'weft_proxy_faults_total')).toBe(0);
      // What was answered was counted, over all the generations.
      expect(backends.reduce((sum, backend) => sum + backend.requests, 0)).toBeGreaterThanOrEqual(load.answers);
    },
    LONG ? 120_000 : 60_000,
  );

  it('adds, moves and removes listeners and leaves the connections of the others alone', async () => {
    const [added, moved, movedTo] = [await freePort(), await freePort(), await freePort()];
    const at = (name: string, port: number) => ({ ...proxyListener({ name }), address: `127.0.0.1:${port}` });
    const parts = { routes: [direct('one')] };
    const proxy = await start(configuration({ listeners: [proxyListener(), at('mover', moved)], ...parts }));
    const living = new Peer(proxy.port('front'));
    await living.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => living.text.includes('one'));

    expect(
      (
        await proxy.reload(
          configuration({ listeners: [proxyListener(), at('mover', movedTo), at('added', added)], ...parts }),
        )
      ).status,
    ).toBe(200);
    expect((await call(added)).body).toBe('one');
    expect((await call(movedTo)).body).toBe('one');
    await expect(call(moved)).rejects.toThrow(/ECONNREFUSED/);

    expect((await proxy.reload(configuration({ listeners: [proxyListener()], ...parts }))).status).toBe(200);
    await expect(call(added)).rejects.toThrow(/ECONNREFUSED/);
    await expect(call(movedTo)).rejects.toThrow(/ECONNREFUSED/);

    await living.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => living.text.split('one').length === 3);
    expect(living.events).toEqual([]);
  });

  it('gives the address of a renamed listener on, with its queue, and swaps two addresses', async () => {
    const [a, b] = [await freePort(), await freePort()];
    const at = (name: string, port: number, router: string) => ({
      ...proxyListener({ name, router }),
      address: `127.0.0.1:${port}`,
    });
    const config = (listeners: object[]): object => {
      const document = configuration({ listeners }) as { servers: { routers: object[] }[] };
      document.servers[0]!.routers = ['one', 'two'].map((name) => ({
        router_config_name: name,
        virtual_hosts: [{ name, domains: ['*'], routers: [direct(name)] }],
      }));
      return document;
    };
    const proxy = await start(config([at('x', a, 'one'), at('y', b, 'two')]));
    expect(await proxy.reload(config([at('x', b, 'one'), at('y', a, 'two')]))).toMatchObject({ status: 200 });
    expect([(await call(a)).body, (await call(b)).body]).toEqual(['two', 'one']);
    expect(await proxy.reload(config([at('z', b, 'two'), at('y', a, 'two')]))).toMatchObject({ status: 200 });
    expect([(await call(a)).body, (await call(b)).body]).toEqual(['two', 'two']);
    const load = new Load(b, 4);
    await until(() => load.answers > 20);
    for (let round = 0; round < 10; round++) {
      expect(await proxy.reload(config([at(`name-${round}`, b, 'two')]))).toMatchObject({ status: 200 });
      expect((await call(b)).status).toBe(200);
    }
    await load.stop();
    expect(load.failures).toEqual([]);
  });

  it('lets the requests of a removed listener finish and closes its idle connections', async () => {
    let release = (): void => {};
    const backend = keep(
      await httpBackend((_request, response) => {
        release = () => response.end('late');
      }),
    );
    const config = (names: string[]): object =>
      configuration({
        listeners: names.map((name) => proxyListener({ name })),
        routes: [{ match: { prefix: '/slow' }, route: { cluster_name: 'b' } }, direct('quick')],
        clusters: [cluster('b', [backend.port])],
      });
    const proxy = await start(config(['front', 'leaving']));
    const idle = new Peer(proxy.port('leaving'));
    const busy = new Peer(proxy.port('leaving'));
    await idle.send('GET /quick HTTP/1.1\r\nhost: a\r\n\r\n');
    await busy.send('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => idle.text.includes('quick'));
    await until(async () => (await connections(proxy)).some((row) => row.side === 'upstream' && row.inFlight === 1));
    expect((await proxy.reload(config(['front']))).status).toBe(200);
    await until(() => idle.saw('end'));
    idle.socket.end();
    expect(busy.events).toEqual([]);
    // Still shown, and a graceful stop still waits for it.
    await until(async () => (await connections(proxy)).filter((row) => row.side === 'downstream').length === 1);
    expect((await connections(proxy)).filter((row) => row.side === 'downstream')).toMatchObject([
      { name: 'leaving', inFlight: 1 },
    ]);
    const stopped = proxy.stop();
    await until(() => proxy.log().includes('stopping gracefully'));
    release();
    await until(() => busy.text.endsWith('late'));
    expect(busy.text).toMatch(/connection: close/i);
    expect(await stopped, proxy.log()).toBe(0);
  });

  it('changes virtual hosts, routes, clusters and hosts for the next request of a living connection', async () => {
    const one = await FastBackend.listen('first');
    const two = await FastBackend.listen('second');
    const proxy = await start(
      configuration({ listeners: [proxyListener()], routes: [routesTo('b')], clusters: [cluster('b', [one.port])] }),
    );
    const peer = new Peer(proxy.port('front'));
    const ask = async (expected: string): Promise<void> => {
      const seen = peer.text.length;
      await peer.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
      await until(() => peer.text.length > seen && peer.text.endsWith(expected));
    };
    await ask('first');
    await proxy.reload(
      configuration({ listeners: [proxyListener()], routes: [routesTo('b')], clusters: [cluster('b', [two.port])] }),
    );
    await ask('second');
    // The connections of the host that is gone were closed.
    await until(() => one.sockets.size === 0);
    await proxy.reload(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('other')],
        clusters: [cluster('other', [one.port])],
      }),
    );
    await ask('first');
    await proxy.reload(configuration({ listeners: [proxyListener()], routes: [direct('local')] }));
    await ask('local');
    expect(peer.events).toEqual([]);
  });

  it('serves requests that wait for a connection to a host that a reload removes', async () => {
    // Accepts nothing: with a backlog of one and no accept, further connections stay in the making.
    const blackHole = await heldPort();
    const good = await FastBackend.listen('good');
    const config = (ports: number[]): object =>
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [cluster('b', ports, { connect_timeout: '30s' })],
      });
    const proxy = await start(config([blackHole.port]));
    const waiting = Array.from({ length: 8 }, () => call(proxy.port('front')));
    const { body } = await proxy.admin('GET', '/metrics');
    expect(body).toContain('weft_');
    await until(async () => (await connections(proxy)).filter((row) => row.side === 'upstream').length === 8);
    expect((await proxy.reload(config([good.port]))).status).toBe(200);
    expect((await Promise.all(waiting)).map((answer) => answer.status)).toEqual(Array.from({ length: 8 }, () => 200));
  });

  it('refuses an invalid file and a taken port as a whole: the old configuration stays in force', async () => {
    const valid = (body: string, listeners: object[] = [proxyListener()]): object =>
      configuration({ listeners, routes: [direct(body)] });
    const proxy = await start(valid('old'));
    const refused = await proxy.reload(configuration({ listeners: [proxyListener()], routes: [routesTo('missing')] }));
    expect(refused.status).toBe(400);
    expect(refused.body).toMatch(/missing/);
    expect((await call(proxy.port('front'))).body).toBe('old');
    expect(JSON.parse((await proxy.admin('GET', '/api/v1/container_state')).body)).toMatchObject({
      state: 1,
      degraded: ['config'],
    });
    // Lines come through a pipe, some time behind the answer.
    await until(() => /\[ERROR\].*the configuration was refused; the one before stays in force/.test(proxy.log()));

    const holder = net.createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as net.AddressInfo;
    const free = await freePort();
    const taken = await proxy.reload(
      valid('new', [
        proxyListener(),
        { ...proxyListener({ name: 'fine' }), address: `127.0.0.1:${free}` },
        { ...proxyListener({ name: 'taken' }), address: `127.0.0.1:${port}` },
      ]),
    );
    holder.close();
    expect(taken.status).toBe(400);
    expect(taken.body).toMatch(/already in use by .*\(pid \d+\)/);
    expect((await call(proxy.port('front'))).body).toBe('old');
    // Nothing of it stays behind, not even the listener that could be opened.
    await expect(call(free)).rejects.toThrow(/ECONNREFUSED/);

    expect((await proxy.reload(valid('new'))).status).toBe(200);
    expect((await call(proxy.port('front'))).body).toBe('new');
    const { degraded } = JSON.parse((await proxy.admin('GET', '/api/v1/container_state')).body) as {
      degraded?: string[];
    };
    expect(degraded).toBeUndefined();
    expect(
      JSON.stringify(JSON.parse(readFileSync(path.join(proxy.directory, 'proxy.last-good.json'), 'utf8'))),
    ).toContain('new');
  });

  it('puts a program in place in all threads or in none', async () => {
    const [fresh, moved, movedTo] = [await freePort(), await freePort(), await freePort()];
    const at = (name: string, port: number) => ({ ...proxyListener({ name }), address: `127.0.0.1:${port}` });
    const one = configuration({ listeners: [proxyListener(), at('mover', moved)], routes: [direct('one')] });
    const two = configuration({
      listeners: [proxyListener(), at('mover', movedTo), at('fresh', fresh)],
      routes: [direct('two')],
    });
    const proxy = await start(one, { threads: 2 });
    const digest = (): Promise<{ body: string }> => proxy.admin('GET', '/api/v1/config_digest');
    const before = await digest();
    for (const thread of [0, 1]) {
      await proxy.admin('POST', `/api/v1/test/fault?thread=${thread}&kind=refuse`);
      const { status, body } = await proxy.reload(two);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).toContain(`data thread ${thread} refused the program: told to refuse`);
      expect(await digest()).toEqual(before);
      // Enough connections for both threads.
      for (let i = 0; i < 16; i++) expect((await call(proxy.port('front'))).body).toBe('one');
      expect((await call(moved)).body).toBe('one');
      await expect(call(movedTo)).rejects.toThrow(/ECONNREFUSED/);
      await expect(call(fresh)).rejects.toThrow(/ECONNREFUSED/);
    }
    expect(await proxy.reload(two)).toMatchObject({ status: 200 });
    for (const port of [proxy.port('front'), movedTo, fresh])
      for (let i = 0; i < 8; i++) expect((await call(port)).body).toBe('two');
    await expect(call(moved)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('stops accepting where bind_port is taken away, behind the requests that run', async () => {
    const port = await freePort();
    let release = (): void => {};
    const backend = keep(
      await httpBackend((_request, response) => {
        release = () => response.end('late');
      }),
    );
    const config = (bound: boolean): object =>
      configuration({
        listeners: [
          proxyListener(),
          { ...proxyListener({ name: 'door' }), address: `127.0.0.1:${port}`, bind_port: bound },
        ],
        routes: [{ match: { prefix: '/slow' }, route: { cluster_name: 'b' } }, direct('quick')],
        clusters: [cluster('b', [backend.port])],
      });
    const proxy = await start(config(true), { threads: 2 });
    const idle = new Peer(port);
    const busy = new Peer(port);
    await idle.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await busy.send('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => idle.text.includes('quick'));
    await until(async () => (await connections(proxy)).some((row) => row.side === 'upstream' && row.inFlight === 1));
    expect(await proxy.reload(config(false))).toMatchObject({ status: 200 });
    await expect(call(port)).rejects.toThrow(/ECONNREFUSED/);
    await idle.closed();
    expect(busy.events).toEqual([]);
    release();
    await busy.closed();
    expect(busy.text).toMatch(/^HTTP\/1.1 200 OK.*connection: close.*late$/s);
    expect(await proxy.reload(config(true))).toMatchObject({ status: 200 });
    expect((await call(port)).body).toBe('quick');
  });

  it.runIf(LONG)(
    'holds no more memory after 2000 reloads than after 1000',
    async () => {
      const config = (round: number): object =>
        configuration({
          listeners: [proxyListener()],
          routes: [routesTo('c0', { response_headers_to_add: [{ header: { key: 'x-round', value: String(round) } }] })],
          clusters: Array.from({ length: 10 }, (_, index) => cluster(`c${index}`, [40_000 + ((index + round) % 100)])),
        });
      const proxy = await start(config(0), { poison: false });
      const heapAfter = async (from: number, to: number): Promise<{ main: number; thread: number }> => {
        for (let round = from; round < to; round++) expect((await proxy.reload(config(round))).status).toBe(200);
        // Twice: finalizers of the first collection free what the second one takes.
        await proxy.admin('GET', '/api/v1/test/memory');
        const { main, threads } = JSON.parse((await proxy.admin('GET', '/api/v1/test/memory')).body) as {
          main: { usedHeapBytes: number };
          threads: { usedHeapBytes: number }[];
        };
        return { main: main.usedHeapBytes, thread: threads[0]?.usedHeapBytes ?? 0 };
      };
      // The first thousand is V8's: code that it compiles, in steps of a kilobyte.
      const before = await heapAfter(1, 1000);
      const after = await heapAfter(1000, 2000);
      console.log(
        `reload: heap grew by ${after.main - before.main} B (main), ${after.thread - before.thread} B (thread)`,
      );
      expect(after.main - before.main).toBeLessThan(200_000);
      expect(after.thread - before.thread).toBeLessThan(200_000);
    },
    300_000,
  );

  it('opens and removes a listener on a Unix socket', async () => {
    const proxy = await start(configuration({ listeners: [proxyListener()], routes: [direct('x')] }));
    const socketPath = path.join(proxy.directory, 'front.sock');
    const unix = (name: string): object => ({ ...proxyListener({ name }), network: 'unix', address: socketPath });
    expect(
      (await proxy.reload(configuration({ listeners: [proxyListener(), unix('u')], routes: [direct('x')] }))).body,
    ).toContain('"changed": true');
    expect(await callPath(socketPath)).toEqual({ status: 200, body: 'x' });
    expect(
      (await proxy.reload(configuration({ listeners: [proxyListener(), unix('renamed')], routes: [direct('x')] })))
        .status,
    ).toBe(200);
    expect(await callPath(socketPath)).toEqual({ status: 200, body: 'x' });
    expect((await proxy.reload(configuration({ listeners: [proxyListener()], routes: [direct('x')] }))).status).toBe(
      200,
    );
    expect(existsSync(socketPath)).toBe(false);
  });

  it('lets tunnels of a removed listener go on until their ends end them', async () => {
    const server = net.createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    keep({ close: async () => void server.close() });
    const { port } = server.address() as net.AddressInfo;
    const proxy = await start(
      configuration({
        listeners: [tcpListener('tunnel', 't'), proxyListener()],
        routes: [direct('x')],
        clusters: [cluster('t', [port])],
      }),
    );
    const peer = new Peer(proxy.port('tunnel'));
    await peer.send('one');
    await until(() => peer.text === 'one');
    expect(
      (
        await proxy.reload(
          configuration({ listeners: [proxyListener()], routes: [direct('x')], clusters: [cluster('t', [port])] }),
        )
      ).status,
    ).toBe(200);
    await peer.send('two');
    await until(() => peer.text === 'onetwo');
    peer.socket.end();
    await until(() => peer.saw('close'));
    expect(peer.saw('reset')).toBe(false);
  });
});

/** A port whose accept queue is full, so that the kernel leaves further connections in the making. */
async function heldPort(): Promise<{ readonly port: number }> {
  const { spawn } = await import('node:child_process');
  const script = `import socket,sys,time
s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(0)
p=s.getsockname()[1]
held=[]
for _ in range(4):
  c=socket.socket(); c.setblocking(False)
  try: c.connect(('127.0.0.1',p))
  except BlockingIOError: pass
  held.append(c)
print(p,flush=True)
sys.stdin.read()`;
  const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  keep({ close: async () => void child.kill('SIGKILL') });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
    child.once('error', reject);
  });
  return { port };
}
