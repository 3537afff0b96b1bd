/** HTTP/1.1 and HTTP/2 in any mix: codecs joined in memory, as the engine joins them. */
import { http1 } from '@weft/protocols/http1';
import { http2 } from '@weft/protocols/http2';
import {
  type ClientStream,
  DEFAULT_CODEC_LIMITS,
  type HeaderMap,
  type Protocol,
  type ResponseHead,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { CodecFeeder, MemoryLink } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

class Exchange implements StreamSink {
  readonly #downstream: ServerStream;
  constructor(downstream: ServerStream) {
    this.#downstream = downstream;
  }
  onInformational(head: ResponseHead): void {
    this.#downstream.sendInformational(head);
  }
  onHead(head: ResponseHead, end: boolean): void {
    this.#downstream.sendHead(head, end);
  }
  onData(chunk: Uint8Array, end: boolean): void {
    this.#downstream.sendData(chunk, end);
  }
  onTrailers(trailers: HeaderMap): void {
    this.#downstream.sendTrailers(trailers);
  }
  onReset(reason: number): void {
    this.#downstream.reset(reason as 1);
  }
  onWritable(): void {}
}

class Relay {
  readonly down = new MemoryLink();
  readonly up = new MemoryLink();
  readonly #downFeeder: CodecFeeder;
  readonly #upFeeder: CodecFeeder;
  requests = 0;

  constructor(downstream: Protocol, upstream: Protocol) {
    const client = upstream.createClient(
      this.up,
      { onCredit() {}, onDraining() {}, onHeartbeat() {} },
      {},
      DEFAULT_CODEC_LIMITS,
    );
    const server = downstream.createServer(
      this.down,
      {
        onRequest: (stream, head, end) => {
          this.requests++;
          let up: ClientStream | null = null;
          stream.sink = {
            onData: (chunk, last) => up?.sendData(chunk, last),
            onTrailers: (trailers) => up?.sendTrailers(trailers),
            onReset: (reason) => up?.reset(reason),
            onHead() {},
            onInformational() {},
            onWritable() {},
          };
          up = client.open(new Exchange(stream));
          up.sendHead(head, end);
        },
      },
      {},
      DEFAULT_CODEC_LIMITS,
    );
    server.start();
    client.start();
    this.#downFeeder = new CodecFeeder(server, this.down);
    this.#upFeeder = new CodecFeeder(client, this.up);
    if (downstream.name === 'Http2') this.#downFeeder.feed(Buffer.concat([PREFACE, frame(4, 0, 0, Buffer.alloc(0))]));
    if (upstream.name === 'Http2') this.#upFeeder.feed(frame(4, 0, 0, Buffer.alloc(0)));
    this.down.takeBytes();
    this.up.takeBytes();
  }

  /** Bytes of the caller; gives what goes to the host. */
  ask(bytes: Uint8Array): Buffer {
    this.#downFeeder.feed(bytes);
    return this.up.takeBytes();
  }

  /** Bytes of the host; gives what goes to the caller. */
  answer(bytes: Uint8Array): Buffer {
    this.#upFeeder.feed(bytes);
    return this.down.takeBytes();
  }
}

function frame(type: number, flags: number, id: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, payload]);
}

type Pairs = readonly (readonly [string, string])[];

function headers(id: number, pairs: Pairs, end: boolean): Buffer {
  const block = pairs.flatMap(([name, value]) => [
    Buffer.from([0, name.length]),
    Buffer.from(name, 'latin1'),
    Buffer.from([value.length]),
    Buffer.from(value, 'latin1'),
  ]);
  return frame(1, end ? 5 : 4, id, Buffer.concat(block));
}

/** Type, flags and stream of each frame. */
function shape(bytes: Buffer): string[] {
  const list: string[] = [];
  for (let at = 0; at < bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    const name = ['DATA', 'HEADERS', '', 'RST_STREAM', 'SETTINGS', '', '', 'GOAWAY', 'WINDOW_UPDATE'][
      bytes[at + 3] as number
    ];
    list.push(
      `${name} ${bytes.readUInt32BE(at + 5)} ${bytes.readUIntBE(at, 3)}${((bytes[at + 4] as number) & 1) !== 0 ? ' end' : ''}`,
    );
  }
  return list;
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const GET: Pairs = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/a?b=c'],
  [':authority', 'example.com:80'],
];

