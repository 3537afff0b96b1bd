/**
 * An attack on each row of `bounds.ts`. They stay in one file: they share the ways to be rude, and the list that is compared
 * with the rows.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { call, httpBackend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { metric, residentBytes } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { BoltReader, boltRequest, boltResponse, boltStatus } from './bolt.ts';
import { BOUNDS, boundsPage } from './bounds.ts';
import { CONVERSION_ATTACKS } from './conversion-bounds.ts';
import { block, END_HEADERS, END_STREAM, FrameType, frame, frames, GET, goawayCode, PREFACE, request } from './h2.ts';
import { HESSIAN_ATTACKS } from './hessian-bounds.ts';
import { attackRecords } from './record-bounds.ts';
import { rpcAttacks } from './rpc-bounds.ts';
import { FastBackend, freePort, keep, Peer, start, until } from './support.ts';

const PAGE = fileURLToPath(new URL('../../../docs/reference/bounds.md', import.meta.url));
const PING = frame(FrameType.PING, 0, 0, Buffer.alloc(8));
const direct = { match: { prefix: '/' }, direct_response: { status: 200, body: 'hello' } };
const toBolt = { match: { headers: [{ name: 'service', value: '.+', regex: true }] }, route: { cluster_name: 'bolt' } };

interface Setup {
  readonly protocol?: string;
  readonly routes?: readonly object[];
  readonly clusters?: readonly object[];
  readonly extend?: object;
  readonly weft?: object;
  readonly idleTimeout?: string;
  readonly accessLogs?: readonly object[];
}

const proxyWith = (setup: Setup = {}): Promise<RunningProxy> =>
  start(
    configuration({
      listeners: [
        proxyListener({
          protocol: setup.protocol ?? 'Http1',
          ...(setup.extend === undefined ? {} : { extend: setup.extend }),
          ...(setup.idleTimeout === undefined ? {} : { idleTimeout: setup.idleTimeout }),
          ...(setup.accessLogs === undefined ? {} : { accessLogs: setup.accessLogs }),
        }),
      ],
      routes: setup.routes ?? [direct],
      ...(setup.clusters === undefined ? {} : { clusters: setup.clusters }),
      ...(setup.weft === undefined ? {} : { weft: setup.weft }),
    }),
  );

async function http1(proxy: RunningProxy, bytes: string | Buffer): Promise<Peer> {
  const peer = new Peer(proxy.port('front'));
  await peer.send(bytes);
  await peer.closed();
  return peer;
}

async function h2(proxy: RunningProxy): Promise<Peer> {
  const peer = new Peer(proxy.port('front'));
  await peer.send(PREFACE);
  await until(() => peer.count > 0);
  return peer;
}

/** Sends the same frames until the proxy has had enough. */
async function flood(proxy: RunningProxy, bytes: Buffer, first: Buffer = Buffer.alloc(0)): Promise<Peer> {
  const peer = await h2(proxy);
  await peer.send(first);
  const many = Buffer.concat(Array.from({ length: 100 }, () => bytes));
  for (let sent = 0; peer.events.length === 0 && sent < 20_000; sent += 100) {
    await Promise.race([peer.send(many), peer.closed()]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await peer.closed();
  return peer;
}

/** As `flood`; more than `allowed` such frames have to come within a second, and that many of them do no harm. */
async function calmed(proxy: RunningProxy, bytes: Buffer, allowed: number, first?: Buffer): Promise<void> {
  const patient = await h2(proxy);
  if (first !== undefined) await patient.send(first);
  await patient.send(Buffer.concat([...Array.from({ length: allowed }, () => bytes), PING]));
  await until(() => frames(patient.bytes).some((item) => item.type === FrameType.PING) || patient.events.length > 0);
  expect(patient.events).toEqual([]);
  patient.socket.destroy();
  const peer = await flood(proxy, bytes, first);
  // What it says last is lost where it had to reset.
  expect([11, null]).toContain(goawayCode(peer.bytes));
}

/** Connections of HTTP/2 that ask for answers of 16 KiB and give no credit for them. */
async function unfetched(proxy: RunningProxy, connections: number, streams: number): Promise<Peer[]> {
  const noWindow = frame(FrameType.SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]));
  const large = block([
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/large'],
    [':authority', 'a'],
  ]);
  const requests = Array.from({ length: streams }, (_, index) => request(2 * index + 1, large));
  const peers = Array.from({ length: connections }, () => new Peer(proxy.port('front')));
  await Promise.all(peers.map((peer) => peer.send(Buffer.concat([PREFACE, noWindow, ...requests]))));
  return peers;
}

