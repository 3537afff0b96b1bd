import http2 from 'node:http2';
import type net from 'node:net';
import { describe, expect, it } from 'vitest';
import { tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { boltRequest, boltStatus } from './bolt.ts';
import { keep, Peer, start, until } from './support.ts';

const routes = [{ match: { prefix: '/' }, direct_response: { status: 200, body: 'hello' } }];
const auto = () => proxyListener({ protocol: 'Auto' });

function withFallback(port: number): object {
  const listener = auto() as { filter_chains: { filters: { type: string; config: object }[] }[] };
  const filters = listener.filter_chains[0]!.filters;
  Object.assign(filters[0]!.config, { fallback_for_unknown_protocol: true });
  filters.push({ type: 'tcp_proxy', config: { cluster: 'raw' } });
  return configuration({
    listeners: [listener],
    routes,
    clusters: [cluster('raw', [port])],
    weft: { detect_timeout: '150ms' },
  });
}

describe('one port for every protocol', () => {
  it('tells HTTP/1.1, HTTP/2, Bolt v1 and v2 apart, whole and byte by byte', async () => {
    const proxy = await start(
      configuration({ listeners: [auto()], routes: [...routes], weft: { detect_timeout: '10s' } }),
    );
    const port = proxy.port('front');
    const dialogues: readonly (readonly [string, Buffer, (peer: Peer) => boolean])[] = [
      ['HTTP/1.1', Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'), (peer) => peer.text.endsWith('hello')],
      // What a listener for HTTP/1.1 alone takes is recognised among others, too.
      [
        'an empty line first',
        Buffer.from('\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n'),
        (peer) => peer.text.endsWith('hello'),
      ],
      [
        'a method in lower case',
        Buffer.from('get / HTTP/1.1\r\nhost: a\r\n\r\n'),
        (peer) => peer.text.endsWith('hello'),
      ],
      ['Bolt v1', boltRequest({ id: 7, proto: 1 }), (peer) => boltStatus(peer.bytes) !== null],
      ['Bolt v2', boltRequest({ id: 8, proto: 2 }), (peer) => boltStatus(peer.bytes) !== null],
    ];
    for (const [name, bytes, answered] of dialogues) {
      const whole = new Peer(port);
      await whole.send(bytes);
      await until(() => answered(whole) || whole.events.length > 0);
      expect([name, whole.events]).toEqual([name, []]);
      const dripped = new Peer(port);
      dripped.socket.setNoDelay(true);
      for (const byte of bytes) {
        await dripped.send(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await until(() => answered(dripped) || dripped.events.length > 0);
      expect([name, dripped.events]).toEqual([name, []]);
    }
    const session = http2.connect(`http://127.0.0.1:${port}`);
    const status = await new Promise((resolve) =>
      session.request({ ':path': '/' }).on('response', (headers) => resolve(headers[':status'])),
    );
    session.destroy();
    expect(status).toBe(200);
  });

  it('closes what no protocol recognises and who stops in the middle, and says why in the log', async () => {
    const proxy = await start(configuration({ listeners: [auto()], routes, weft: { detect_timeout: '150ms' } }));
    for (let i = 0; i < 2; i++) {
      const garbage = new Peer(proxy.port('front'));
      await garbage.send(Buffer.from([0x16, 0x03, 0x01, 0x41, 0x42, 0x43]));
      await garbage.closed();
      expect(garbage.text).toBe('');
    }
    const halting = new Peer(proxy.port('front'));
    await halting.send(Buffer.from([1]));
    await halting.closed();
    expect(halting.text).toBe('');
    expect((await proxy.admin('GET', '/metrics')).body).toMatch(/weft_proxy_detection_failures_total 3/);
    await until(() => proxy.log().includes('too slowly'));
    const refusals = proxy
      .log()
      .split('\n')
      .filter((line) => line.includes('a caller was refused'));
    expect(refusals).toEqual([
      expect.stringMatching(/reason="no protocol of the listener recognises the first bytes" firstBytes=160301414243 /),
      expect.stringMatching(/reason="the first bytes came too slowly to tell the protocol" firstBytes=01 /),
    ]);
  });

  it('answers what somebody meant as a request of HTTP/1.1, whole and byte by byte, as a listener for HTTP/1.1 does', async () => {
    const proxy = await start(
      configuration({
        listeners: [auto(), proxyListener({ name: 'plain' })],
        routes,
        weft: { detect_timeout: '10s' },
      }),
    );
    const meant: readonly (readonly [string, number])[] = [
      ['G@T / HTTP/1.1\r\nhost: a\r\n\r\n', 400],
      ['GET  / HTTP/1.1\r\nhost: a\r\n\r\n', 400],
      [' GET / HTTP/1.1\r\nhost: a\r\n\r\n', 400],
      ['\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n', 400],
      ['GET htp://a/ HTTP/1.1\r\nhost: a\r\n\r\n', 400],
      ['connect a:443 HTTP/1.1\r\nhost: a\r\n\r\n', 400],
      [`${'A'.repeat(25)} / HTTP/1.1\r\nhost: a\r\n\r\n`, 501],
      ['hello\r\n', 400],
    ];
    for (const [text, status] of meant) {
      const expected = expect.stringMatching(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*connection: close\r\n\r\n$`));
      for (const listener of ['front', 'plain']) {
        const whole = new Peer(proxy.port(listener));
        await whole.send(text);
        await whole.closed();
        expect([listener, text, whole.text]).toEqual([listener, text, expected]);
      }
      const dripped = new Peer(proxy.port('front'));
      dripped.socket.setNoDelay(true);
      for (const byte of Buffer.from(text)) {
        if (dripped.events.length > 0) break;
        await dripped.send(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await dripped.closed();
      expect([text, dripped.text]).toEqual([text, expected]);
    }
    const { body } = await proxy.admin('GET', '/metrics');
    expect(body).toMatch(/weft_proxy_detection_failures_total 0/);
    // Two ways on a listener that detects, one on the other.
    expect(body).toMatch(new RegExp(`weft_proxy_protocol_errors_total ${3 * meant.length}\\b`));
  });

  it('answers 408 to who stops in what may become a request', async () => {
    const proxy = await start(configuration({ listeners: [auto()], routes, weft: { detect_timeout: '150ms' } }));
    for (const text of ['GE', 'GET ', 'PRI', '\r\n']) {
      const halting = new Peer(proxy.port('front'));
      await halting.send(text);
      await halting.closed();
      expect([text, halting.text]).toEqual([
        text,
        expect.stringMatching(/^HTTP\/1.1 408 [\s\S]*connection: close\r\n\r\n$/),
      ]);
    }
    expect((await proxy.admin('GET', '/metrics')).body).toMatch(/weft_proxy_detection_failures_total 4/);
  });

  it('leaves who says nothing alone where connections may be idle for ever', async () => {
    const listener = { ...(auto() as object), connection_idle_timeout: '0s' };
    const proxy = await start(configuration({ listeners: [listener], routes, weft: { detect_timeout: '20ms' } }));
    const silent = new Peer(proxy.port('front'));
    // Callers that come later are judged first.
    for (let i = 0; i < 3; i++) {
      const halting = new Peer(proxy.port('front'));
      await halting.send(Buffer.from([1]));
      await halting.closed();
    }
    await silent.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => silent.text.includes('200 OK'));
  });

  it('waits for the first byte as long as for the next request', async () => {
    const proxy = await start(configuration({ listeners: [auto()], routes, weft: { detect_timeout: '20ms' } }));
    const early = new Peer(proxy.port('front'));
    // Callers that come later are judged first: the silent one outlives their detection timeout.
    for (let i = 0; i < 3; i++) {
      const halting = new Peer(proxy.port('front'));
      await halting.send('GE');
      await halting.closed();
    }
    await early.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => early.text.includes('200 OK'));
  });

  it('stops looking after detect_max_bytes', async () => {
    const proxy = await start(
      configuration({ listeners: [auto()], routes, weft: { detect_timeout: '1m', detect_max_bytes: 16 } }),
    );
    const peer = new Peer(proxy.port('front'));
    // Could become a method for as long as one looks at it.
    await peer.send('A'.repeat(64));
    await peer.closed();
  });

  it('hands unknown, silent and half-closed connections to the next filter', async () => {
    const seen: string[] = [];
    const backend = keep(
      await tcpBackend((socket: net.Socket) => {
        socket.write('banner ');
        socket.on('data', (chunk: Buffer) => seen.push(chunk.toString('latin1')));
        socket.on('end', () => socket.end('bye'));
      }),
    );
    const proxy = await start(withFallback(backend.port));
    const unknown = new Peer(proxy.port('front'));
    await unknown.send('\u0001\u00ffhello');
    await until(() => unknown.text === 'banner ');
    const silent = new Peer(proxy.port('front'));
    await until(() => silent.text === 'banner ');
    const brief = new Peer(proxy.port('front'));
    brief.socket.end('GE');
    await until(() => brief.text === 'banner bye');
    expect(seen).toContain('GE');
    const http = new Peer(proxy.port('front'));
    await http.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => http.text.endsWith('hello'));
  });
});
