/** Bodies over the bound while their callers still send them: each caller sees the answer, and no reset that overtakes it. */
import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { httpBackend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { boltRequest } from '../engine/bolt.ts';
import { block, END_HEADERS, FrameType, frame, frames, PREFACE } from '../engine/h2.ts';
import { keep, Peer, start, until } from '../engine/support.ts';
import { callsTo, DubboConsumer, requestFrame } from './dubbo.ts';

const CALLS = 12;
const CHUNK = Buffer.alloc(64 * 1024, ' ');

async function startProxy() {
  const backend = keep(await httpBackend((_request, response) => void response.end('null')));
  const transcoder = (type: string) => [{ type: 'transcoder', config: { type, max_body_bytes: '64KiB' } }];
  return start(
    configuration({
      listeners: [
        proxyListener({ name: 'http', streamFilters: transcoder('http_dubbo') }),
        proxyListener({ name: 'http2', protocol: 'Http2', streamFilters: transcoder('http_dubbo') }),
        proxyListener({ name: 'dubbo', protocol: 'dubbo', streamFilters: transcoder('dubbo_http') }),
        proxyListener({ name: 'bolt', protocol: 'bolt', streamFilters: transcoder('bolt_http') }),
      ],
      routes: [callsTo('hosts'), routesTo('hosts')],
      clusters: [cluster('hosts', [backend.port])],
    }),
  );
}

/** Sends all of a body whatever the server says meanwhile, and gives the status, or what the connection died of. */
function post(port: number, size: number, chunked: boolean): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', ...(chunked ? {} : { 'content-length': size }) };
    const options = { port, method: 'POST', path: '/com.x.Y/get', agent: false, headers };
    const request = http.request(options, (response) => {
      response.resume().on('error', () => {});
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    let left = size;
    const send = (): void => {
      while (left > 0) {
        const part = CHUNK.subarray(0, Math.min(left, CHUNK.length));
        left -= part.length;
        if (!request.write(part)) {
          request.once('drain', send);
          return;
        }
      }
      request.end();
    };
    send();
  });
}

it.each([
  [1_000_000, false],
  [1_000_000, true],
  // More than a closing connection takes.
  [30_000_000, false],
])(
  'a body of %i bytes (chunked: %s) is answered with 413, each time',
  async (size, chunked) => {
    const proxy = await startProxy();
    const answers: (number | string)[] = [];
    for (let i = 0; i < CALLS; i++) answers.push(await post(proxy.port('http'), size, chunked));
    expect(answers).toEqual(new Array(CALLS).fill(413));
  },
  60_000,
);

it('a Dubbo caller gets an answer of its own protocol, and its connection goes on', async () => {
  const proxy = await startProxy();
  const consumer = await DubboConsumer.connect(proxy.port('dubbo'));
  keep({ close: async () => consumer.close() });
  const call = { service: 'com.x.Y', method: 'get', types: 'Ljava/lang/String;' };
  for (let i = 0; i < CALLS; i++) {
    const answer = await consumer.call({ ...call, args: ['x'.repeat(2_000_000)] });
    expect([answer.status, answer.value]).toEqual([
      40,
      '400|transcode_request: the request is longer than 65536 bytes',
    ]);
  }
  expect((await consumer.call({ ...call, args: ['x'] })).status).toBe(20);
}, 60_000);

