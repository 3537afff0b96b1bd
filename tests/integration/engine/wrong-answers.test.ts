/**
 * Messages that are not what they say. What is here as a whole is never begun: the caller gets another answer, and not half of one. What turns out
 * wrong later breaks off.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import { block, END_HEADERS, END_STREAM, FrameType, frame, frames, PREFACE, request } from './h2.ts';
import { keep, Peer, start, until } from './support.ts';

const HOST_PREFACE_BYTES = 24;
const INTERNAL_ERROR = 2;
const WRONG = 'the answer of the host is malformed (UpstreamRemoteReset)';

/** Answers each request of HTTP/1.1 with the same bytes, in one write. */
const http1Host = async (answer: string): Promise<number> =>
  keep(await tcpBackend((socket) => void socket.on('data', () => socket.write(answer)))).port;

type Fields = readonly (readonly [string, string])[];

/**
 * Answers each request of HTTP/2 with these fields and this content, a frame for each part of it and all of them in one write; those of
 * `later` follow when it is told to go on.
 */
async function http2Host(fields: Fields, content: readonly string[], later: readonly string[] = []) {
  const waiting: (() => void)[] = [];
  const dataFrames = (stream: number, parts: readonly string[], ends: boolean): Buffer[] =>
    parts.map((part, index) =>
      frame(FrameType.DATA, ends && index === parts.length - 1 ? END_STREAM : 0, stream, Buffer.from(part)),
    );
  const backend = await tcpBackend((socket) => {
    let received = Buffer.alloc(0);
    let answered = 0;
    socket.write(frame(FrameType.SETTINGS, 0, 0));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const asked = frames(received.subarray(HOST_PREFACE_BYTES)).filter(({ type }) => type === FrameType.HEADERS);
      for (const { stream } of asked.slice(answered)) {
        const head = frame(FrameType.HEADERS, END_HEADERS, stream, block(fields));
        socket.write(Buffer.concat([head, ...dataFrames(stream, content, later.length === 0)]));
        waiting.push(() => socket.write(Buffer.concat(dataFrames(stream, later, true))));
      }
      answered = asked.length;
    });
  });
  const { port } = keep(backend);
  return {
    port,
    goOn: (): void => {
      for (const send of waiting.splice(0)) send();
    },
  };
}

const long = (bytes: number): Fields => [
  [':status', '200'],
  ['content-length', String(bytes)],
];

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const hosts: readonly (readonly [string, 'Http1' | 'Http2', () => Promise<number>])[] = [
  ['chunks that are none, over HTTP/1.1', 'Http1', () => http1Host(`${CHUNKED}5\r\nhello\r\nzz\r\nhello\r\n`)],
  ['a chunk longer than its size, over HTTP/1.1', 'Http1', () => http1Host(`${CHUNKED}3\r\nhello\r\n0\r\n\r\n`)],
  ['less content than announced, over HTTP/2', 'Http2', async () => (await http2Host(long(9), ['hello'])).port],
  ['more content than announced, over HTTP/2', 'Http2', async () => (await http2Host(long(2), ['hello'])).port],
  [
    'less content than announced in several frames, over HTTP/2',
    'Http2',
    async () => (await http2Host(long(9), ['hel', 'lo', ''])).port,
  ],
  [
    'more content than announced in several frames, over HTTP/2',
    'Http2',
    async () => (await http2Host(long(4), ['hel', 'lo'])).port,
  ],
  [
    'content of an answer without any, over HTTP/2',
    'Http2',
    async () => (await http2Host([[':status', '204']], ['hel', 'lo'])).port,
  ],
];

describe('an answer that is here, and wrong', () => {
  it.each(hosts)('is 502 for every caller: %s', async (_name, protocol, host) => {
    const proxy = await start(
      configuration({
        listeners: [proxyListener(), proxyListener({ name: 'second', protocol: 'Http2' })],
        routes: [{ match: { prefix: '/' }, route: { cluster_name: 'host', upstream_protocol: protocol } }],
        clusters: [cluster('host', [await host()])],
      }),
    );
    const first = new Peer(proxy.port('front'));
    // Twice, because the connection of the caller is as good as before.
    for (const round of [1, 2]) {
      await first.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
      await until(() => first.text.split(WRONG).length > round);
    }
    expect(first.text).not.toContain('200 OK');
    expect(first.text.match(/HTTP\/1\.1 502 /g)).toHaveLength(2);
    expect(first.events).toEqual([]);

    const second = new Peer(proxy.port('second'));
    await second.send(Buffer.concat([PREFACE, request(1)]));
    await until(() => frames(second.bytes).some(({ type, stream }) => type === FrameType.DATA && stream === 1));
    const seen = frames(second.bytes).filter(({ stream }) => stream === 1);
    expect(seen.map(({ type }) => type)).toEqual([FrameType.HEADERS, FrameType.DATA]);
    expect(seen[1]?.payload.toString()).toBe(WRONG);
    expect(await metric(proxy, 'downstream_request_502_total')).toBe(3);
  });
});

