/**
 * ns per operation of the codec's part of one proxied call: a request decoded, routed by its service, forwarded, answered
 * and returned. Run: `node --conditions=@weft/source packages/protocols/src/bolt/decode.bench.ts`
 */
import {
  DEFAULT_CODEC_LIMITS,
  type RequestHead,
  type ResponseHead,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { MemoryLink } from '@weft/sdk/testing';
import { BoltClient } from './client.ts';
import { completeBoltConfig } from './config.ts';
import { BoltServer } from './server.ts';
import { sofaRequest, sofaResponse } from './testdata/frames.ts';

const BATCH = 32;
const options = completeBoltConfig(undefined);
const requests = Buffer.concat(Array.from({ length: BATCH }, (_, id) => sofaRequest({ id, content: 'x'.repeat(256) })));
const upLink = new MemoryLink();
const downLink = new MemoryLink();
let serviceLetters = 0;

/** Both halves of an exchange, as small as they can be. */
class Relay implements StreamSink {
  readonly stream: ServerStream;
  constructor(stream: ServerStream) {
    this.stream = stream;
  }
  onInformational(): void {}
  onHead(head: ResponseHead, end: boolean): void {
    this.stream.sendHead(head, end);
  }
  onData(chunk: Uint8Array, end: boolean): void {
    this.stream.sendData(chunk, end);
  }
  onTrailers(): void {}
  onReset(): void {}
  onWritable(): void {}
}

class RequestSide implements StreamSink {
  readonly upstream: { sendData(chunk: Uint8Array, end: boolean): void };
  constructor(upstream: { sendData(chunk: Uint8Array, end: boolean): void }) {
    this.upstream = upstream;
  }
  onInformational(): void {}
  onHead(): void {}
  onData(chunk: Uint8Array, end: boolean): void {
    this.upstream.sendData(chunk, end);
  }
  onTrailers(): void {}
  onReset(): void {}
  onWritable(): void {}
}

const client = new BoltClient(
  upLink,
  { onCredit() {}, onDraining() {}, onHeartbeat() {} },
  1,
  options,
  DEFAULT_CODEC_LIMITS,
);
const server = new BoltServer(
  downLink,
  {
    onRequest(stream, head: RequestHead, end) {
      serviceLetters += head.service.length;
      const upstream = client.open(new Relay(stream));
      stream.sink = new RequestSide(upstream);
      upstream.sendHead(head, end);
    },
  },
  1,
  options,
  DEFAULT_CODEC_LIMITS,
);

function measure(name: string, operations: number, run: () => void): void {
  const results: number[] = [];
  for (let repeat = 0; repeat < 7; repeat++) {
    const start = process.cpuUsage();
    for (let i = 0; i < operations / BATCH; i++) run();
    const used = process.cpuUsage(start);
    results.push((used.user * 1000) / operations);
  }
  results.sort((a, b) => a - b);
  process.stdout.write(`${name}: ${(results[3] as number).toFixed(0)} ns user CPU per call (median of 7)\n`);
}

let id = 1;
const answers = Buffer.concat(Array.from({ length: BATCH }, () => sofaResponse({ content: 'y'.repeat(256) })));
const answerBytes = answers.length / BATCH;
measure('request and response relayed', 1_000_000, () => {
  server.receive(requests, 0, requests.length);
  upLink.out.clear();
  for (let i = 0; i < BATCH; i++) answers.writeUInt32BE(id++ >>> 0, i * answerBytes + 5);
  client.receive(answers, 0, answers.length);
  downLink.out.clear();
});
if (server.activeStreams !== 0 || client.activeStreams !== 0 || serviceLetters === 0)
  throw new Error('the relay lost calls');
