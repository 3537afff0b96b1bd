/** Helpers of the tests in this folder: frames by hand, and codecs with recording handlers on links without sockets. */
import {
  type ClientCodec,
  type ClientStream,
  type CodecLimits,
  DEFAULT_CODEC_LIMITS,
  type HeaderMap,
  type RequestHead,
  type ResponseHead,
  type ServerCodec,
  type ServerHandler,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { CodecFeeder, MemoryLink } from '@weft/sdk/testing';
import { HpackDecoder, HpackEncoder } from '../common/h2/hpack/index.ts';
import { CLIENT_PREFACE } from '../common/h2/index.ts';
import type { Http2Config } from './config.ts';
import { http2 } from './index.ts';

export type Pairs = readonly (readonly [name: string, value: string])[];

export const GET: Pairs = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'example.com'],
];
export const POST: Pairs = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/upload'],
  [':authority', 'example.com'],
];

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, id: number, payload: Uint8Array | string = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'hex') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, body]);
}

export function frames(bytes: Buffer): Frame[] {
  const list: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUIntBE(at, 3);
    list.push({
      type: bytes[at + 3] as number,
      flags: bytes[at + 4] as number,
      id: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, at + 9 + length),
    });
    at += 9 + length;
  }
  return list;
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const head = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>>= 7) head.push((rest & 127) | 128);
  head.push(rest);
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** A block of raw literals, whatever they contain. */
export function block(pairs: Pairs): Buffer {
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

export const END_STREAM = 1;
export const END_HEADERS = 4;

export function headers(id: number, pairs: Pairs, endStream = true): Buffer {
  return frame(1, END_HEADERS | (endStream ? END_STREAM : 0), id, block(pairs));
}

export function data(id: number, body: string | Uint8Array, endStream = false): Buffer {
  return frame(0, endStream ? END_STREAM : 0, id, typeof body === 'string' ? Buffer.from(body, 'latin1') : body);
}

export function settings(pairs: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(pairs.length * 6);
  pairs.forEach(([id, value], i) => {
    payload.writeUInt16BE(id, i * 6);
    payload.writeUInt32BE(value, i * 6 + 2);
  });
  return frame(4, 0, 0, payload);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function pairsOf(map: HeaderMap): string {
  const list: string[] = [];
  map.forEach((name, value) => list.push(`${name}=${value}`));
  return list.join(' ');
}

/** Writes down what it is told. */
export class Recorder implements StreamSink {
  readonly events: string[] = [];
  body = '';
  onWritableCalled: (() => void) | null = null;

  onInformational(head: ResponseHead): void {
    this.events.push(`informational ${head.status} ${pairsOf(head)}`);
  }
  onHead(head: ResponseHead, end: boolean): void {
    this.events.push(`head ${head.status} ${pairsOf(head)}${end ? ' end' : ''}`);
  }
  onData(chunk: Uint8Array, end: boolean): void {
    this.body += Buffer.from(chunk).toString('latin1');
    this.events.push(`data ${chunk.length}${end ? ' end' : ''}`);
  }
  onTrailers(trailers: HeaderMap): void {
    this.events.push(`trailers ${pairsOf(trailers)}`);
  }
  onReset(reason: number): void {
    this.events.push(`reset ${reason}`);
  }
  onWritable(): void {
    this.events.push('writable');
    this.onWritableCalled?.();
  }
}

/** Takes messages at once and writes them down like others. */
export class WholeRecorder extends Recorder {
  wholes = 0;

  onWhole(head: ResponseHead, bytes: Buffer, start: number, end: number): void {
    this.wholes++;
    this.onHead(head, false);
    this.onData(bytes.subarray(start, end), true);
  }
}

/** Reads what a codec sent: frames, with header blocks decoded in order. */
export class Reader {
  readonly #link: MemoryLink;
  readonly #decoder = new HpackDecoder(1 << 20, 1000);
  #skip: number;

  constructor(link: MemoryLink, skip = 0) {
    this.#link = link;
    this.#skip = skip;
  }

  /** `type id …` of each frame since the last call. */
  take(): string[] {
    const bytes = this.#link.takeBytes().subarray(this.#skip);
    this.#skip = 0;
    return frames(bytes).map((one) => this.#describe(one));
  }

  #describe({ type, flags, id, payload }: Frame): string {
    const end = (flags & END_STREAM) !== 0 ? ' end' : '';
    switch (type) {
      case 0:
        return `DATA ${id} ${payload.length}${end}`;
      case 1: {
        if (!this.#decoder.decode(payload, 0, payload.length)) throw new Error(this.#decoder.error);
        const pairs = this.#decoder.fields.slice(0, this.#decoder.count).map((field) => `${field.name}=${field.value}`);
        return `HEADERS ${id} ${pairs.join(' ')}${end}`;
      }
      case 3:
        return `RST_STREAM ${id} ${payload.readUInt32BE(0)}`;
      case 4:
        return (flags & 1) !== 0 ? 'SETTINGS ack' : 'SETTINGS';
      case 6:
        return (flags & 1) !== 0 ? `PING ack ${payload.toString('hex')}` : 'PING';
      case 7:
        return `GOAWAY ${payload.readUInt32BE(0)} ${payload.readUInt32BE(4)}`;
      case 8:
        return `WINDOW_UPDATE ${id} ${payload.readUInt32BE(0)}`;
      default:
        return `frame ${type} ${id}`;
    }
  }
}

export interface Request {
  readonly stream: ServerStream;
  readonly head: RequestHead;
  readonly end: boolean;
  readonly sink: Recorder;
}

export interface Options {
  readonly config?: Http2Config;
  readonly limits?: Partial<CodecLimits>;
  /** Called inside `onRequest`. */
  readonly onRequest?: (request: Request) => void;
  /** Messages that are here as a whole are taken at once. */
  readonly whole?: boolean;
}

export class ServerHarness {
  readonly link = new MemoryLink();
  readonly requests: Request[] = [];
  /** Requests that came at once. */
  wholes = 0;
  readonly codec: ServerCodec;
  readonly feeder: CodecFeeder;
  readonly sent: Reader;

  constructor(options: Options = {}) {
    const onRequest: ServerHandler['onRequest'] = (stream, head, end) => {
      const sink = new Recorder();
      stream.sink = sink;
      const request = { stream, head, end, sink };
      this.requests.push(request);
      options.onRequest?.(request);
    };
    const onWholeRequest: ServerHandler['onWholeRequest'] = (stream, head, bytes, start, end) => {
      this.wholes++;
      onRequest(stream, head, false);
      stream.sink.onData(bytes.subarray(start, end), true);
    };
    this.codec = http2.createServer(
      this.link,
      options.whole === true ? { onRequest, onWholeRequest } : { onRequest },
      options.config ?? {},
      { ...DEFAULT_CODEC_LIMITS, ...options.limits },
    );
    this.feeder = new CodecFeeder(this.codec, this.link);
    this.sent = new Reader(this.link);
    this.codec.start();
  }

  /** After preface and SETTINGS of a client, whose frames are forgotten. */
  static open(options: Options = {}, clientSettings: readonly (readonly [number, number])[] = []): ServerHarness {
    const harness = new ServerHarness(options);
    harness.feed(CLIENT_PREFACE, settings(clientSettings));
    harness.sent.take();
    return harness;
  }

  feed(...parts: readonly Uint8Array[]): void {
    this.feeder.feed(Buffer.concat(parts));
  }

  request(index = 0): Request {
    const request = this.requests[index];
    if (request === undefined) throw new Error(`no request ${index}`);
    return request;
  }
}

export class ClientHarness {
  readonly link = new MemoryLink();
  readonly events: string[] = [];
  readonly codec: ClientCodec;
  readonly feeder: CodecFeeder;
  readonly sent: Reader;
  readonly #whole: boolean;

  constructor(options: Options = {}) {
    this.#whole = options.whole === true;
    this.codec = http2.createClient(
      this.link,
      {
        onCredit: () => {},
        onDraining: () => this.events.push('draining'),
        onHeartbeat: () => this.events.push('heartbeat'),
      },
      options.config ?? {},
      { ...DEFAULT_CODEC_LIMITS, ...options.limits },
    );
    this.feeder = new CodecFeeder(this.codec, this.link);
    this.codec.start();
    this.sent = new Reader(this.link, CLIENT_PREFACE.length);
  }

  static open(options: Options = {}, serverSettings: readonly (readonly [number, number])[] = []): ClientHarness {
    const harness = new ClientHarness(options);
    harness.feed(settings(serverSettings));
    harness.sent.take();
    return harness;
  }

  feed(...parts: readonly Uint8Array[]): void {
    this.feeder.feed(Buffer.concat(parts));
  }

  /** Opens a stream and sends a head. */
  ask(pairs: Pairs = GET, end = true): { readonly stream: ClientStream; readonly sink: Recorder } {
    const sink = this.#whole ? new WholeRecorder() : new Recorder();
    const stream = this.codec.open(sink);
    stream.sendHead(requestHead(pairs), end);
    return { stream, sink };
  }
}

/** A head as another codec of the family would hand it over: made by a server codec of its own. */
export function requestHead(pairs: Pairs): RequestHead {
  const harness = ServerHarness.open();
  const encoder = new HpackEncoder();
  encoder.begin();
  for (const [name, value] of pairs) encoder.pair(name, value);
  harness.feed(frame(1, END_HEADERS, 1, Buffer.from(encoder.block.subarray(0, encoder.length))));
  return harness.request().head;
}

/** A response head of another codec of the family. */
export class PlainResponse implements ResponseHead {
  readonly protocol = 'Http1';
  readonly family = 'http';
  readonly status: number;
  readonly contentLength = -1;
  readonly switchesProtocol = false;
  readonly applicationError = false;
  readonly wireBytes = 0;
  readonly pairs: [string, string][];

  constructor(status: number, pairs: Pairs = []) {
    this.status = status;
    this.pairs = pairs.map(([name, value]) => [name, value]);
  }
  get nativeStatus(): number {
    return this.status;
  }
  get(name: string): string | undefined {
    return this.pairs.find((pair) => pair[0] === name)?.[1];
  }
  getAll(name: string): readonly string[] {
    return this.pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
  }
  set(name: string, value: string): void {
    this.remove(name);
    this.add(name, value);
  }
  add(name: string, value: string): void {
    this.pairs.push([name, value]);
  }
  remove(name: string): void {
    const rest = this.pairs.filter((pair) => pair[0] !== name);
    this.pairs.splice(0, this.pairs.length, ...rest);
  }
  forEach(visit: (name: string, value: string) => void): void {
    for (const [name, value] of this.pairs) visit(name, value);
  }
  keep(): void {}
}
