/** Answers of hosts that are here as a whole and are not what they say: the caller gets another answer, and not half of one. */
import { describe, expect, it } from 'vitest';
import { tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import { block, END_HEADERS, END_STREAM, FrameType, frame, frames, PREFACE, request } from './h2.ts';
import { keep, Peer, start, until } from './support.ts';

const HOST_PREFACE_BYTES = 24;

/** Answers each request of HTTP/1.1 with the same bytes, in one write. */
const http1Host = async (answer: string): Promise<number> =>
  keep(await tcpBackend((socket) => void socket.on('data', () => socket.write(answer)))).port;

/** Answers each request of HTTP/2 with these fields and this content, in one write. */
async function http2Host(fields: readonly (readonly [string, string])[], content: string): Promise<number> {
  const backend = await tcpBackend((socket) => {
    let received = Buffer.alloc(0);
    let answered = 0;
    socket.write(frame(FrameType.SETTINGS, 0, 0));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const asked = frames(received.subarray(HOST_PREFACE_BYTES)).filter(({ type }) => type === FrameType.HEADERS);
      for (const { stream } of asked.slice(answered)) {
        socket.write(
          Buffer.concat([
            frame(FrameType.HEADERS, END_HEADERS, stream, block(fields)),
            frame(FrameType.DATA, END_STREAM, stream, Buffer.from(content)),
          ]),
        );
      }
      answered = asked.length;
    });
  });
  return keep(backend).port;
}

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const hosts: readonly (readonly [string, 'Http1' | 'Http2', () => Promise<number>])[] = [
  ['chunks that are none, over HTTP/1.1', 'Http1', () => http1Host(`${CHUNKED}5\r\nhello\r\nzz\r\nhello\r\n`)],
  ['a chunk longer than its size, over HTTP/1.1', 'Http1', () => http1Host(`${CHUNKED}3\r\nhello\r\n0\r\n\r\n`)],
  [
    'less content than announced, over HTTP/2',
    'Http2',
    () =>
      http2Host(
        [
          [':status', '200'],
          ['content-length', '9'],
        ],
        'hello',
      ),
  ],
  [
    'more content than announced, over HTTP/2',
    'Http2',
    () =>
      http2Host(
        [
          [':status', '200'],
          ['content-length', '2'],
        ],
        'hello',
      ),
  ],
  ['content of an answer without any, over HTTP/2', 'Http2', () => http2Host([[':status', '204']], 'hello')],
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
      await until(() => first.text.split('UpstreamRemoteReset').length > round);
    }
    expect(first.text).not.toContain('200 OK');
    expect(first.text.match(/HTTP\/1\.1 502 /g)).toHaveLength(2);
    expect(first.events).toEqual([]);

    const second = new Peer(proxy.port('second'));
    await second.send(Buffer.concat([PREFACE, request(1)]));
    await until(() => frames(second.bytes).some(({ type, stream }) => type === FrameType.DATA && stream === 1));
    const seen = frames(second.bytes).filter(({ stream }) => stream === 1);
    expect(seen.map(({ type }) => type)).toEqual([FrameType.HEADERS, FrameType.DATA]);
    expect(seen[1]?.payload.toString()).toContain('UpstreamRemoteReset');
    expect(await metric(proxy, 'downstream_request_502_total')).toBe(3);
  });
});
