/** Our HTTP/2 against Node's own module (nghttp2), over real sockets, in both roles. */
import { once } from 'node:events';
import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { http2 as weftHttp2 } from '@weft/protocols/http2';
import {
  type ClientStream,
  DEFAULT_CODEC_LIMITS,
  type HeaderMap,
  type RequestHead,
  type ResponseHead,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { SocketLink } from '@weft/testkit';
import { afterEach, describe, expect, it } from 'vitest';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** One exchange through the relay: downstream and upstream stream, back-pressure passed on both ways. */
class Exchange implements StreamSink {
  readonly downstream: ServerStream;
  readonly upstream: ClientStream;

  constructor(downstream: ServerStream, upstreamOf: (sink: StreamSink) => ClientStream) {
    this.downstream = downstream;
    this.upstream = upstreamOf(this);
    const exchange = this;
    downstream.sink = {
      onData(chunk, end) {
        exchange.upstream.sendData(chunk, end);
        if (exchange.upstream.bufferedBytes > DEFAULT_CODEC_LIMITS.highWaterBytes) downstream.pause();
      },
      onTrailers: (trailers) => exchange.upstream.sendTrailers(trailers),
      onReset: (reason) => exchange.upstream.reset(reason),
      onWritable: () => exchange.upstream.resume(),
      onHead() {},
      onInformational() {},
    };
  }

  onHead(head: ResponseHead, end: boolean): void {
    this.downstream.sendHead(head, end);
  }
  onInformational(head: ResponseHead): void {
    this.downstream.sendInformational(head);
  }
  onData(chunk: Uint8Array, end: boolean): void {
    this.downstream.sendData(chunk, end);
    if (this.downstream.bufferedBytes > DEFAULT_CODEC_LIMITS.highWaterBytes) this.upstream.pause();
  }
  onTrailers(trailers: HeaderMap): void {
    this.downstream.sendTrailers(trailers);
  }
  onReset(reason: number): void {
    this.downstream.reset(reason as 1);
  }
  onWritable(): void {
    this.downstream.resume();
  }
}

/** client of node:http2 ─► our server codec ─► our client codec ─► server of node:http2 */
async function relay(
  answer: (stream: http2.ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
): Promise<ClientHttp2Session> {
  const origin = http2.createServer({ maxSessionMemory: 100 });
  origin.on('stream', answer);
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  cleanups.push(() => origin.close());

  const upSocket = net.connect((origin.address() as AddressInfo).port, '127.0.0.1');
  await once(upSocket, 'connect');
  cleanups.push(() => upSocket.destroy());
  const upLink = new SocketLink(upSocket);
  const client = weftHttp2.createClient(
    upLink,
    { onCredit() {}, onDraining() {}, onHeartbeat() {} },
    {},
    DEFAULT_CODEC_LIMITS,
  );
  upLink.attach(client);
  client.start();

  const front = net.createServer((socket) => {
    cleanups.push(() => socket.destroy());
    const link = new SocketLink(socket);
    const server = weftHttp2.createServer(
      link,
      {
        onRequest(stream: ServerStream, head: RequestHead, end: boolean) {
          const exchange = new Exchange(stream, (sink) => client.open(sink));
          exchange.upstream.sendHead(head, end);
        },
      },
      {},
      DEFAULT_CODEC_LIMITS,
    );
    link.attach(server);
    server.start();
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  cleanups.push(() => front.close());

  // Node refuses streams above 10 MB of its own buffers.
  const session = http2.connect(`http://127.0.0.1:${(front.address() as AddressInfo).port}`, { maxSessionMemory: 100 });
  cleanups.push(() => session.destroy());
  await once(session, 'connect');
  return session;
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders | null;
  readonly informational: number[];
  readonly body: Buffer;
  readonly code: number;
}

async function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  send?: (stream: ClientHttp2Stream) => void,
): Promise<Answer> {
  const stream = session.request(headers, { endStream: send === undefined, waitForTrailers: send !== undefined });
  let response: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders | null = null;
  const informational: number[] = [];
  const chunks: Buffer[] = [];
  stream.on('response', (got) => {
    response = got;
  });
  stream.on('headers', (got) => informational.push(Number(got[':status'])));
  stream.on('trailers', (got) => {
    trailers = got;
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => {});
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7' }));
  send?.(stream);
  await new Promise((resolve) => stream.on('close', resolve));
  return { headers: response, trailers, informational, body: Buffer.concat(chunks), code: stream.rstCode };
}

function pattern(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i += 4) buffer.writeUInt32LE(i ^ 0x5bd1_e995, Math.min(i, bytes - 4));
  return buffer;
}

describe('a relay of our two codecs between the client and the server of Node', () => {
  it('carries many exchanges at once, with all their fields', async () => {
    const session = await relay((stream, headers) => {
      stream.respond({
        ':status': 200,
        'x-path': headers[':path'],
        'x-token': headers.authorization,
        'x-cookie': headers.cookie,
        'set-cookie': ['a=1', 'b=2'],
      });
      stream.end(String(headers[':path']));
    });
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        ask(session, { ':path': `/n/${i}?q=${i}`, authorization: `Bearer ${i}`, cookie: ['x=1', `y=${i}`] }),
      ),
    );
    answers.forEach(({ headers, body }, i) => {
      expect([
        headers[':status'],
        headers['x-path'],
        headers['x-token'],
        headers['x-cookie'],
        headers['set-cookie'],
        body.toString(),
      ]).toEqual([200, `/n/${i}?q=${i}`, `Bearer ${i}`, `x=1; y=${i}`, ['a=1', 'b=2'], `/n/${i}?q=${i}`]);
    });
  });

  it('carries large bodies both ways, with a slow reader, past every window', async () => {
    const body = pattern(6_000_000);
    const session = await relay((stream) => {
      stream.respond({ ':status': 200 });
      stream.pipe(stream);
    });
    const [first, second] = await Promise.all(
      [0, 1].map(() => ask(session, { ':method': 'POST', ':path': '/echo' }, (stream) => stream.end(body))),
    );
    expect(first?.body.equals(body)).toBe(true);
    expect(second?.body.equals(body)).toBe(true);
  });

  it('carries trailers both ways, 1xx, trailers-only and empty answers', async () => {
    const session = await relay((stream, headers) => {
      switch (headers[':path']) {
        case '/trailers':
          stream.on('trailers', (trailers) => {
            stream.respond({ ':status': 200 }, { waitForTrailers: true });
            stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'x-got': trailers['x-sum'] }));
            stream.end('ok');
          });
          stream.resume();
          break;
        case '/hints':
          stream.additionalHeaders({ ':status': 103, link: '</a>' });
          stream.respond({ ':status': 204 }, { endStream: true });
          break;
        default:
          stream.respond(
            { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' },
            { endStream: true },
          );
      }
    });
    const trailers = await ask(session, { ':method': 'POST', ':path': '/trailers', te: 'trailers' }, (stream) =>
      stream.end('body'),
    );
    expect([trailers.body.toString(), trailers.trailers?.['grpc-status'], trailers.trailers?.['x-got']]).toEqual([
      'ok',
      '0',
      '7',
    ]);
    const hints = await ask(session, { ':path': '/hints' });
    expect([hints.informational, hints.headers[':status']]).toEqual([[103], 204]);
    const only = await ask(
      session,
      { ':method': 'POST', ':path': '/grpc', 'content-type': 'application/grpc' },
      (stream) => stream.end('x'),
    );
    expect(only.headers['grpc-status']).toBe('5');
  }, 15_000);

  it('passes resets on, in both directions', async () => {
    let cancelled: (code: number) => void = () => {};
    const code = new Promise<number>((resolve) => {
      cancelled = resolve;
    });
    const session = await relay((stream, headers) => {
      stream.on('error', () => {});
      if (headers[':path'] === '/refused') stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      else stream.on('close', () => cancelled(stream.rstCode));
    });
    const refused = await ask(session, { ':path': '/refused' });
    expect(refused.code).toBe(http2.constants.NGHTTP2_REFUSED_STREAM);
    const stream = session.request({ ':path': '/hang' });
    stream.on('error', () => {});
    await new Promise((resolve) => session.ping(resolve));
    stream.close(http2.constants.NGHTTP2_CANCEL);
    expect(await code).toBe(http2.constants.NGHTTP2_CANCEL);
  });

  it('answers PING of a foreign client', async () => {
    const session = await relay((stream) => stream.respond({}, { endStream: true }));
    const payload = await new Promise<Buffer>((resolve, reject) =>
      session.ping(Buffer.from('12345678'), (error, _ms, got) => (error === null ? resolve(got) : reject(error))),
    );
    expect(payload.toString()).toBe('12345678');
  });
});
