/** What `…_buffered` say: bytes of messages in part, and bytes that nobody takes, while there are any. */
import type net from 'node:net';
import { describe, expect, it } from 'vitest';
import { tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { keep, Peer, start, until } from './support.ts';

const LARGE = 4 * 1024 * 1024;

async function proxyOf(onSocket: (socket: net.Socket) => void): Promise<RunningProxy> {
  const { port } = keep(await tcpBackend(onSocket));
  return start(
    configuration({
      listeners: [proxyListener()],
      routes: [routesTo('host')],
      clusters: [cluster('host', [port])],
      // Larger than what the kernel takes: the rest waits in the proxy.
      weft: { per_connection_buffer_bytes: 64 * 1024 * 1024 },
    }),
  );
}

describe('bytes that wait', () => {
  it('for a caller that does not read are shown, and gone with it', async () => {
    const body = Buffer.alloc(LARGE);
    const proxy = await proxyOf((socket) => {
      socket.on('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${32 * LARGE}\r\n\r\n`);
        for (let i = 0; i < 32; i++) socket.write(body);
      });
    });
    expect(await metric(proxy, 'downstream_bytes_write_buffered')).toBe(0);
    const peer = new Peer(proxy.port('front'), { reads: false });
    await peer.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(async () => (await metric(proxy, 'downstream_bytes_write_buffered')) > 0);
    peer.socket.destroy();
    await until(async () => (await metric(proxy, 'downstream_bytes_write_buffered')) === 0);
  });

  it('for a caller that reads late are shown until it has them', async () => {
    const body = Buffer.alloc(32 * LARGE);
    const proxy = await proxyOf((socket) => {
      socket.on('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.write(body);
      });
    });
    const peer = new Peer(proxy.port('front'), { reads: false });
    await peer.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(async () => (await metric(proxy, 'downstream_bytes_write_buffered')) > 0);
    peer.read();
    await until(() => peer.count > body.length);
    await until(async () => (await metric(proxy, 'downstream_bytes_write_buffered')) === 0);
    expect(peer.events).toEqual([]);
  });

  it('for a host that does not read are shown, and gone with it', async () => {
    const hosts: net.Socket[] = [];
    const proxy = await proxyOf((socket) => void hosts.push(socket.pause()));
    const peer = new Peer(proxy.port('front'));
    const length = 32 * LARGE;
    void peer.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n`);
    void peer.send(Buffer.alloc(length));
    await until(async () => (await metric(proxy, 'upstream_connection_bytes_write_buffered').catch(() => 0)) > 0);
    hosts[0]?.resetAndDestroy();
    await until(async () => (await metric(proxy, 'upstream_connection_bytes_write_buffered')) === 0);
    await until(() => peer.text.startsWith('HTTP/1.1 502 '));
  });

  it('for the rest of their message are counted to the byte, both ways', async () => {
    const half = 'HTTP/1.1 200 OK\r\nx-half';
    let host: net.Socket | null = null;
    const proxy = await proxyOf((socket) => {
      host = socket;
      socket.on('data', () => socket.write(half));
    });
    const part = 'GET / HTTP/1.1\r\nho';
    const first = new Peer(proxy.port('front'));
    const second = new Peer(proxy.port('front'));
    await first.send(part);
    await second.send(part);
    await until(async () => (await metric(proxy, 'downstream_bytes_read_buffered')) === 2 * part.length);
    second.socket.destroy();
    await until(async () => (await metric(proxy, 'downstream_bytes_read_buffered')) === part.length);
    await first.send('st: a\r\n\r\n');
    await until(
      async () => (await metric(proxy, 'upstream_connection_bytes_read_buffered').catch(() => 0)) === half.length,
    );
    expect(await metric(proxy, 'downstream_bytes_read_buffered')).toBe(0);
    (host as net.Socket | null)?.write(': 1\r\ncontent-length: 0\r\n\r\n');
    await until(() => first.text.endsWith('\r\n\r\n'));
    await until(async () => (await metric(proxy, 'upstream_connection_bytes_read_buffered')) === 0);
  });
});