describe('HTTP/2 to HTTP/1.1', () => {
  const relay = (): Relay => new Relay(http2, http1);

  it('writes the request line and Host, joins cookies, leaves te out', () => {
    const out = relay()
      .ask(headers(1, [...GET, ['cookie', 'a=1'], ['te', 'trailers'], ['cookie', 'b=2'], ['x-a', '1']], true))
      .toString('latin1');
    expect(out.startsWith('GET /a?b=c HTTP/1.1\r\n')).toBe(true);
    expect(out.toLowerCase()).toContain('host: example.com:80\r\n');
    expect(out.toLowerCase()).toContain('cookie: a=1; b=2\r\n');
    expect(out.toLowerCase()).toContain('x-a: 1\r\n');
    expect(out.match(/cookie/gi)).toHaveLength(1);
    expect(out.toLowerCase()).not.toContain('transfer-encoding');
    expect(out).not.toContain(':method');
  });

  it('sends a body of unknown length chunked, with its trailers', () => {
    const out = relay()
      .ask(
        Buffer.concat([
          headers(1, [[':method', 'POST'], ...GET.slice(1), ['te', 'trailers']], false),
          frame(0, 0, 1, text('hello')),
          headers(1, [['x-sum', '5']], true),
        ]),
      )
      .toString('latin1');
    expect(out.toLowerCase()).toContain('transfer-encoding: chunked\r\n');
    expect(out).toContain('5\r\nhello\r\n0\r\n');
  });

  it('keeps a length that was announced', () => {
    const out = relay()
      .ask(
        Buffer.concat([
          headers(1, [[':method', 'POST'], ...GET.slice(1), ['content-length', '5']], false),
          frame(0, 1, 1, text('hello')),
        ]),
      )
      .toString('latin1');
    expect(out.toLowerCase()).toContain('content-length: 5\r\n');
    expect(out.endsWith('\r\n\r\nhello')).toBe(true);
  });

  it('brings answers back without what belongs to their connection', () => {
    const proxy = relay();
    proxy.ask(headers(1, GET, true));
    const back = proxy.answer(
      text(
        'HTTP/1.1 200 OK\r\nconnection: close, x-hop\r\nx-hop: 1\r\nkeep-alive: 5\r\ntransfer-encoding: chunked\r\nserver: x\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 3\r\n\r\n',
      ),
    );
    expect(shape(back)).toEqual(['HEADERS 1 4', 'DATA 1 3', expect.stringMatching(/^HEADERS 1 \d+ end$/)]);
    expect(back.toString('latin1')).not.toMatch(/hop|keep|close|chunked/);
  });

  it.each<readonly [string, Pairs]>([
    ['line end in a value', [...GET, ['x-a', 'a\r\nx-b: c']]],
    ['line end in a name', [...GET, ['x-a: b\r\nx', 'c']]],
    [
      'a second request in :path',
      [
        GET[0] as [string, string],
        [':scheme', 'http'],
        [':path', '/ HTTP/1.1\r\nhost: x\r\n\r\nGET /evil'],
        [':authority', 'a'],
      ],
    ],
    ['a space in :method', [[':method', 'GET /evil HTTP/1.1'], ...GET.slice(1)]],
    ['a line end in :authority', [...GET.slice(0, 3), [':authority', 'a\r\nx: y']]],
    ['transfer-encoding', [...GET, ['transfer-encoding', 'chunked']]],
    ['another host', [...GET, ['host', 'evil']]],
    ['a length against END_STREAM', [...GET, ['content-length', '10']]],
    ['two lengths', [...GET, ['content-length', '0'], ['content-length', '10']]],
    ['an upgrade', [...GET, ['upgrade', 'websocket']]],
    ['NUL in a value', [...GET, ['x-a', 'a\0b']]],
    ['a name with a colon', [...GET, ['x-a:', 'b']]],
  ])('nothing of a malformed request reaches the host: %s', (_name, pairs) => {
    const proxy = relay();
    expect(proxy.ask(headers(1, pairs, true))).toHaveLength(0);
    expect(proxy.requests).toBe(0);
  });
});

