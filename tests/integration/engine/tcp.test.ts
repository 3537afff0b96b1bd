import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { closedPort, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo, tcpListener } from '../../support/config.ts';
import { expectSound, residentBytes } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { callPath, connections, FastBackend, keep, Peer, start, until } from './support.ts';

const tunnel = (ports: readonly number[], more: object = {}): Promise<RunningProxy> =>
  start(configuration({ listeners: [tcpListener('t', 'b', more)], clusters: [cluster('b', ports)] }));

/** A backend that hands out the socket of its next caller. */
async function nextSocket(): Promise<{ port: number; socket: Promise<net.Socket> }> {
  let give: (socket: net.Socket) => void = () => {};
  const socket = new Promise<net.Socket>((resolve) => {
    give = resolve;
  });
  const backend = keep(await tcpBackend((accepted) => give(accepted)));
  return { port: backend.port, socket };
}

describe('TCP through the proxy', () => {
  it("passes the caller's FIN on and lets the host go on answering", async () => {
    const backend = await nextSocket();
    const proxy = await tunnel([backend.port]);
    const peer = new Peer(proxy.port('t'));
    const host = await backend.socket;
    const seen: string[] = [];
    host.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
    peer.socket.end('question');
    await once(host, 'end');
    expect(seen.join('')).toBe('question');
    host.write('an');
    await until(() => peer.text === 'an');
    expect(peer.events).toEqual([]);
    host.end('swer');
    await until(() => peer.saw('close'));
    expect(peer.text).toBe('answer');
    expect(peer.events).toEqual(['end', 'close']);
  });

  it("passes the host's FIN on and lets the caller go on sending", async () => {
    const backend = await nextSocket();
    const proxy = await tunnel([backend.port]);
    const peer = new Peer(proxy.port('t'));
    const host = await backend.socket;
    host.end('banner');
    await until(() => peer.saw('end'));
    expect(peer.text).toBe('banner');
    let received = '';
    host.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    await peer.send('still ');
    await until(() => received === 'still ');
    peer.socket.end('here');
    await once(host, 'end');
    expect(received).toBe('still here');
  });

  it('passes a reset on as a reset, both ways', async () => {
    const first = await nextSocket();
    const proxy = await tunnel([first.port]);
    const peer = new Peer(proxy.port('t'));
    const host = await first.socket;
    await peer.send('x');
    await once(host, 'data');
    host.resetAndDestroy();
    await until(() => peer.saw('close'));
    expect(peer.events).toEqual(['reset', 'close']);

    const second = await nextSocket();
    const other = await tunnel([second.port]);
    const caller = new Peer(other.port('t'));
    const accepted = await second.socket;
    await caller.send('x');
    await once(accepted, 'data');
    let code = '';
    accepted.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code ?? '';
    });
    caller.socket.resetAndDestroy();
    await until(() => code !== '');
    expect(code).toBe('ECONNRESET');
  });

  it('carries large transfers both ways at once past slow readers, in bounded memory', async () => {
    const total = 48 * 1024 * 1024;
    const backend = await nextSocket();
    const proxy = await tunnel([backend.port]);
    const peer = new Peer(proxy.port('t'), { reads: false });
    const host = await backend.socket;
    host.pause();
    const before = await residentBytes(proxy);
    const pattern = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < pattern.length; i++) pattern[i] = (i * 31) & 0xff;
    const pump = (socket: net.Socket): void => {
      let left = total;
      const write = (): void => {
        while (left > 0) {
          left -= pattern.length;
          if (!socket.write(pattern)) {
            socket.once('drain', write);
            return;
          }
        }
        socket.end();
      };
      write();
    };
    pump(peer.socket);
    pump(host);
    // Nobody reads yet: the proxy must stop by itself, with little kept.
    let stable = 0;
    let last = -1;
    await until(async () => {
      const rows = (await connections(proxy)) as unknown as { bytesRead: number }[];
      const sum = rows.reduce((total, row) => total + row.bytesRead, 0);
      stable = sum === last && sum > 0 ? stable + 1 : 0;
      last = sum;
      return stable >= 20;
    });
    expect((await residentBytes(proxy)) - before).toBeLessThan(32 * 1024 * 1024);
    const drain = async (socket: net.Socket): Promise<number> => {
      let at = 0;
      let wrong = 0;
      socket.on('data', (chunk: Buffer) => {
        for (let i = 0; i < chunk.length; i += 97) if (chunk[i] !== pattern[(at + i) % pattern.length]) wrong++;
        at += chunk.length;
        socket.pause();
        setImmediate(() => socket.resume());
      });
      await once(socket, 'end');
      expect(wrong).toBe(0);
      return at;
    };
    const both = Promise.all([drain(peer.socket), drain(host)]);
    host.resume();
    expect(await both).toEqual([total, total]);
    await expectSound(proxy);
  });

  it('ends an idle tunnel after its timeout', async () => {
    const backend = await nextSocket();
    const proxy = await tunnel([backend.port], { idle_timeout: '100ms' });
    const peer = new Peer(proxy.port('t'));
    const host = await backend.socket;
    await peer.send('x');
    await once(host, 'data');
    await peer.closed();
    expect((await proxy.admin('GET', '/metrics')).body).toMatch(/weft_proxy_connections_idle_closed_total 1/);
  });

  it('resets the caller when the host refuses', async () => {
    const proxy = await tunnel([await closedPort()]);
    const peer = new Peer(proxy.port('t'));
    await peer.closed();
    expect(peer.text).toBe('');
  });

  it('chooses the cluster by the addresses of the connection', async () => {
    const one = keep(await tcpBackend((socket) => socket.end('one')));
    const two = keep(await tcpBackend((socket) => socket.end('two')));
    const routes = [
      { Cluster: 'one', SourceAddrs: [{ Address: '127.0.0.7', Length: 32 }] },
      { Cluster: 'two', SourceAddrs: [{ Address: '127.0.0.0', Length: 8 }] },
    ];
    const proxy = await start(
      configuration({
        listeners: [tcpListener('t', 'two', { routes })],
        clusters: [cluster('one', [one.port]), cluster('two', [two.port])],
      }),
    );
    const from = async (localAddress: string): Promise<string> => {
      const socket = net.connect({ port: proxy.port('t'), host: '127.0.0.1', localAddress });
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return text;
    };
    expect(await from('127.0.0.7')).toBe('one');
    expect(await from('127.0.0.1')).toBe('two');
  });

  it('listens on a Unix socket and reaches a host on one', async () => {
    const backend = await FastBackend.listen('over tcp');
    const inner = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    const socketPath = path.join(inner.directory, 'host.sock');
    await inner.reload(
      configuration({
        listeners: [proxyListener(), { ...proxyListener({ name: 'unix' }), network: 'unix', address: socketPath }],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    const outer = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('u')],
        clusters: [cluster('u', [], { hosts: [{ address: `unix:${socketPath}` }] })],
      }),
    );
    expect(await callPath(socketPath)).toEqual({ status: 200, body: 'over tcp' });
    const peer = new Peer(outer.port('front'));
    await peer.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => peer.text.endsWith('over tcp'));
  });
});