// None of them sends any of its 200 MB: an answer that waits for some would come with the timeout of the call, after a minute.
describe('a length over the bound is answered as soon as it is announced', () => {
  const ANNOUNCED = 200_000_000;
  const head = (more: string): string =>
    `POST /com.x.Y/get HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${more}content-length: ${ANNOUNCED}\r\n\r\n`;

  it.each([
    ['', 'http'],
    ['expect: 100-continue\r\n', 'http'],
  ])('over HTTP/1.1, which closes behind it, %j', async (more, listener) => {
    const peer = new Peer((await startProxy()).port(listener));
    await peer.send(head(more));
    await peer.closed();
    expect(peer.text).toMatch(/^HTTP\/1\.1 413 .*connection: close\r\n.*the request is longer than 65536 bytes$/s);
    // FIN, and no reset that could overtake the answer.
    expect(peer.events).toEqual(['end']);
  });

  it('over HTTP/1.1 by the bound of the protocol and by that of a filter', async () => {
    const backend = keep(await httpBackend((_request, response) => void response.end('null')));
    const limited = [{ type: 'payload_limit', config: { max_entity_size: 65_536, http_status: 413 } }];
    const proxy = await start(
      configuration({
        listeners: [
          proxyListener({ name: 'protocol', extend: { max_request_body_size: 65_536 } }),
          proxyListener({ name: 'filter', streamFilters: limited }),
        ],
        routes: [routesTo('hosts')],
        clusters: [cluster('hosts', [backend.port])],
      }),
    );
    for (const name of ['protocol', 'filter']) {
      const peer = new Peer(proxy.port(name));
      await peer.send(head('expect: 100-continue\r\n'));
      await peer.closed();
      expect(peer.text).toMatch(/^HTTP\/1\.1 413 .*connection: close\r\n/s);
      expect(peer.events).toEqual(['end']);
    }
  });

  it('over HTTP/2, whose connection goes on', async () => {
    const peer = new Peer((await startProxy()).port('http2'));
    const fields = block([
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/com.x.Y/get'],
      [':authority', 'a'],
      ['content-type', 'application/json'],
      ['content-length', String(ANNOUNCED)],
    ]);
    await peer.send(Buffer.concat([PREFACE, frame(FrameType.HEADERS, END_HEADERS, 1, fields)]));
    for (const id of [1, 3]) {
      const seen = () => frames(peer.bytes).filter(({ stream }) => stream === id);
      await until(() => seen().some(({ type }) => type === FrameType.DATA));
      expect(seen()[1]?.payload.toString()).toBe('transcode_request: the request is longer than 65536 bytes');
      await peer.send(frame(FrameType.HEADERS, END_HEADERS, id + 2, fields));
    }
    expect(peer.events).toEqual([]);
  });

  it.each([
    ['Bolt', 'bolt'],
    ['Dubbo', 'dubbo'],
  ])('over %s, whose connection goes on behind the rest', async (_name, listener) => {
    const peer = new Peer((await startProxy()).port(listener));
    const size = 3_000_000;
    const bytes =
      listener === 'bolt'
        ? boltRequest({ id: 7, content: Buffer.alloc(size) })
        : requestFrame(7, { service: 'com.x.Y', method: 'get', types: 'Ljava/lang/String;', args: ['x'.repeat(size)] });
    // All of the head, and nearly nothing of the content.
    await peer.send(bytes.subarray(0, 4096));
    await until(() => peer.count > 0);
    expect(peer.bytes.toString('latin1')).toContain('the request is longer than 65536 bytes');
    const before = peer.count;
    await peer.send(Buffer.concat([bytes.subarray(4096), bytes.subarray(0, 4096)]));
    await until(() => peer.count === 2 * before);
    expect(peer.events).toEqual([]);
  });

  it('by a host, whose caller is told in its own protocol', async () => {
    const host = await tcpBackend((socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${ANNOUNCED}\r\n\r\n`));
    });
    const dubbo = [{ type: 'transcoder', config: { type: 'dubbo_http', max_body_bytes: '64KiB' } }];
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'dubbo', streamFilters: dubbo })],
        routes: [callsTo('hosts')],
        clusters: [cluster('hosts', [keep(host).port])],
      }),
    );
    const consumer = await DubboConsumer.connect(proxy.port('front'));
    keep({ close: async () => consumer.close() });
    const answer = await consumer.call({ service: 'com.x.Y', method: 'get', types: '', args: [] });
    expect([answer.status, answer.value]).toEqual([
      50,
      '502|transcode_response: the answer is longer than 65536 bytes',
    ]);
  });
});