describe('HTTP/1.1 to HTTP/2', () => {
  const relay = (): Relay => new Relay(http1, http2);

  it('turns Host into :authority and drops what belongs to the connection', () => {
    const proxy = relay();
    const out = proxy.ask(
      text(
        'POST /up?x=1 HTTP/1.1\r\nHost: a.com\r\nConnection: x-hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nX-A: 1\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 5\r\n\r\n',
      ),
    );
    const seen = new Relay(http2, http1).ask(out).toString('latin1').toLowerCase();
    expect(seen).toContain('post /up?x=1 http/1.1\r\n');
    expect(seen).toContain('host: a.com\r\n');
    expect(seen).toContain('x-a: 1\r\n');
    expect(seen).not.toMatch(/x-hop|keep-alive/);
    expect(seen).toContain('5\r\nhello\r\n');
  });

  it('brings answers back: chunked, with a length, without a body, 1xx', () => {
    const proxy = relay();
    const request = text('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    proxy.ask(request);
    const chunked = proxy
      .answer(
        Buffer.concat([
          headers(
            1,
            [
              [':status', '103'],
              ['link', 'x'],
            ],
            false,
          ),
          headers(
            1,
            [
              [':status', '200'],
              ['server', 'x'],
            ],
            false,
          ),
          frame(0, 0, 1, text('abc')),
          headers(1, [['x-sum', '3']], true),
        ]),
      )
      .toString('latin1')
      .toLowerCase();
    expect(chunked).toMatch(/^http\/1\.1 103 .*\r\nlink: x\r\n\r\nhttp\/1\.1 200 /);
    expect(chunked).toContain('transfer-encoding: chunked');
    expect(chunked).toContain('3\r\nabc\r\n0\r\n');
    proxy.ask(request);
    const sized = proxy
      .answer(
        Buffer.concat([
          headers(
            3,
            [
              [':status', '200'],
              ['content-length', '3'],
            ],
            false,
          ),
          frame(0, 1, 3, text('abc')),
        ]),
      )
      .toString('latin1')
      .toLowerCase();
    expect(sized).toContain('content-length: 3\r\n');
    expect(sized.endsWith('\r\n\r\nabc')).toBe(true);
    proxy.ask(request);
    const empty = proxy
      .answer(headers(5, [[':status', '204']], true))
      .toString('latin1')
      .toLowerCase();
    expect(empty.startsWith('http/1.1 204 ')).toBe(true);
    expect(empty).not.toContain('transfer-encoding');
    proxy.ask(text('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n'));
    expect(
      proxy
        .answer(
          headers(
            7,
            [
              [':status', '200'],
              ['content-length', '9'],
            ],
            true,
          ),
        )
        .toString('latin1')
        .toLowerCase(),
    ).toContain('content-length: 9');
  });

  it('does not carry an upgrade', () => {
    const proxy = relay();
    const out = proxy.ask(text('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'));
    expect(proxy.requests).toBe(1);
    expect(out).toHaveLength(0);
  });
});

describe('HTTP/2 to HTTP/2', () => {
  it('relays heads, bodies, trailers and resets', () => {
    const proxy = new Relay(http2, http2);
    const out = proxy.ask(
      Buffer.concat([
        headers(5, [...GET, ['authorization', 'x']], false),
        frame(0, 0, 5, text('hi')),
        headers(5, [['x-sum', '2']], true),
      ]),
    );
    expect(shape(out)).toEqual([
      expect.stringMatching(/^HEADERS 1 \d+$/),
      'DATA 1 2',
      expect.stringMatching(/^HEADERS 1 \d+ end$/),
    ]);
    expect(
      shape(
        proxy.answer(
          Buffer.concat([headers(1, [[':status', '200']], false), frame(3, 0, 1, Buffer.from([0, 0, 0, 7]))]),
        ),
      ),
    ).toEqual(['HEADERS 5 1', 'RST_STREAM 5 4']);
  });
});
