import { ProtocolError } from '@weft/kit';
import { bolt, boltv2 } from '@weft/protocols/bolt';
import {
  type ClientHandler,
  type ClientStream,
  type Codec,
  DEFAULT_CODEC_LIMITS,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerCodec,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { ClientEnd, ServerEnd } from '@weft/sdk/testing';
import { corpus, mutate } from './bolt.inputs.ts';
import { hex } from './framed.inputs.ts';
import { type Choices, expectThat, FuzzLink, type FuzzTarget, feedAll } from './harness.ts';

const LIMITS = { ...DEFAULT_CODEC_LIMITS, maxFrameBytes: 20_000, maxHeadBytes: 2000, maxHeaderCount: 20 };
/** Small, so that frames of a few hundred bytes are cut through. */
const CONFIG = { max_gathered_frame_bytes: 128, max_requests_in_flight: 8, enable_bolt_goaway: true };
const MAX_ACTIVE = 8;
const OK = hex('6f6b');
const BODY = hex('010203');
const SILENT_HANDLER: ClientHandler = { onCredit() {}, onDraining() {}, onHeartbeat() {} };

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

/** Holds what a stream delivers to the order that it promises. */
class CheckedSink implements StreamSink {
  headSeen: boolean;
  #ended = false;
  #over = false;

  constructor(headSeen: boolean, ended: boolean) {
    this.headSeen = headSeen;
    this.#ended = ended;
  }

  onInformational(): void {
    expectThat(false, 'Bolt has no informational answers');
  }
  onHead(head: ResponseHead, end: boolean): void {
    expectThat(!this.headSeen && !this.#ended && !this.#over, 'one head, first');
    this.headSeen = true;
    this.#ended = end;
    visit(head);
  }
  onData(chunk: Uint8Array, end: boolean): void {
    expectThat(this.headSeen && !this.#ended && !this.#over, 'data between the head and the end');
    expectThat(chunk.length > 0 || end, 'no empty chunk');
    this.#ended = end;
  }
  onTrailers(): void {
    expectThat(false, 'Bolt has no trailers');
  }
  onReset(reason: number): void {
    expectThat(!this.#over && reason >= 1 && reason <= 7, 'one reset');
    this.#over = true;
  }
  onWritable(): void {
    expectThat(!this.#over, 'nothing follows a reset');
  }
}

function visit(head: RequestHead | ResponseHead): void {
  head.forEach((name, value) => {
    expectThat(typeof name === 'string' && typeof value === 'string', 'headers are text');
  });
}

/** Feeds the bytes, then sometimes FIN; a connection that refused takes bytes and drops them. */
function feed(codec: Codec, link: FuzzLink, data: Uint8Array, choices: Choices, turn: () => void): void {
  const left = feedAll(codec, link, data, choices, () => {
    turn();
    if (choices.next(2) === 0) link.drop();
    codec.onDrained();
    if (choices.next(2) === 0) link.readingPaused = false;
  });
  if (left < 0) {
    const count = codec.receive(Buffer.from(data), 0, data.length);
    expectThat(count === data.length, 'a refused connection takes bytes and drops them');
  } else if (!link.closed && choices.next(3) === 0) {
    try {
      codec.receiveEnd(left);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  codec.connectionClosed(ResetReason.CONNECTION_LOST);
  expectThat(codec.activeStreams === 0, 'no stream outlives its connection');
  link.end();
}

function asServer(data: Uint8Array, choices: Choices): void {
  const protocol = choices.next(2) === 0 ? bolt : boltv2;
  const link = new FuzzLink();
  const open: { stream: ServerStream; head: RequestHead }[] = [];
  const codec: ServerCodec = protocol.createServer(
    link,
    {
      onRequest(stream, head, end) {
        head.keep();
        stream.sink = new CheckedSink(true, end);
        expectThat(codec.activeStreams <= MAX_ACTIVE + 1, 'requests in flight are bounded');
        void [head.service, head.method, head.timeoutMs, head.get('x'), head.wireBytes];
        visit(head);
        open.push({ stream, head });
        if (choices.next(4) === 0) stream.sendLocalReply(head, { status: 503, code: 'overflow' });
      },
    },
    CONFIG,
    LIMITS,
  );
  codec.start();
  feed(codec, link, data, choices, () => {
    for (const { stream, head } of open.splice(0, choices.next(3))) {
      switch (choices.next(6)) {
        case 0:
          stream.sendHead(ANSWER, true);
          break;
        case 1:
          stream.sendHead(ANSWER, false);
          stream.sendData(OK, true);
          break;
        case 2:
          stream.sendHead(ANSWER, false);
          stream.sendData(OK.subarray(0, 1), false);
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
    if (choices.next(40) === 0) codec.goaway();
    if (choices.next(40) === 0) codec.onTimer();
  });
}

function asClient(data: Uint8Array, choices: Choices): void {
  const protocol = choices.next(2) === 0 ? bolt : boltv2;
  const link = new FuzzLink();
  const codec = protocol.createClient(link, SILENT_HANDLER, CONFIG, LIMITS);
  codec.start();
  const open: ClientStream[] = [];
  feed(codec, link, data, choices, () => {
    if (codec.credit() > 0) {
      const stream = codec.open(new CheckedSink(false, false));
      const partial = choices.next(5) === 0;
      stream.sendHead(choices.next(4) === 0 ? ONE_WAY : QUESTION, false);
      stream.sendData(BODY.subarray(0, 2), false);
      if (!partial) stream.sendData(BODY.subarray(2), true);
      open.push(stream);
    }
    if (choices.next(6) === 0) codec.heartbeat();
    if (choices.next(5) === 0) open.shift()?.reset(ResetReason.LOCAL_RESET);
    if (choices.next(5) === 0) open.shift()?.sendData(BODY.subarray(2), true);
    if (choices.next(40) === 0) codec.onTimer();
    expectThat(codec.activeStreams <= MAX_ACTIVE, 'requests in flight are bounded');
  });
}

export const boltTarget: FuzzTarget = {
  name: 'bolt',
  corpus,
  generate: mutate,
  /** The first byte chooses the side, the rest is what the peer sends. */
  execute(input, choices) {
    const bytes = input.subarray(1);
    if (((input[0] ?? 0) & 1) === 0) asServer(bytes, choices);
    else asClient(bytes, choices);
  },
};