describe('an answer that turns out wrong when its caller has a part of it', () => {
  it.each<readonly [string, number, readonly string[], string]>([
    ['shorter than announced', 9, ['lo'], 'hel'],
    ['longer than announced', 4, ['lo'], 'hel'],
    ['in several frames', 9, ['l', 'o'], 'hell'],
  ])('breaks off, and never ends as if it were whole: %s', async (_name, length, later, passed) => {
    const host = await http2Host(long(length), ['hel'], later);
    const directory = mkdtempSync(path.join(tmpdir(), 'weft-access-'));
    keep({ close: async () => rmSync(directory, { recursive: true }) });
    const accessLog = path.join(directory, 'access.log');
    const log_format = '%response_code% %response_flag% %upstream_transport_failure_reason%';
    const accessLogs = [{ log_path: accessLog, log_format }];
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ accessLogs }), proxyListener({ name: 'second', protocol: 'Http2', accessLogs })],
        routes: [{ match: { prefix: '/' }, route: { cluster_name: 'host', upstream_protocol: 'Http2' } }],
        clusters: [cluster('host', [host.port])],
      }),
    );
    const first = new Peer(proxy.port('front'));
    await first.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => first.text.endsWith('hel'));
    const second = new Peer(proxy.port('second'));
    await second.send(Buffer.concat([PREFACE, request(1)]));
    const seen = () => frames(second.bytes).filter(({ stream }) => stream === 1);
    await until(() => seen().length === 2);
    host.goOn();

    await first.closed();
    expect(first.events[0]).toBe('reset');
    // What was still to be written goes with the connection.
    expect(first.text).toMatch(new RegExp(`^HTTP/1\\.1 200 OK\r\ncontent-length: ${length}\r\n\r\nhell?$`));
    await until(() => seen().some(({ type }) => type === FrameType.RST_STREAM));
    const [head, ...rest] = seen();
    const reset = rest.pop();
    expect([head?.type, reset?.type, reset?.payload.readUInt32BE(0)]).toEqual([
      FrameType.HEADERS,
      FrameType.RST_STREAM,
      INTERNAL_ERROR,
    ]);
    expect(rest.map(({ type }) => type)).toEqual(rest.map(() => FrameType.DATA));
    expect(rest.map(({ payload }) => payload.toString()).join('')).toBe(passed);
    // Its connection is as good as before.
    await second.send(request(3));
    await until(() => frames(second.bytes).some(({ stream }) => stream === 3));
    const line = '200 UpstreamRemoteReset protocol\\x20error\n';
    await until(() => existsSync(accessLog) && readFileSync(accessLog, 'utf8').length >= 2 * line.length);
    expect(readFileSync(accessLog, 'utf8')).toBe(line + line);
  });
});

describe('a request whose content is not what it announces', () => {
  const POST = (length: number): Buffer =>
    block([
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'a'],
      ['content-length', String(length)],
    ]);
  const data = (content: string, ends: boolean): Buffer =>
    frame(FrameType.DATA, ends ? END_STREAM : 0, 1, Buffer.from(content));

  /** A host of HTTP/1.1 that keeps what it gets, and a caller of HTTP/2. */
  async function callerAndHost() {
    const host = { text: '', ended: '' };
    const backend = await tcpBackend((socket) => {
      socket.on('data', (chunk: Buffer) => {
        host.text += chunk.toString('latin1');
      });
      socket.on('end', () => {
        host.ended ||= 'end';
      });
      socket.on('error', () => {
        host.ended ||= 'reset';
      });
    });
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'Http2' })],
        routes: [{ match: { prefix: '/' }, route: { cluster_name: 'host', upstream_protocol: 'Http1' } }],
        clusters: [cluster('host', [keep(backend).port])],
      }),
    );
    const peer = new Peer(proxy.port('front'));
    await peer.send(PREFACE);
    const answered = () => frames(peer.bytes).filter(({ stream }) => stream === 1);
    return { host, peer, answered };
  }

  it.each<readonly [string, number, readonly Buffer[]]>([
    ['in one frame', 9, [data('hello', true)]],
    ['in several frames, and shorter', 9, [data('hel', false), data('lo', false), data('', true)]],
    ['in several frames, and longer', 4, [data('hel', false), data('lo', false)]],
  ])('never reaches a host when all of it is here: %s', async (_name, length, content) => {
    const { host, peer, answered } = await callerAndHost();
    await peer.send(Buffer.concat([frame(FrameType.HEADERS, END_HEADERS, 1, POST(length)), ...content]));
    await until(() => answered().length > 0);
    expect(answered().map(({ type, payload }) => [type, payload.readUInt32BE(0)])).toEqual([[FrameType.RST_STREAM, 1]]);
    expect(host.text).toBe('');
  });

  it.each<readonly [string, number, Buffer]>([
    ['shorter', 9, data('lo', true)],
    ['longer', 4, data('lo', true)],
  ])('that its host has a part of breaks off there: %s', async (_name, length, rest) => {
    const { host, peer, answered } = await callerAndHost();
    await peer.send(Buffer.concat([frame(FrameType.HEADERS, END_HEADERS, 1, POST(length)), data('hel', false)]));
    await until(() => host.text.endsWith('hel'));
    await peer.send(rest);
    await until(() => answered().length > 0 && host.ended !== '');
    expect(answered().map(({ type, payload }) => [type, payload.readUInt32BE(0)])).toEqual([[FrameType.RST_STREAM, 1]]);
    expect([host.ended, host.text.endsWith('hel')]).toEqual(['reset', true]);
  });
});
