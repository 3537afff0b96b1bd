/**
 * What one request costs in its exchange, without codecs, sockets and routing: a GET whose answer has a head and one piece of
 * body, and a POST of three pieces. Run: `npm run bench -- --micro exchange/exchange`, or this file by itself;
 * ns per request, best of all runs.
 */
import { PlainRequestHead, PlainResponseHead, type ServerStream, type StreamSink } from '@weft/sdk';
import { DOWNSTREAM, PROCESS } from '@weft/telemetry/stats';
import { NetContext } from '../net/index.ts';
import type { DataPlane, ListenerRuntime } from './environment.ts';
import { Exchange } from './exchange.ts';

const context = new NetContext();
const request = new PlainRequestHead('Http1', 'http', { method: 'GET', authority: 'a', path: '/', idempotent: true });
const response = new PlainResponseHead('Http1', 'http', 200, { contentLength: 1024 });
const chunk = Buffer.alloc(1024);

/** Takes what is sent as a codec does that has room for it. */
class NullStream {
  sink: StreamSink | null = null;
  readonly id = 1;
  readonly bufferedBytes = 0;
  sendHead(): void {}
  sendData(): void {}
  sendTrailers(): void {}
  sendInformational(): void {}
  sendLocalReply(): void {
    throw new Error('the request failed');
  }
  reset(): void {}
  pause(): boolean {
    return true;
  }
  resume(): void {}
}

/** The host's side: the sink that the exchange gave it. */
const upstream = new NullStream();
const connection = {
  connection: { flushNow() {} },
  pool: { settings: { limits: { highWaterBytes: 65_536 } } },
  open(sink: StreamSink) {
    upstream.sink = sink;
    return upstream;
  },
};
const host = { address: '127.0.0.1:1', active: 0, program: { hostname: '' } };
const cluster = {
  name: 'hosts',
  hosts: [host],
  stats: new Float64Array(128),
  usage: { requests: 0, retries: 0 },
  resources: { limited: () => false },
  choose: () => host,
  pool: () => ({ acquire: () => connection, cancel() {} }),
};
const binding = { protocol: { family: 'http' } };
const plane = {
  context,
  process: new Float64Array(Object.keys(PROCESS).length),
  cluster: () => cluster,
  protocol: () => binding,
  random: Math.random,
  connectionBufferBytes: 1 << 20,
  retryBufferBytes: 65_536,
  streamBufferBytes: 65_536,
} as unknown as DataPlane;
const mutation = { empty: true };
const route = {
  name: 'all',
  action: {
    kind: 'forward',
    timeoutMs: 0,
    upstreamProtocol: '',
    retry: null,
    prefixRewrite: '',
    hostRewrite: '',
    autoHostRewriteHeader: '',
    autoHostRewrite: false,
  },
  requestMutation: mutation,
  responseMutation: mutation,
  regexRewrite: null,
  clusterName: () => 'hosts',
};
const table = { match: () => route };
const listener = {
  stats: new Float64Array(DOWNSTREAM.overhead_sum + 1),
  chain: { empty: true },
  rules: null,
  edges: null,
  accessLogs: [],
  keepsHeads: false,
  routes: () => table,
} as unknown as ListenerRuntime;
const caller = { pendingBytes: 0, readsTooSlowly: () => false, flushNow() {}, remoteAddress: '', localAddress: '' };

function exchange(pieces: number): void {
  const stream = new NullStream() as unknown as ServerStream;
  const made = new Exchange(plane, listener, caller as never, stream, request, pieces === 0, 65_536);
  made.begin();
  for (let piece = 1; piece <= pieces; piece++) made.onData(chunk, piece === pieces);
  upstream.sink?.onHead(response, false);
  upstream.sink?.onData(chunk, true);
  if (!made.done) throw new Error('the request has not ended');
}

/** Short runs, and many: one that nothing else interrupts is among them. */
const ROUNDS = 10_000;
const RUNS = 200;

function measure(name: string, pieces: number): void {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < ROUNDS; i++) exchange(pieces);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / ROUNDS);
  }
  console.log(`${best.toFixed(0).padStart(6)} ns  ${name}`);
}

measure('a request without a body', 0);
measure('a request of three pieces', 3);
