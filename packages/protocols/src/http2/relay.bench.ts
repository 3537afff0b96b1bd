/**
 * What HTTP/2 costs per relayed exchange: bytes of a request with 13 fields into the server codec, its head to the client codec, its
 * bytes out; the response with 1 KB back the same way. No sockets and no engine.
 *
 *     node --conditions=@weft/source packages/protocols/src/http2/relay.bench.ts [exchanges]
 */
import {
  type ClientCodec,
  type ClientStream,
  DEFAULT_CODEC_LIMITS,
  type HeaderMap,
  type RequestHead,
  type ResponseHead,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { MemoryLink } from '@weft/sdk/testing';
import { HpackEncoder } from '../common/h2/hpack/index.ts';
import { CLIENT_PREFACE } from '../common/h2/index.ts';
import { http2 } from './index.ts';

const REQUEST: readonly (readonly [string, string])[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/api/v1/orders/recent'],
  [':authority', 'orders.shop.example.com:8080'],
  [
    'user-agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ],
  ['accept', 'application/json, text/plain, */*'],
  ['accept-encoding', 'gzip, deflate, br'],
  ['accept-language', 'en-GB,en;q=0.9,de;q=0.8'],
  ['cache-control', 'no-cache'],
  ['x-tenant', 'blue'],
  ['x-region', 'eu-central-1'],
  ['x-request-id', '7f9c24e8-3b12-4f6c-9d1e-5a8b7c6d5e4f'],
  ['origin', 'https://shop.example.com'],
];
const RESPONSE: readonly (readonly [string, string])[] = [
  [':status', '200'],
  ['content-type', 'application/json'],
  ['content-length', '1024'],
  ['server', 'orders/1.4'],
  ['x-served-by', 'orders-5d8f7-abcde'],
];

function frame(type: number, flags: number, id: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, payload]);
}

function block(encoder: HpackEncoder, fields: readonly (readonly [string, string])[]): Buffer {
  encoder.begin();
  for (const [name, value] of fields) encoder.pair(name, value);
  return Buffer.from(encoder.block.subarray(0, encoder.length));
}

/** One exchange: takes the answer of the upstream stream and gives it to the downstream one, and the other way round. */
class Pair implements StreamSink {
  downstream!: ServerStream;
  upstream!: ClientStream;
  readonly back: StreamSink = new Back(this);

  onHead(head: ResponseHead, end: boolean): void {
    this.downstream.sendHead(head, end);
  }
  onData(chunk: Uint8Array, end: boolean): void {
    this.downstream.sendData(chunk, end);
  }
  onTrailers(trailers: HeaderMap): void {
    this.downstream.sendTrailers(trailers);
  }
  onInformational(): void {}
  onReset(): void {}
  onWritable(): void {}
}

class Back implements StreamSink {
  readonly #pair: Pair;
  constructor(pair: Pair) {
    this.#pair = pair;
  }
  onData(chunk: Uint8Array, end: boolean): void {
    this.#pair.upstream.sendData(chunk, end);
  }
  onTrailers(trailers: HeaderMap): void {
    this.#pair.upstream.sendTrailers(trailers);
  }
  onHead(): void {}
  onInformational(): void {}
  onReset(): void {}
  onWritable(): void {}
}

const BATCH = 16;
const exchanges = Number(process.argv[2] ?? 400_000);
const downLink = new MemoryLink();
const upLink = new MemoryLink();
let client: ClientCodec;
let answered = 0;
const server = http2.createServer(
  downLink,
  {
    onRequest(stream: ServerStream, head: RequestHead, end: boolean): void {
      const pair = new Pair();
      pair.downstream = stream;
      stream.sink = pair.back;
      pair.upstream = client.open(pair);
      pair.upstream.sendHead(head, end);
      answered++;
    },
  },
  {},
  DEFAULT_CODEC_LIMITS,
);
client = http2.createClient(upLink, { onCredit() {}, onDraining() {}, onHeartbeat() {} }, {}, DEFAULT_CODEC_LIMITS);
server.start();
client.start();
const hello = Buffer.concat([
  CLIENT_PREFACE,
  frame(4, 0, 0, Buffer.from('00040fffffff', 'hex')),
  frame(8, 0, 0, Buffer.from('7f000000', 'hex')),
]);
server.receive(hello, 0, hello.length);
const serverHello = frame(4, 0, 0, Buffer.alloc(0));
client.receive(serverHello, 0, serverHello.length);

const requestEncoder = new HpackEncoder();
const responseEncoder = new HpackEncoder();
const firstRequest = frame(1, 5, 1, block(requestEncoder, REQUEST));
const steadyRequest = frame(1, 5, 0, block(requestEncoder, REQUEST));
const firstResponse = Buffer.concat([
  frame(1, 4, 1, block(responseEncoder, RESPONSE)),
  frame(0, 1, 1, Buffer.alloc(1024, 0x20)),
]);
const steadyResponse = Buffer.concat([
  frame(1, 4, 0, block(responseEncoder, RESPONSE)),
  frame(0, 1, 0, Buffer.alloc(1024, 0x20)),
]);
const dataAt = steadyResponse.length - 1024 - 9;
server.receive(firstRequest, 0, firstRequest.length);
client.receive(firstResponse, 0, firstResponse.length);

const requests = Buffer.concat(Array.from({ length: BATCH }, () => steadyRequest));
const responses = Buffer.concat(Array.from({ length: BATCH }, () => steadyResponse));
const grant = frame(8, 0, 0, Buffer.alloc(4));
grant.writeUInt32BE(BATCH * 1024, 9);
let id = 3;

function round(): void {
  for (let i = 0; i < BATCH; i++) {
    requests.writeUInt32BE(id + 2 * i, i * steadyRequest.length + 5);
    responses.writeUInt32BE(id + 2 * i, i * steadyResponse.length + 5);
    responses.writeUInt32BE(id + 2 * i, i * steadyResponse.length + dataAt + 5);
  }
  id += 2 * BATCH;
  server.receive(requests, 0, requests.length);
  upLink.out.clear();
  client.receive(responses, 0, responses.length);
  server.receive(grant, 0, grant.length);
  downLink.out.clear();
}

function run(count: number): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i += BATCH) {
    round();
    // The window of the flood counters, as the timer would end it.
    if ((i & 0xfff) === 0) server.onTimer();
  }
  return Number(process.hrtime.bigint() - start) / count;
}

run(exchanges / 4);
const results: number[] = [];
for (let i = 0; i < 5; i++) results.push(run(exchanges));
results.sort((a, b) => a - b);
console.log(`request ${steadyRequest.length} bytes, response ${steadyResponse.length} bytes, ${answered} exchanges`);
console.log(
  `http2 relay: median ${(results[2] as number).toFixed(0)} ns per exchange (${results.map((ns) => ns.toFixed(0)).join(' ')})`,
);