/** Connections that hold back the end of a Bolt frame of 60 kB. */
async function halves(proxy: RunningProxy, count: number): Promise<Peer[]> {
  const bytes = boltRequest({ id: 1, content: Buffer.alloc(60_000) }).subarray(0, 59_000);
  const peers = Array.from({ length: count }, () => new Peer(proxy.port('front')));
  await Promise.all(peers.map((peer) => peer.send(bytes)));
  return peers;
}

/** A backend that never answers, and the number of requests that it got. */
async function silent(): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = [];
  const backend = keep(await httpBackend((message) => void seen.push(message.url ?? '')));
  return { port: backend.port, seen };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends a byte every few milliseconds until the other side has had enough. */
async function drip(peer: Peer, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length && peer.events.length === 0; at++) {
    await Promise.race([peer.send(bytes.subarray(at, at + 1)), peer.closed()]);
    await pause(10);
  }
  await peer.closed();
}

const usable = async (proxy: RunningProxy): Promise<void> => expect((await call(proxy.port('front'))).status).toBe(200);
const GET_LINE = 'GET / HTTP/1.1\r\nhost: a\r\n';

const ATTACKS: Readonly<Record<string, () => Promise<void>>> = {
  ...CONVERSION_ATTACKS,
  ...HESSIAN_ATTACKS,
  ...rpcAttacks((protocol, extend, clusters) => {
    const match = { headers: [{ name: 'service', value: '.+', regex: true }] };
    return proxyWith({ protocol, extend, clusters, routes: [{ match, route: { cluster_name: 'host' } }] });
  }),
  async 'http1-head'() {
    const proxy = await proxyWith();
    expect((await http1(proxy, `${GET_LINE}x: ${'a'.repeat(9000)}\r\n\r\n`)).text).toMatch(/^HTTP\/1.1 431/);
    // Also without an end.
    expect((await http1(proxy, `${GET_LINE}x: ${'a'.repeat(9000)}`)).text).toMatch(/^HTTP\/1.1 431/);
    await usable(proxy);
  },
  async 'http1-target'() {
    const proxy = await proxyWith();
    expect((await http1(proxy, `GET /${'a'.repeat(9000)} HTTP/1.1\r\nhost: a\r\n\r\n`)).text).toMatch(
      /^HTTP\/1.1 4(?:14|31)/,
    );
    await usable(proxy);
  },
  async 'header-count'() {
    const proxy = await proxyWith({ weft: { max_header_count: 10 } });
    expect((await http1(proxy, `${GET_LINE}${'x: y\r\n'.repeat(10)}\r\n`)).text).toMatch(/^HTTP\/1.1 431/);
    await usable(proxy);
  },
  async 'http1-body'() {
    const { port, seen } = await silent();
    const proxy = await proxyWith({
      extend: { max_request_body_size: 1000 },
      routes: [routesTo('b')],
      clusters: [cluster('b', [port])],
    });
    expect((await http1(proxy, `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1001\r\n\r\n`)).text).toMatch(
      /^HTTP\/1.1 413/,
    );
    await http1(
      proxy,
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n${'a'.repeat(1001)}\r\n0\r\n\r\n`,
    );
    expect(seen.length).toBeLessThanOrEqual(1);
  },
  async 'http1-chunk-line'() {
    const proxy = await chunks('1;', 'a'.repeat(9000));
    await usable(proxy);
  },
  async 'http1-trailers'() {
    const proxy = await chunks('0\r\nx: ', 'a'.repeat(9000));
    await usable(proxy);
  },
  async 'http1-slow-head'() {
    // Without an idle timeout nothing else would ever end it.
    const proxy = await proxyWith({ idleTimeout: '0s', weft: { request_head_timeout: '1s' } });
    const head = Buffer.from(`${GET_LINE}x: ${'a'.repeat(8000)}`);
    const peer = new Peer(proxy.port('front'));
    await drip(peer, head);
    expect(peer.text).toMatch(/^HTTP\/1.1 408 .*connection: close/s);
    // The second head of a connection has as much time as the first one, and the time between them is not its own.
    const again = new Peer(proxy.port('front'));
    for (const round of [1, 2, 3]) {
      for (const part of [GET_LINE.slice(0, 9), GET_LINE.slice(9)]) {
        await again.send(part);
        await pause(200);
      }
      await again.send('\r\n');
      await until(() => again.text.split('hello').length > round);
    }
    expect(again.events).toEqual([]);
    await drip(again, head);
    expect(again.text).toMatch(/^(?:HTTP\/1.1 200 .*?hello){3}HTTP\/1.1 408 /s);
    expect(await metric(proxy, 'weft_proxy_head_timeouts_total')).toBe(2);
    await usable(proxy);
  },
  async 'http2-slow-head'() {
    const proxy = await proxyWith({
      protocol: 'Http2',
      idleTimeout: '0s',
      weft: { request_head_timeout: '200ms' },
    });
    const peer = await h2(proxy);
    await peer.send(frame(FrameType.HEADERS, END_STREAM, 1, GET));
    const padding = block([['x', 'a'.repeat(2000)]]);
    for (let at = 0; at < 30 && peer.events.length === 0; at++) {
      await peer.send(frame(FrameType.CONTINUATION, 0, 1, at === 0 ? padding : Buffer.alloc(0)));
      await pause(20);
    }
    await peer.closed();
    expect(goawayCode(peer.bytes)).toBe(0xb);
    // The rest of a HEADERS frame, byte by byte.
    const other = await h2(proxy);
    await drip(other, frame(FrameType.HEADERS, END_STREAM | END_HEADERS, 1, Buffer.concat([GET, padding])));
    expect(goawayCode(other.bytes)).toBe(0xb);
    // The preface in front of them all, which stops in the middle.
    const hesitant = new Peer(proxy.port('front'));
    await hesitant.send('PRI * HTTP');
    await hesitant.closed();
    expect(await metric(proxy, 'weft_proxy_head_timeouts_total')).toBe(3);
  },
  async 'http2-slow-frame'() {
    const { port, seen } = await silent();
    const proxy = await proxyWith({
      protocol: 'Http2',
      idleTimeout: '0s',
      weft: { request_head_timeout: '200ms' },
      routes: [{ ...routesTo('b', { upstream_protocol: 'Http1' }), match: { prefix: '/upload' } }, direct],
      clusters: [cluster('b', [port])],
    });
    const ping = frame(FrameType.PING, 0, 0, Buffer.alloc(8));
    const half = await h2(proxy);
    await half.send(ping.subarray(0, 12));
    await half.closed();
    expect(goawayCode(half.bytes)).toBe(0xb);
    // Byte by byte, behind a request that keeps the connection busy.
    const upload = block([
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/upload'],
      [':authority', 'a'],
    ]);
    const busy = await h2(proxy);
    await busy.send(frame(FrameType.HEADERS, END_HEADERS, 1, upload));
    await until(() => seen.length > 0);
    await drip(busy, frame(FrameType.DATA, 0, 1, Buffer.alloc(1000)));
    expect(goawayCode(busy.bytes)).toBe(0xb);
    expect(await metric(proxy, 'weft_proxy_head_timeouts_total')).toBe(2);
  },
  async 'bolt-slow-head'() {
    const { port } = await silent();
    const proxy = await proxyWith({
      protocol: 'bolt',
      idleTimeout: '0s',
      routes: [toBolt],
      clusters: [cluster('bolt', [port])],
      weft: { request_head_timeout: '200ms' },
    });
    const peer = new Peer(proxy.port('front'));
    await drip(peer, boltRequest({ id: 1, content: Buffer.alloc(2000) }));
    expect(peer.saw('end') || peer.saw('reset')).toBe(true);
    expect(await metric(proxy, 'weft_proxy_head_timeouts_total')).toBe(1);
  },
  async idle() {
    const proxy = await proxyWith({ idleTimeout: '200ms' });
    const peer = new Peer(proxy.port('front'));
    await peer.send('GET');
    await peer.closed();
    expect(peer.text).toBe('');
    expect(await metric(proxy, 'weft_proxy_connections_idle_closed_total')).toBe(1);
  },
  async 'http1-unread-answers'() {
    const proxy = await proxyWith({
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: 'x'.repeat(50_000) } }],
      weft: { per_connection_buffer_bytes: '1MiB' },
    });
    const before = await residentBytes(proxy);
    const peer = new Peer(proxy.port('front'), { reads: false });
    peer.socket.pause();
    const many = Buffer.from(`${GET_LINE}\r\n`.repeat(1000));
    let stuck = false;
    // 200 000 requests are answers of 10 GB.
    for (let sent = 0; sent < 200 && !stuck && peer.events.length === 0; sent++) {
      stuck = (await Promise.race([peer.send(many).then(() => 'sent'), idle(proxy).then(() => 'idle')])) === 'idle';
    }
    expect((await residentBytes(proxy)) - before).toBeLessThan(48 * 1024 * 1024);
    await usable(proxy);
  },
  async 'http2-header-list'() {
    const proxy = await proxyWith({ protocol: 'Http2', weft: { max_header_bytes: 4096 } });
    const peer = await h2(proxy);
    await peer.send(request(1, Buffer.concat([GET, block([['x', 'a'.repeat(5000)]])])));
    await until(() => peer.events.length > 0 || frames(peer.bytes).some((item) => item.stream === 1));
    const answer = frames(peer.bytes).find((item) => item.stream === 1 && item.type === FrameType.HEADERS);
    // Status 200 would be one byte from the static table.
    if (answer !== undefined) expect(answer.payload[0]).not.toBe(0x88);
  },
  async 'http2-streams'() {
    const { port, seen } = await silent();
    const proxy = await proxyWith({
      protocol: 'Http2',
      extend: { max_concurrent_streams: 5 },
      routes: [routesTo('b', { upstream_protocol: 'Http1' })],
      clusters: [cluster('b', [port])],
    });
    const peer = await h2(proxy);
    await peer.send(Buffer.concat(Array.from({ length: 20 }, (_, index) => request(2 * index + 1))));
    await until(
      () =>
        frames(peer.bytes).filter((item) => item.type === FrameType.RST_STREAM).length === 15 || peer.events.length > 0,
    );
    await until(() => seen.length === 5);
    for (const item of frames(peer.bytes))
      if (item.type === FrameType.RST_STREAM) expect(item.payload.readUInt32BE(0)).toBe(7);
  },
  async 'http2-unfetched-memory'() {
    const proxy = await proxyWith({
      protocol: 'Auto',
      idleTimeout: '300s',
      routes: [{ match: { prefix: '/large' }, direct_response: { status: 200, body: 'x'.repeat(16_384) } }, direct],
      weft: { soft_buffer_bytes: 1_048_576, hard_buffer_bytes: 1_048_577 },
    });
    const peers = await unfetched(proxy, 12, 20);
    await until(async () => (await call(proxy.port('front'))).status === 503);
    await until(async () => (await metric(proxy, 'weft_proxy_buffered_bytes')) > 1_048_576);
    for (const peer of peers) peer.socket.destroy();
    await until(async () => (await call(proxy.port('front'))).status === 200);
    await until(async () => (await metric(proxy, 'weft_proxy_buffered_bytes')) < 1_048_576);
  },
  async 'http2-unfetched-time'() {
    const proxy = await proxyWith({
      protocol: 'Auto',
      idleTimeout: '500ms',
      routes: [{ match: { prefix: '/large' }, route: { cluster_name: 'b', upstream_protocol: 'Http1' } }, direct],
      clusters: [cluster('b', [(await FastBackend.listen('x'.repeat(16_384))).port])],
    });
    const [peer] = (await unfetched(proxy, 1, 5)) as [Peer];
    // Other life on the connection makes no difference.
    await until(async () => {
      await peer.send(frame(FrameType.PING, 0, 0, Buffer.alloc(8)));
      await pause(50);
      return frames(peer.bytes).filter((item) => item.type === FrameType.RST_STREAM).length === 5;
    });
    expect(peer.events).toEqual([]);
    expect(await metric(proxy, 'weft_proxy_answers_unfetched_total')).toBe(5);
    // They were whole answers of the host, whose requests had long ended.
    expect(await metric(proxy, 'downstream_request_200_total')).toBe(5);
    await until(async () => (await metric(proxy, 'weft_proxy_buffered_bytes')) < 16_384);
    await usable(proxy);
  },
  async 'http2-rapid-reset'() {
    const { port, seen } = await silent();
    const proxy = await proxyWith({
      protocol: 'Http2',
      routes: [routesTo('b', { upstream_protocol: 'Http1' })],
      clusters: [cluster('b', [port])],
    });
    const peer = await h2(proxy);
    for (let index = 0; index < 2000 && peer.events.length === 0; index++) {
      const id = 2 * index + 1;
      await Promise.race([
        peer.send(Buffer.concat([request(id), frame(FrameType.RST_STREAM, 0, id, Buffer.from([0, 0, 0, 8]))])),
        peer.closed(),
      ]);
    }
    await peer.closed();
    expect(seen.length).toBeLessThan(600);
    expect([11, null]).toContain(goawayCode(peer.bytes));
  },
  async 'http2-settings'() {
    const peer = await flood(await proxyWith({ protocol: 'Http2' }), frame(FrameType.SETTINGS, 0, 0));
    expect([11, null]).toContain(goawayCode(peer.bytes));
  },
  async 'http2-pings'() {
    const peer = await flood(await proxyWith({ protocol: 'Http2' }), frame(FrameType.PING, 0, 0, Buffer.alloc(8)));
    expect([11, null]).toContain(goawayCode(peer.bytes));
  },
  async 'http2-window-updates'() {
    const proxy = await proxyWith({ protocol: 'Http2' });
    await calmed(proxy, frame(FrameType.WINDOW_UPDATE, 0, 0, Buffer.from([0, 0, 0, 1])), 1000);
    // Credit for a stream that has ended takes from the same.
    await calmed(proxy, frame(FrameType.WINDOW_UPDATE, 0, 1, Buffer.from([0, 0, 0, 1])), 1000, request(1));
  },
  async 'http2-priorities'() {
    const proxy = await proxyWith({ protocol: 'Http2' });
    await calmed(proxy, frame(FrameType.PRIORITY, 0, 1, Buffer.alloc(5, 3)), 1000);
  },
  async 'http2-useless-frames'() {
    const proxy = await proxyWith({ protocol: 'Http2' });
    await calmed(proxy, frame(FrameType.UNKNOWN, 0, 0, Buffer.alloc(8)), 500);
    await calmed(proxy, frame(FrameType.GOAWAY, 0, 0, Buffer.alloc(8)), 500);
    await calmed(proxy, frame(FrameType.RST_STREAM, 0, 1, Buffer.alloc(4)), 500, request(1));
  },
  async 'http2-late-frames'() {
    const { port } = await silent();
    const proxy = await proxyWith({
      protocol: 'Http2',
      extend: { max_concurrent_streams: 1 },
      routes: [routesTo('b', { upstream_protocol: 'Http1' })],
      clusters: [cluster('b', [port])],
    });
    // All but the first are given up with REFUSED_STREAM: it counts 100 as useless, and expects 400 frames of each sort.
    const given = Buffer.concat(Array.from({ length: 101 }, (_, index) => request(2 * index + 1)));
    const update = frame(FrameType.WINDOW_UPDATE, 0, 3, Buffer.from([0, 0, 0, 1]));
    const late = frame(FrameType.RST_STREAM, 0, 3, Buffer.from([0, 0, 0, 8]));
    await calmed(proxy, update, 1400, given);
    await calmed(proxy, late, 800, given);
  },
  async 'http2-continuation'() {
    const peer = await flood(
      await proxyWith({ protocol: 'Http2' }),
      frame(FrameType.CONTINUATION, 0, 1, block([['x', 'y']])),
      frame(FrameType.HEADERS, END_STREAM, 1, GET),
    );
    expect(goawayCode(peer.bytes)).not.toBe(0);
  },
  async 'http2-empty-frames'() {
    const { port } = await silent();
    const proxy = await proxyWith({
      protocol: 'Http2',
      routes: [routesTo('b', { upstream_protocol: 'Http1' })],
      clusters: [cluster('b', [port])],
    });
    const peer = await flood(
      proxy,
      frame(FrameType.DATA, 0, 1),
      frame(
        FrameType.HEADERS,
        END_HEADERS,
        1,
        block([
          [':method', 'POST'],
          [':scheme', 'http'],
          [':path', '/'],
          [':authority', 'a'],
        ]),
      ),
    );
    expect(goawayCode(peer.bytes)).not.toBe(0);
  },
  async 'http2-frame'() {
    const peer = await h2(await proxyWith({ protocol: 'Http2' }));
    await peer.send(frame(FrameType.PING, 0, 0, Buffer.alloc(20_000)));
    await peer.closed();
    expect(goawayCode(peer.bytes)).toBe(6);
  },
  async 'bolt-frame'() {
    const proxy = await proxyWith({ protocol: 'bolt' });
    const peer = new Peer(proxy.port('front'));
    await peer.send(boltRequest({ id: 1, claimedLength: 17 * 1024 * 1024 }));
    await peer.closed();
    expect(await metric(proxy, 'weft_proxy_protocol_errors_total')).toBe(1);
  },
  async 'bolt-in-flight'() {
    let seen = 0;
    const backend = keep(await tcpBackend((socket) => void socket.on('data', () => seen++)));
    const proxy = await proxyWith({
      protocol: 'bolt',
      extend: { max_requests_in_flight: 3 },
      routes: [toBolt],
      clusters: [cluster('bolt', [backend.port])],
    });
    const peer = new Peer(proxy.port('front'));
    await peer.send(Buffer.concat([1, 2, 3, 4].map((id) => boltRequest({ id }))));
    await until(() => peer.count > 0);
    expect(boltStatus(peer.bytes)).toBe(4);
    expect(peer.events).toEqual([]);
    expect(seen).toBeLessThanOrEqual(3);
  },
  async 'bolt-header-count'() {
    const proxy = await proxyWith({ protocol: 'bolt', weft: { max_header_count: 10 } });
    const peer = new Peer(proxy.port('front'));
    await peer.send(
      boltRequest({ id: 1, headers: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, 'v'])) }),
    );
    await peer.closed();
  },
  async 'bolt-slow-reader'() {
    const answer = Buffer.alloc(100_000, 7);
    const backend = keep(
      await tcpBackend((socket) => {
        const reader = new BoltReader();
        socket.on('data', (chunk: Buffer) => {
          for (const item of reader.push(chunk))
            socket.write(boltResponse(item.id, item.content.length === 4 ? answer : 'small'));
        });
      }),
    );
    const proxy = await proxyWith({
      protocol: 'bolt',
      routes: [toBolt],
      clusters: [cluster('bolt', [backend.port])],
      weft: { per_connection_buffer_bytes: '1MiB' },
    });
    const before = await residentBytes(proxy);
    const slow = new Peer(proxy.port('front'), { reads: false });
    slow.socket.pause();
    const other = new Peer(proxy.port('front'));
    const reader = new BoltReader();
    let answered = 0;
    other.socket.on('data', (chunk: Buffer) => {
      answered += reader.push(chunk).length;
    });
    // 20 MB of answers, small enough to come in one piece each.
    await slow.send(Buffer.concat(Array.from({ length: 200 }, (_, id) => boltRequest({ id, content: 'slow' }))));
    for (let id = 1; id <= 20; id++) {
      await other.send(boltRequest({ id, content: 'quick' }));
      await until(() => answered === id);
    }
    slow.socket.resume();
    await until(() => slow.saw('close') || slow.saw('reset'));
    expect((await residentBytes(proxy)) - before).toBeLessThan(40 * 1024 * 1024);
    expect(other.events).toEqual([]);
  },
  async 'detect-bytes'() {
    const proxy = await proxyWith({ protocol: 'Auto', weft: { detect_timeout: '1m', detect_max_bytes: 16 } });
    await http1(proxy, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    expect(await metric(proxy, 'weft_proxy_detection_failures_total')).toBe(1);
  },
  async 'detect-time'() {
    const proxy = await proxyWith({ protocol: 'Auto', weft: { detect_timeout: '50ms' } });
    await http1(proxy, 'GE');
    expect(await metric(proxy, 'weft_proxy_detection_failures_total')).toBe(1);
  },
  async connections() {
    const proxy = await proxyWith({ weft: { max_connections: 5 } });
    const peers = Array.from({ length: 12 }, () => new Peer(proxy.port('front')));
    await until(() => peers.filter((peer) => peer.events.length > 0).length === 7);
    expect(await metric(proxy, 'weft_proxy_connections_refused_total')).toBe(7);
    for (const peer of peers) peer.socket.destroy();
    await until(async () => (await metric(proxy, 'weft_proxy_connections_active')) === 0);
    await usable(proxy);
  },
  async 'unread-response'() {
    let sockets = 0;
    const backend = keep(
      await httpBackend((_request, response) => {
        sockets++;
        response.on('close', () => sockets--);
        const chunk = Buffer.alloc(1 << 20);
        const pump = (): void => {
          while (response.write(chunk));
          response.once('drain', pump);
        };
        pump();
      }),
    );
    const proxy = await proxyWith({
      idleTimeout: '300ms',
      routes: [routesTo('b')],
      clusters: [cluster('b', [backend.port])],
    });
    const peer = new Peer(proxy.port('front'), { reads: false });
    peer.socket.pause();
    await peer.send(`${GET_LINE}\r\n`);
    await until(() => sockets === 1);
    await until(() => sockets === 0);
    expect(await metric(proxy, 'weft_proxy_connections_active')).toBe(0);
  },
  async 'announced-length'() {
    const proxy = await proxyWith({
      protocol: 'Auto',
      extend: { bolt: { max_gathered_frame_bytes: 1_048_576 } },
      weft: { soft_buffer_bytes: '16MiB', hard_buffer_bytes: '32MiB' },
    });
    const peers = Array.from({ length: 64 }, () => new Peer(proxy.port('front')));
    // 64 MB are announced, 13 kB are sent.
    await Promise.all(
      peers.map((peer) => peer.send(boltRequest({ id: 1, claimedLength: 1_000_000 }).subarray(0, 200))),
    );
    await until(async () => (await metric(proxy, 'weft_proxy_connections_active')) === 64);
    await usable(proxy);
    expect(await metric(proxy, 'weft_proxy_hard_mark_shed_total')).toBe(0);
  },
  async 'soft-mark'() {
    const proxy = await proxyWith({
      protocol: 'Auto',
      weft: { soft_buffer_bytes: '1MiB', hard_buffer_bytes: '64MiB' },
    });
    await halves(proxy, 40);
    for (let i = 0; i < 5; i++) await usable(proxy);
    // Nor is there an end to what living connections get.
    const peer = new Peer(proxy.port('front'));
    for (let round = 1; round <= 20; round++) {
      await peer.send(`${GET_LINE}\r\n`);
      await until(() => peer.text.split('hello').length === round + 1);
    }
  },
  async 'hard-mark'() {
    // The marks beside each other: what is between them is read one connection at a time, which takes as long as it likes.
    const proxy = await proxyWith({
      protocol: 'Auto',
      // So long that it has no part in what follows.
      idleTimeout: '300s',
      weft: { soft_buffer_bytes: 1_048_576, hard_buffer_bytes: 1_048_577 },
    });
    const peers = await halves(proxy, 60);
    await until(async () => (await call(proxy.port('front'))).status === 503);
    expect(await metric(proxy, 'weft_proxy_hard_mark_shed_total')).toBeGreaterThan(0);
    for (const peer of peers) peer.socket.destroy();
    // Who is not read does not show that it is gone: those held are read one by one, until the bytes are below the marks.
    await until(async () => (await call(proxy.port('front'))).status === 200);
  },
  async 'stream-buffer'() {
    const proxy = await proxyWith({
      routes: [routesTo('b')],
      clusters: [cluster('b', [], { hosts: [{ address: '192.0.2.1:9' }], connect_timeout: '20s' })],
      weft: { per_stream_buffer_bytes: 16_384 },
    });
    const answer = await call(proxy.port('front'), { method: 'POST', body: Buffer.alloc(60_000) });
    // A network that refuses at once leaves nothing to wait for.
    expect([413, 502]).toContain(answer.status);
  },
  async 'retry-buffer'() {
    let seen = 0;
    const server = keep(
      await tcpBackend((socket) => {
        seen++;
        let count = 0;
        socket.on('data', (chunk: Buffer) => {
          count += chunk.length;
          if (count > 5_000) socket.resetAndDestroy();
        });
      }),
    );
    const retry = { retry_policy: { retry_on: true, num_retries: 3 } };
    const proxy = await proxyWith({
      routes: [routesTo('b', retry)],
      clusters: [cluster('b', [server.port])],
      weft: { retry_buffer_bytes: 10_000 },
    });
    // PUT may be repeated; the body that is gone may not.
    expect((await call(proxy.port('front'), { method: 'PUT', body: Buffer.alloc(30_000) })).status).toBe(502);
    expect(seen).toBe(1);
    // One that fits is sent again.
    expect((await call(proxy.port('front'), { method: 'PUT', body: Buffer.alloc(8_000) })).status).toBe(502);
    expect(seen).toBe(5);
  },
  async 'admin-body'() {
    const proxy = await proxyWith();
    expect(
      (
        await proxy
          .admin('POST', '/api/v1/update_loglevel', ' '.repeat(16 * 1024 * 1024 + 1))
          .catch(() => ({ status: 413 }))
      ).status,
    ).toBe(413);
    expect((await proxy.admin('GET', '/api/v1/version')).status).toBe(200);
  },
  async 'admin-head'() {
    const port = await freePort();
    const proxy = await start({
      ...configuration({ listeners: [proxyListener()], routes: [direct] }),
      admin: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
    });
    const peer = new Peer(port);
    await peer.send(`GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`);
    await peer.closed();
    expect(peer.text).toMatch(/^HTTP\/1.1 431/);
    await usable(proxy);
  },
  records: () => attackRecords(),
  async 'log-queue'() {
    // Nobody reads the pipe that standard output is.
    const proxy = await proxyWith({
      accessLogs: [{ log_path: 'stdout', log_format: `%request_header_x% ${'y'.repeat(1000)}` }],
    });
    const peer = new Peer(proxy.port('front'));
    const batch = Buffer.from(`${GET_LINE}x: ${'z'.repeat(4000)}\r\n\r\n`.repeat(50));
    for (let round = 1; round <= 60; round++) {
      const wanted = round * 50;
      const before = peer.count;
      await peer.send(batch);
      await until(() => peer.count > before || peer.events.length > 0);
      expect([wanted, peer.events]).toEqual([wanted, []]);
    }
    await until(async () => {
      const { body } = await proxy.admin('GET', '/metrics');
      return [...body.matchAll(/^weft\w*log_lines_dropped_total (\d+)/gm)].some(([, count]) => Number(count) > 0);
    });
    await usable(proxy);
  },
};

/** Sends `start` and `rest` as the chunked part of a request; the host must not see it end. */
async function chunks(first: string, rest: string): Promise<RunningProxy> {
  let complete = 0;
  const backend = keep(
    await httpBackend((message, response) => {
      message.resume().on('end', () => {
        complete++;
        response.end('done');
      });
      message.on('error', () => {});
    }),
  );
  const quick = await FastBackend.listen('ok');
  const proxy = await proxyWith({
    routes: [{ match: { prefix: '/chunks' }, route: { cluster_name: 'b' } }, routesTo('quick')],
    clusters: [cluster('b', [backend.port]), cluster('quick', [quick.port])],
  });
  await http1(proxy, `POST /chunks HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${first}${rest}\r\n\r\n`);
  expect(complete).toBe(0);
  return proxy;
}

/** Resolves when the proxy has read nothing new for a while: its reading has stopped. */
async function idle(proxy: RunningProxy): Promise<void> {
  let last = -1;
  let same = 0;
  await until(async () => {
    const read = await metric(proxy, 'downstream_bytes_read_total');
    same = read === last ? same + 1 : 0;
    last = read;
    return same > 50;
  });
}

describe('bounds', () => {
  it('each have an attack, and each attack has its row', () => {
    expect(Object.keys(ATTACKS).sort()).toEqual(BOUNDS.map((bound) => bound.id).sort());
  });

  it('are what the reference page says', () => {
    if (process.env['WEFT_WRITE_DOCS'] === '1') writeFileSync(PAGE, boundsPage());
    expect(readFileSync(PAGE, 'utf8')).toBe(boundsPage());
  });

  it.each(BOUNDS.map((bound) => [bound.id, bound.beyond]))('%s: %s', async (id) => {
    await (ATTACKS[id] as () => Promise<void>)();
  });
});
