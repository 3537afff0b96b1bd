/**
 * What one relayed exchange costs in this codec: a GET of 637 bytes with 13 fields in, out again, an answer with a body
 * of 1 KiB in, out again. Run: `node --conditions=@weft/source src/http1/decode.bench.ts`.
 */
import { BufferPool, OutputBuffer } from '@weft/kit';
import {
  type ClientHandler,
  type ClientStream,
  DEFAULT_CODEC_LIMITS,
  type HeaderMap,
  type Link,
  type RequestHead,
  type ResponseHead,
  type ServerHandler,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { decodeRequestHead } from './decode.ts';
import { http1 } from './index.ts';
import { HeadScan } from './scan.ts';

const FIELDS: readonly (readonly [string, string])[] = [
  ['Host', 'reviews.example.org:9080'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36'],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Accept-Language', 'en-US,en;q=0.5'],
  ['Connection', 'keep-alive'],
  ['Cookie', 'session=0123456789abcdef0123456789abcdef; theme=dark'],
  ['Referer', 'http://reviews.example.org:9080/productpage?u=normal'],
  ['X-Request-Id', '3f1c2a0e-8b7d-4b53-9f9e-6d0c2f1e7a55'],
  ['X-B3-TraceId', '80f198ee56343ba864fe8b2a57d3eff7'],
  ['X-B3-SpanId', 'e457b5a2e4d86bd1'],
  ['X-B3-Sampled', '1'],
];
const HEAD_BYTES = 637;

function requestBytes(): Buffer {
  const lines = FIELDS.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const start = `GET /reviews/0?page=1 HTTP/1.1\r\n${lines}`;
  const filler = HEAD_BYTES - start.length - 'X-Pad: \r\n\r\n'.length;
  return Buffer.from(`${start}X-Pad: ${'p'.repeat(filler)}\r\n\r\n`, 'latin1');
}

const REQUEST = requestBytes();
const RESPONSE = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nServer: x\r\nConnection: keep-alive\r\nContent-Length: 1024\r\n\r\n${'b'.repeat(1024)}`,
  'latin1',
);

const pool = new BufferPool();
const give = (slab: Buffer): void => pool.give(slab);

/** A link that throws away what is sent, as cheaply as a socket would take it. */
class NullLink implements Link {
  readonly out = new OutputBuffer(pool);
  bytes = 0;
  get pendingBytes(): number {
    return this.out.length;
  }
  flush(): void {}
  drop(): void {
    this.bytes += this.out.length;
    this.out.take(give);
  }
  pauseReading(): void {}
  resumeReading(): void {}
  shutdownWrite(): void {}
  close(): void {}
  reset(): void {}
  setTimer(): void {}
}

class Engine implements ServerHandler, ClientHandler, StreamSink {
  readonly downLink = new NullLink();
  readonly upLink = new NullLink();
  readonly server = http1.createServer(this.downLink, this, {}, DEFAULT_CODEC_LIMITS);
  readonly client = http1.createClient(this.upLink, this, {}, DEFAULT_CODEC_LIMITS);
  readonly keep: boolean;
  down: ServerStream | null = null;
  up: ClientStream | null = null;
  routed = 0;

  constructor(keep: boolean) {
    this.keep = keep;
  }

  onRequest(stream: ServerStream, head: RequestHead, end: boolean): void {
    if (this.keep) head.keep();
    if (head.method === 'GET' && head.path.length > 0 && head.authority.length > 0) this.routed++;
    stream.sink = this;
    this.down = stream;
    this.up = this.client.open(this);
    this.up.sendHead(head, end);
  }
  onHead(head: ResponseHead, end: boolean): void {
    this.down?.sendHead(head, end);
  }
  onData(chunk: Uint8Array, end: boolean): void {
    this.down?.sendData(chunk, end);
  }
  onInformational(): void {}
  onTrailers(_trailers: HeaderMap): void {}
  onReset(): void {}
  onWritable(): void {}
  onCredit(): void {}
  onDraining(): void {}
  onHeartbeat(): void {}

  exchange(): void {
    this.server.receive(REQUEST, 0, REQUEST.length);
    this.upLink.drop();
    this.client.receive(RESPONSE, 0, RESPONSE.length);
    this.downLink.drop();
  }
}

function measure(name: string, rounds: number, run: () => void): void {
  for (let i = 0; i < rounds / 4; i++) run();
  const samples: number[] = [];
  for (let sample = 0; sample < 7; sample++) {
    // CPU time, not the clock: other work on the machine must not count.
    const before = process.cpuUsage();
    for (let i = 0; i < rounds; i++) run();
    samples.push((process.cpuUsage(before).user * 1000) / rounds);
  }
  samples.sort((a, b) => a - b);
  console.log(
    `${name.padEnd(44)} ${(samples[3] as number).toFixed(0).padStart(6)} ns  (best ${(samples[0] as number).toFixed(0)})`,
  );
}

if (REQUEST.length !== HEAD_BYTES) throw new Error(`the request has ${REQUEST.length} bytes`);
const scan = new HeadScan();
measure('head of 637 bytes, 13 fields, scanned', 200_000, () => {
  scan.reset();
  if (decodeRequestHead(scan, REQUEST, 0, REQUEST.length, 8192, 100) !== REQUEST.length) throw new Error('not decoded');
});
const borrowed = new Engine(false);
measure('exchange, both ways, head borrowed', 200_000, () => borrowed.exchange());
const kept = new Engine(true);
measure('exchange, both ways, head kept', 200_000, () => kept.exchange());
if (borrowed.routed === 0 || kept.routed === 0 || borrowed.client.activeStreams !== 0)
  throw new Error('nothing was relayed');
