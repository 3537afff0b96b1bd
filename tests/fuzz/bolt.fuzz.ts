import { crc32 } from 'node:zlib';
import { ProtocolError } from '@weft/kit';
import { bolt, boltv2 } from '@weft/protocols/bolt';
import {
  type ClientStream,
  DEFAULT_CODEC_LIMITS,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerStream,
} from '@weft/sdk';
import { ClientEnd, RecordingSink, ServerEnd } from '@weft/sdk/testing';

const LIMITS = { ...DEFAULT_CODEC_LIMITS, maxFrameBytes: 20_000, maxHeadBytes: 2000, maxHeaderCount: 20 };
/** Small, so that frames of a few hundred bytes are cut through. */
const CONFIG = { max_gathered_frame_bytes: 128, max_requests_in_flight: 8, enable_bolt_goaway: true };
const MAX_ACTIVE = 8;

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** `service` = `s`, `sofa_head_method_name` = `m`. */
const HEADERS = Buffer.concat([
  hex('00000007'),
  Buffer.from('service'),
  hex('00000001 73 00000015'),
  Buffer.from('sofa_head_method_name'),
  hex('00000001 6d'),
]);
const HEADER_LENGTH = HEADERS.length.toString(16).padStart(4, '0');
/** A frame of version 2 that carries its CRC. */
function signed(frame: Buffer): Buffer {
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32BE(crc32(frame));
  return Buffer.concat([frame, trailer]);
}

const LARGE = Buffer.alloc(300, 0x63);

/** First byte: which side, how it is cut; then frames. */
export const corpus: readonly Buffer[] = [
  [
    hex('00 0101000101 00000007 01 00000bb8 0002'),
    hex(`${HEADER_LENGTH} 00000003`),
    hex('4141'),
    HEADERS,
    hex('010203'),
  ],
  [hex('00 0102000101 00000008 01 ffffffff 0000'), hex(`${HEADER_LENGTH} 00000000`), HEADERS],
  [hex('00 0101000101 00000009 01 00000bb8 0000 0000 0000012c'), LARGE],
  [hex('00 020101000101 00000007 01 01 00000bb8 0000'), hex(`${HEADER_LENGTH} 00000001`), HEADERS, hex('01')],
  [hex('00'), signed(hex('020201000101 0000000a 01 01 00000bb8 0000 0000 00000000'))],
  [hex('00'), signed(Buffer.concat([hex('020201000101 0000000b 01 01 00000bb8 0000 0000 0000012c'), LARGE]))],
  [hex('00 0101000001 00000001 01 ffffffff 0000 0000 00000000 0101006401 00000001 01 00000000 0000 0000 00000000')],
  [hex('01 0100000201 00000001 01 0000 0000 0000 00000002 6f6b 0100000201 00000002 01 0007 0000 0000 00000000')],
  [hex('01 0100000201 00000003 01 0000 0000 0000 0000012c'), LARGE],
  [hex('01 020100000201 00000002 01 01 0000 0000 0000 00000001 6f 0100000001 00000001 01 0000 0000 0000 00000000')],
  [hex('01 0101006401 00000001 01 00000000 0000 0000 00000000 0101000101 00000001 01 00000000 0000 0000 00000000')],
].map((parts) => Buffer.concat(parts));

function headOf(frame: Buffer): RequestHead {
  const server = new ServerEnd(bolt as never, {});
  server.feed(frame);
  return (server.requests[0] as { head: RequestHead }).head;
}

const QUESTION = headOf((corpus[0] as Buffer).subarray(1));
const ONE_WAY = headOf((corpus[1] as Buffer).subarray(1));

function answerHead(): ResponseHead {
  const client = new ClientEnd(bolt as never, {});
  const { sink } = client.call(ONE_WAY, null);
  void sink;
  const call = client.call(headOf((corpus[0] as Buffer).subarray(1)), hex('010203'));
  client.feed(hex('0100000201 00000002 01 0000 0000 0000 00000002 6f6b'));
  return call.sink.head as ResponseHead;
}

const ANSWER = answerHead();

