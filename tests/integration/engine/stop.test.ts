import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type http from 'node:http';
import http2 from 'node:http2';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, httpBackend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { BoltReader, boltRequest, boltResponse } from './bolt.ts';
import { connections, FastBackend, keep, Load, Peer, start, until } from './support.ts';

/** A backend that answers when told to. */
async function held(): Promise<{ port: number; count(): number; release(): void }> {
  const waiting: http.ServerResponse[] = [];
  let count = 0;
  const backend = keep(
    await httpBackend((_request, response) => {
      count++;
      waiting.push(response);
    }),
  );
  return {
    port: backend.port,
    count: () => count,
    release: () => waiting.splice(0).forEach((response) => response.end('late')),
  };
}

/** One with a request that nobody answers. */
async function busyProxy(gracefulTimeout: string): Promise<{ proxy: RunningProxy; busy: Peer }> {
  const backend = await held();
  const proxy = await start(
    configuration({
      listeners: [proxyListener()],
      routes: [routesTo('b')],
      clusters: [cluster('b', [backend.port])],
      server: { graceful_timeout: gracefulTimeout },
    }),
  );
  const busy = new Peer(proxy.port('front'));
  await busy.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  await until(() => backend.count() === 1);
  return { proxy, busy };
}

async function stopping(proxy: RunningProxy): Promise<{ code: Promise<number | null> }> {
  const code = proxy.stop();
  await until(() => proxy.log().includes('stopping: running requests may finish'));
  return { code };
}

describe('graceful stop', () => {
  it('finishes HTTP/1.1 requests, closes idle connections, refuses new ones', async () => {
    const backend = await held();
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    const port = proxy.port('front');
    const idle = new Peer(port);
    const busy = new Peer(port);
    await idle.connected;
    await busy.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => backend.count() === 1);
    const { code } = await stopping(proxy);
    await until(async () => {
      const probe = new Peer(port);
      await probe.connected.catch(() => {});
      const refused = probe.saw('error');
      probe.socket.destroy();
      return refused;
    });
    await idle.closed();
    expect(busy.events).toEqual([]);
    backend.release();
    await until(() => busy.text.endsWith('late'));
    expect(busy.text).toMatch(/^HTTP\/1.1 200.*connection: close/is);
    expect(await code, proxy.log()).toBe(0);
  });

  it('sends GOAWAY, then the answers, then the end to HTTP/2 callers', async () => {
    const backend = await held();
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'Http2' })],
        routes: [routesTo('b', { upstream_protocol: 'Http1' })],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    const session = http2.connect(`http://127.0.0.1:${proxy.port('front')}`);
    keep({ close: async () => session.destroy() });
    let goaway = false;
    let closed = false;
    session.on('goaway', () => {
      goaway = true;
    });
    session.on('close', () => {
      closed = true;
    });
    const bodies = [0, 1, 2].map(
      () =>
        new Promise<string>((resolve, reject) => {
          const stream = session.request({ ':path': '/' });
          let text = '';
          stream.on('data', (chunk: Buffer) => {
            text += chunk.toString();
          });
          stream.on('end', () => resolve(text));
          stream.on('error', reject);
        }),
    );
    await until(() => backend.count() === 3);
    const { code } = await stopping(proxy);
    await until(() => goaway);
    backend.release();
    expect(await Promise.all(bodies)).toEqual(['late', 'late', 'late']);
    await until(() => closed);
    expect(await code, proxy.log()).toBe(0);
  });

  it('answers the Bolt requests in flight', async () => {
    const waiting: (() => void)[] = [];
    const backend = keep(
      await tcpBackend((socket) => {
        const reader = new BoltReader();
        socket.on('data', (chunk: Buffer) => {
          for (const frame of reader.push(chunk)) waiting.push(() => socket.write(boltResponse(frame.id, 'late')));
        });
      }),
    );
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'bolt' })],
        routes: [{ match: { headers: [{ name: 'service', value: '.*', regex: true }] }, route: { cluster_name: 'b' } }],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    const peer = new Peer(proxy.port('front'));
    await peer.send(Buffer.concat([boltRequest({ id: 11 }), boltRequest({ id: 12 })]));
    await until(() => waiting.length === 2);
    const { code } = await stopping(proxy);
    for (const answer of waiting) answer();
    const reader = new BoltReader();
    const ids: number[] = [];
    await peer.closed();
    for (const frame of reader.push(peer.bytes)) ids.push(frame.id);
    expect(ids.sort()).toEqual([11, 12]);
    peer.socket.end();
    expect(await code, proxy.log()).toBe(0);
  });

  it('fails no request of callers in a closed loop, and serves who waits in the queue', async () => {
    const backend = await FastBackend.listen('x');
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      }),
      { threads: 2 },
    );
    const port = proxy.port('front');
    const answers: Promise<string>[] = [];
    const load = new Load(port, 16);
    await until(() => load.answers > 200);
    load.reopens = false;
    for (let i = 0; i < 32; i++) {
      const peer = new Peer(port);
      answers.push(
        peer
          .send('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
          .then(() => peer.closed())
          .then(() => peer.text.slice(0, 12)),
      );
      await peer.connected;
    }
    const code = proxy.stop();
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['HTTP/1.1 200']));
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(await code, proxy.log()).toBe(0);
  });

  it('cuts what still runs at the graceful timeout', async () => {
    const { proxy } = await busyProxy('200ms');
    expect(await proxy.stop(), proxy.log()).toBe(0);
    expect(proxy.log()).toContain('the graceful timeout is over');
  });

  it('ends by itself when a thread dies while it drains', async () => {
    const { proxy } = await busyProxy('1m');
    const { code } = await stopping(proxy);
    await proxy.admin('POST', '/api/v1/test/fault?thread=0&kind=exit');
    expect(await code, proxy.log()).toBe(0);
  });

  it('drains by the admin API without ending', async () => {
    const backend = await FastBackend.listen('x');
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    const load = new Load(proxy.port('front'), 4);
    await until(() => load.answers > 20);
    await load.stop();
    expect(JSON.parse((await proxy.admin('POST', '/api/v1/drain')).body)).toMatchObject({ draining: true });
    await until(
      async () =>
        (JSON.parse((await proxy.admin('GET', '/api/v1/drain')).body) as { connections: number }).connections === 0,
    );
    expect(JSON.parse((await proxy.admin('GET', '/api/v1/container_state')).body)).toMatchObject({ state: 2 });
    await until(async () => (await connections(proxy)).every((row) => row.side === 'upstream'));
    expect(load.failures).toEqual([]);
  });
});

