/**
 * ns per operation of the codec's part of one proxied call: a request decoded, routed by its service, forwarded, answered
 * and returned. Run: `node --conditions=@weft/source packages/protocols/src/dubbo/decode.bench.ts`
 */
import {
  DEFAULT_CODEC_LIMITS,
  type RequestHead,
  type ResponseHead,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { MemoryLink } from '@weft/sdk/testing';
import { DubboClient } from './client.ts';
import { completeDubboConfig } from './config.ts';
import { DubboServer } from './server.ts';
import { map, request, response, text } from './testdata/frames.ts';

const BATCH = 32;
const options = completeDubboConfig(undefined);
const argument = text('x'.repeat(256));
const requests = Buffer.concat(Array.from({ length: BATCH }, (_, id) => request({ id, args: argument })));
const upLink = new MemoryLink();
const downLink = new MemoryLink();
let serviceLetters = 0;
/** What the measured proxy does to a request besides routing it by its interface. */
let touch: (head: RequestHead) => void = () => {};

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

const client = new DubboClient(
  upLink,
  { onCredit() {}, onDraining() {}, onHeartbeat() {} },
  options,
  DEFAULT_CODEC_LIMITS,
);
const server = new DubboServer(
  downLink,
  {
    onRequest(stream, head: RequestHead, end) {
      serviceLetters += (head.get('service') ?? '').length;
      touch(head);
      const upstream = client.open(new Relay(stream));
      stream.sink = new RequestSide(upstream);
      upstream.sendHead(head, end);
    },
  },
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
const body = Buffer.concat([Buffer.from([0x94]), text('y'.repeat(256)), map({ dubbo: '2.0.2' })]);
const answers = Buffer.concat(Array.from({ length: BATCH }, () => response({ body })));
const answerBytes = answers.length / BATCH;
const relay = (): void => {
  server.receive(requests, 0, requests.length);
  upLink.out.clear();
  for (let i = 0; i < BATCH; i++) answers.writeUInt32BE(id++ >>> 0, i * answerBytes + 8);
  client.receive(answers, 0, answers.length);
  downLink.out.clear();
};
measure('request and response relayed', 500_000, relay);
touch = (head) => {
  serviceLetters += head.service.length;
};
measure('the same, an attachment read', 500_000, relay);
touch = (head) => head.set('trace', '0a0fe9251500000000001100112345');
measure('the same, an attachment added', 500_000, relay);
if (server.activeStreams !== 0 || client.activeStreams !== 0 || serviceLetters === 0)
  throw new Error('the relay lost calls');
