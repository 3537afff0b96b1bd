/** CONNECT over HTTP/1.1: a caller, the proxy, a host that makes tunnels, and what the tunnel leads to. */
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closedPort, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { keep, Peer, start, until } from './support.ts';

const OPENED = 'HTTP/1.1 200 Connection established\r\nvia: host\r\n\r\n';
const toTunnels = {
  match: { headers: [{ name: 'method', value: 'CONNECT' }] },
  route: { cluster_name: 'tunnels' },
};

/** A host that opens tunnels to `127.0.0.1`, whatever name it is asked for, and refuses the port 1. */
async function tunnelHost(): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = http.createServer((request, response) => response.end(`${request.method} ${request.url}`));
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    // Both directions of a tunnel end for themselves.
    socket.allowHalfOpen = true;
  });
  server.on('connect', ({ url = '' }, socket: net.Socket, head: Buffer) => {
    const port = Number(url.slice(url.lastIndexOf(':') + 1));
    if (port === 1) {
      socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 9\r\nconnection: close\r\n\r\nnot there');
      socket.end();
      return;
    }
    const target = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true }, () => {
      socket.write(OPENED);
      target.write(head);
      socket.pipe(target);
      target.pipe(socket);
    });
    for (const [one, other] of [
      [socket, target],
      [target, socket],
    ] as const) {
      one.on('error', () => other.resetAndDestroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  keep({
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

/** What tunnels lead to: hands out the socket of its next caller. */
async function target(): Promise<{ readonly port: number; readonly socket: Promise<net.Socket> }> {
  let give: (socket: net.Socket) => void = () => {};
  const socket = new Promise<net.Socket>((resolve) => {
    give = resolve;
  });
  return { port: keep(await tcpBackend((accepted) => give(accepted))).port, socket };
}

async function proxyOf(port: number): Promise<RunningProxy> {
  return start(
    configuration({
      listeners: [proxyListener()],
      routes: [toTunnels, routesTo('tunnels')],
      clusters: [cluster('tunnels', [port])],
    }),
  );
}

const connect = (port: number): string => `CONNECT echo.example:${port} HTTP/1.1\r\nhost: echo.example:${port}\r\n\r\n`;

async function tunnel(proxy: RunningProxy, port: number): Promise<Peer> {
  const peer = new Peer(proxy.port('front'));
  await peer.send(connect(port));
  await until(() => peer.text.includes('\r\n\r\n'));
  expect(peer.text).toBe(OPENED);
  return peer;
}

/** Everything that the tunnel took has been given back. */
async function expectOver(proxy: RunningProxy): Promise<void> {
  await until(async () => (await metric(proxy, 'downstream_request_active')) === 0);
  await until(async () => (await metric(proxy, 'upstream_connection_active')) === 0);
  await expectSound(proxy);
}

describe('CONNECT through the proxy', () => {
  it('makes a tunnel that carries any bytes both ways', async () => {
    const echo = keep(await tcpBackend((socket) => void socket.pipe(socket)));
    const proxy = await proxyOf(await tunnelHost());
    const peer = await tunnel(proxy, echo.port);
    const head = peer.bytes.length;
    const sent = Buffer.alloc(600_000);
    for (let i = 0; i < sent.length; i++) sent[i] = (i * 31 + (i >> 8)) & 0xff;
    // What looks like a request is none any more.
    const trap = Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    void peer.send(Buffer.concat([trap, sent]));
    await until(() => peer.count >= head + trap.length + sent.length);
    expect(peer.bytes.subarray(head).equals(Buffer.concat([trap, sent]))).toBe(true);
    peer.socket.end();
    await until(() => peer.saw('close'));
    expect(peer.events).toEqual(['end', 'close']);
    await expectOver(proxy);
  });

  it('passes on what the caller said before the tunnel stood', async () => {
    const echo = keep(await tcpBackend((socket) => void socket.pipe(socket)));
    const proxy = await proxyOf(await tunnelHost());
    const peer = new Peer(proxy.port('front'));
    await peer.send(`${connect(echo.port)}early`);
    await until(() => peer.text.endsWith('early'));
    expect(peer.text).toBe(`${OPENED}early`);
  });

  it("passes the caller's FIN on and lets the other side go on answering", async () => {
    const { port, socket } = await target();
    const proxy = await proxyOf(await tunnelHost());
    const peer = await tunnel(proxy, port);
    const host = await socket;
    const head = peer.text.length;
    const seen: Buffer[] = [];
    host.on('data', (chunk: Buffer) => seen.push(chunk));
    peer.socket.end('question');
    await once(host, 'end');
    expect(Buffer.concat(seen).toString()).toBe('question');
    host.write('an');
    await until(() => peer.text.slice(head) === 'an');
    expect(peer.events).toEqual([]);
    host.end('swer');
    await until(() => peer.saw('close'));
    expect([peer.text.slice(head), peer.events]).toEqual(['answer', ['end', 'close']]);
    await expectOver(proxy);
  });

  it("passes the other side's FIN on and lets the caller go on sending", async () => {
    const { port, socket } = await target();
    const proxy = await proxyOf(await tunnelHost());
    const peer = await tunnel(proxy, port);
    const host = await socket;
    const head = peer.text.length;
    let received = '';
    host.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    host.end('banner');
    await until(() => peer.saw('end'));
    expect(peer.text.slice(head)).toBe('banner');
    await peer.send('still ');
    await until(() => received === 'still ');
    peer.socket.end('here');
    await once(host, 'end');
    expect(received).toBe('still here');
    await expectOver(proxy);
  });

  it('passes a reset on', async () => {
    const { port, socket } = await target();
    const proxy = await proxyOf(await tunnelHost());
    const peer = await tunnel(proxy, port);
    const host = await socket;
    await peer.send('x');
    await once(host, 'data');
    let code = '';
    host.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code ?? '';
    });
    peer.socket.resetAndDestroy();
    await until(() => code !== '');
    expect(code).toBe('ECONNRESET');
    await expectOver(proxy);
  });

  it("gives the host's refusal to the caller, who may ask on", async () => {
    const { port, socket } = await target();
    const proxy = await proxyOf(await tunnelHost());
    const peer = new Peer(proxy.port('front'));
    await peer.send(connect(1));
    await until(() => peer.text.endsWith('not there'));
    expect(peer.text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\ncontent-length: 9\r\n/);
    expect(peer.text).not.toMatch(/^connection: close/m);
    // The refusal was an answer like others: the next request of the connection is HTTP again, and the next CONNECT a tunnel.
    await peer.send('GET /next HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => peer.text.endsWith('GET /next'));
    await peer.send(`${connect(port)}hello`);
    const host = await socket;
    await expect(once(host, 'data').then(([chunk]) => String(chunk))).resolves.toBe('hello');
  });

  it.each<readonly [string, string, RegExp]>([
    ['no port', 'CONNECT echo.example HTTP/1.1\r\nhost: echo.example\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a body', 'CONNECT a:7 HTTP/1.1\r\nhost: a:7\r\ncontent-length: 5\r\n\r\nhello', /^HTTP\/1\.1 400 /],
    ['a path', 'CONNECT /path HTTP/1.1\r\nhost: a\r\n\r\n', /^HTTP\/1\.1 400 /],
  ])('refuses a target with %s and ends the connection', async (_name, bytes, answer) => {
    const proxy = await proxyOf(await tunnelHost());
    const peer = new Peer(proxy.port('front'));
    await peer.send(bytes);
    await peer.closed();
    expect(peer.text).toMatch(answer);
    expect(await metric(proxy, 'upstream_connection_total').catch(() => 0)).toBe(0);
  });

  it('makes no tunnel without a route for CONNECT', async () => {
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('tunnels')],
        clusters: [cluster('tunnels', [await tunnelHost()])],
      }),
    );
    const peer = new Peer(proxy.port('front'));
    await peer.send(`${connect(7)}bytes for a tunnel that is not there`);
    await peer.closed();
    expect(peer.text).toMatch(/^HTTP\/1\.1 404 .*connection: close/s);
    expect(peer.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('says 502 when the host is away', async () => {
    const away = await proxyOf(await closedPort());
    const peer = new Peer(away.port('front'));
    await peer.send(connect(7));
    await until(() => peer.text.includes('\r\n\r\n'));
    expect(peer.text).toMatch(/^HTTP\/1\.1 502 /);
  });
});