describe('signals', () => {
  const direct = { match: { prefix: '/' }, direct_response: { status: 200, body: 'x' } };

  it('SIGINT ends at once, whatever runs', async () => {
    const { proxy, busy } = await busyProxy('1m');
    const exited = new Promise((resolve) => proxy.process.once('exit', resolve));
    proxy.process.kill('SIGINT');
    await exited;
    await busy.closed();
    expect(existsSync(path.join(proxy.directory, 'proxy.pid'))).toBe(false);
  });

  it('SIGUSR1 opens access logs again after they were moved', async () => {
    const holder = await start(configuration({ listeners: [proxyListener()], routes: [direct] }));
    const file = path.join(holder.directory, 'access.log');
    await holder.reload(
      configuration({
        listeners: [proxyListener({ accessLogs: [{ log_path: file, log_format: '%request_path%' }] })],
        routes: [direct],
      }),
    );
    await call(holder.port('front'), { path: '/one' });
    await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('/one'));
    renameSync(file, `${file}.1`);
    holder.process.kill('SIGUSR1');
    await until(() => holder.log().includes('the log files were opened again'));
    await call(holder.port('front'), { path: '/two' });
    await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('/two'));
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('/one\n');
    expect(readFileSync(file, 'utf8')).toBe('/two\n');
  });

  it('SIGHUP is refused with a line that says why', async () => {
    const proxy = await start(configuration({ listeners: [proxyListener()], routes: [direct] }));
    writeFileSync(path.join(proxy.directory, 'other'), '');
    proxy.process.kill('SIGHUP');
    await until(() => proxy.log().includes('SIGHUP is refused'));
    expect((await call(proxy.port('front'))).status).toBe(200);
  });
});