/** Takes decisions of the engine from the input, so that its side is fuzzed too. */
class Choices {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  next(below: number): number {
    const byte = this.#data.length === 0 ? 0 : (this.#data[(this.#at++ * 7) % this.#data.length] as number);
    return (byte ^ (this.#at & 0xff)) % below;
  }
}

function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new Error(`contract: ${what}`);
}

/** Feeds in pieces and stops at the first refusal; `between` is the engine's turn. */
function feed(end: ClientEnd | ServerEnd, data: Uint8Array, choices: Choices, between: () => void): void {
  try {
    for (let at = 0; at < data.length && !end.link.closed; ) {
      const next = Math.min(data.length, at + 1 + choices.next(97) * (1 + choices.next(5)));
      end.feed(data.subarray(at, next));
      at = next;
      between();
      if (end.link.readingPaused && choices.next(2) === 0) end.link.readingPaused = false;
      end.offer();
    }
    if (!end.link.closed && choices.next(3) === 0) end.finish();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const count = end.codec.receive(Buffer.from(data), 0, data.length);
    expectThat(count === data.length, 'a refused connection takes bytes and drops them');
  }
}

function asServer(data: Uint8Array, choices: Choices): void {
  const server = new ServerEnd((choices.next(2) === 0 ? bolt : boltv2) as never, CONFIG, LIMITS);
  const open: { stream: ServerStream; head: RequestHead }[] = [];
  server.handle(({ stream, head }) => {
    expectThat(server.codec.activeStreams <= MAX_ACTIVE + 1, 'requests in flight are bounded');
    void [head.service, head.method, head.timeoutMs, head.get('x'), head.wireBytes];
    head.forEach((name, value) =>
      expectThat(typeof name === 'string' && typeof value === 'string', 'headers are text'),
    );
    open.push({ stream, head });
    if (choices.next(4) === 0) stream.sendLocalReply(head, { status: 503, code: 'overflow' });
  });
  feed(server, data, choices, () => {
    for (const { stream, head } of open.splice(0, choices.next(3))) {
      switch (choices.next(6)) {
        case 0:
          stream.sendHead(ANSWER, true);
          break;
        case 1:
          stream.sendHead(ANSWER, false);
          stream.sendData(hex('6f6b'), true);
          break;
        case 2:
          stream.sendHead(ANSWER, false);
          stream.sendData(hex('6f'), false);
          open.push({ stream, head });
          break;
        case 3:
          stream.reset(ResetReason.LOCAL_RESET);
          break;
        case 4:
          if (stream.pause()) stream.resume();
          open.push({ stream, head });
          break;
        default:
          stream.sendLocalReply(head, { status: 404, code: 'route_not_found' });
      }
    }
    if (choices.next(40) === 0) server.codec.goaway();
    server.link.takeBytes();
    server.codec.onDrained();
  });
  server.lose();
  for (const { sink } of server.requests) expectThat(sink.ends <= 1 && sink.resets.length <= 1, 'a stream ends once');
  expectThat(server.codec.activeStreams === 0, 'no stream outlives its connection');
}

function asClient(data: Uint8Array, choices: Choices): void {
  const client = new ClientEnd((choices.next(2) === 0 ? bolt : boltv2) as never, CONFIG, LIMITS);
  const sinks: RecordingSink[] = [];
  const open: { stream: ClientStream; sink: RecordingSink }[] = [];
  feed(client, data, choices, () => {
    if (client.codec.credit() > 0) {
      const sink = new RecordingSink();
      sinks.push(sink);
      const stream = client.codec.open(sink);
      const partial = choices.next(5) === 0;
      stream.sendHead(choices.next(4) === 0 ? ONE_WAY : QUESTION, false);
      stream.sendData(hex('0102'), false);
      if (!partial) stream.sendData(hex('03'), true);
      open.push({ stream, sink });
    }
    if (choices.next(6) === 0) client.codec.heartbeat();
    if (choices.next(5) === 0) open.shift()?.stream.reset(ResetReason.LOCAL_RESET);
    if (choices.next(5) === 0) open.shift()?.stream.sendData(hex('03'), true);
    expectThat(client.codec.activeStreams <= MAX_ACTIVE, 'requests in flight are bounded');
    client.link.takeBytes();
    client.codec.onDrained();
  });
  client.lose();
  for (const sink of sinks) {
    expectThat(sink.ends <= 1 && sink.resets.length <= 1, 'a stream ends once');
    const last = sink.events.findIndex((event) => event.startsWith('reset'));
    expectThat(last < 0 || last === sink.events.length - 1, 'nothing follows a reset');
  }
  expectThat(client.codec.activeStreams === 0, 'no stream outlives its connection');
}

/** One execution: the first byte chooses the side, the rest is what the peer sends. */
export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  if (((data[0] ?? 0) & 1) === 0) asServer(data.subarray(1), choices);
  else asClient(data.subarray(1), choices);
}
