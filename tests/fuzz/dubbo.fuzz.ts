import { ProtocolError } from '@weft/kit';
import { DraftReader, DraftSkipper, Hessian2Reader, Hessian2Skipper } from '@weft/protocols/common/hessian';
import { dubbo } from '@weft/protocols/dubbo';
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
import { ANSWER as ANSWER_FRAME, corpus, mutate, ONE_WAY as ONE_WAY_FRAME, REQUEST } from './dubbo.inputs.ts';
import { type Choices, expectThat, FuzzLink, type FuzzTarget, feedAll } from './harness.ts';

const LIMITS = { ...DEFAULT_CODEC_LIMITS, maxFrameBytes: 20_000, maxHeadBytes: 2000 };
/** Small, so that frames of a few hundred bytes are cut through. */
const CONFIG = { max_gathered_frame_bytes: 128, max_requests_in_flight: 8, use_timeout_attachment: true };
const MAX_ACTIVE = 8;
const SILENT_HANDLER: ClientHandler = { onCredit() {}, onDraining() {}, onHeartbeat() {} };

function requestOf(frame: Buffer): { readonly head: RequestHead; readonly body: Buffer } {
  const server = new ServerEnd(dubbo as never, {});
  server.feed(frame);
  const { head, sink } = server.requests[0] as { head: RequestHead; sink: { body: Buffer } };
  return { head, body: sink.body };
}

const QUESTION = requestOf(REQUEST);
const ONE_WAY = requestOf(ONE_WAY_FRAME);

function answerOf(): { readonly head: ResponseHead; readonly body: Buffer } {
  const client = new ClientEnd(dubbo as never, {});
  const { sink } = client.call(QUESTION.head, QUESTION.body);
  client.feed(ANSWER_FRAME);
  return { head: sink.head as ResponseHead, body: sink.body };
}

const ANSWER = answerOf();

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
    expectThat(false, 'Dubbo has no informational answers');
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
    expectThat(false, 'Dubbo has no trailers');
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
  const link = new FuzzLink();
  const open: { stream: ServerStream; head: RequestHead }[] = [];
  const codec: ServerCodec = dubbo.createServer(
    link,
    {
      onRequest(stream, head, end) {
        head.keep();
        stream.sink = new CheckedSink(true, end);
        expectThat(codec.activeStreams <= MAX_ACTIVE + 1, 'requests in flight are bounded');
        void [head.service, head.method, head.timeoutMs, head.get('x'), head.wireBytes];
        visit(head);
        if (choices.next(2) === 0) head.set('a', 'b');
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
          stream.sendHead(ANSWER.head, true);
          break;
        case 1:
          stream.sendHead(ANSWER.head, false);
          stream.sendData(ANSWER.body, true);
          break;
        case 2:
          stream.sendHead(ANSWER.head, false);
          stream.sendData(ANSWER.body.subarray(0, 1), false);
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
  const link = new FuzzLink();
  const codec = dubbo.createClient(link, SILENT_HANDLER, CONFIG, LIMITS);
  codec.start();
  const open: ClientStream[] = [];
  feed(codec, link, data, choices, () => {
    if (codec.credit() > 0) {
      const stream = codec.open(new CheckedSink(false, false));
      const partial = choices.next(5) === 0;
      const { head, body } = choices.next(4) === 0 ? ONE_WAY : QUESTION;
      stream.sendHead(head, false);
      stream.sendData(body.subarray(0, 2), false);
      if (!partial) stream.sendData(body.subarray(2), true);
      open.push(stream);
    }
    if (choices.next(6) === 0) codec.heartbeat();
    if (choices.next(5) === 0) open.shift()?.reset(ResetReason.LOCAL_RESET);
    if (choices.next(5) === 0) open.shift()?.sendData(QUESTION.body.subarray(2), true);
    if (choices.next(40) === 0) codec.onTimer();
    expectThat(codec.activeStreams <= MAX_ACTIVE, 'requests in flight are bounded');
  });
}

/** Skipper and reader on the same bytes: what the skipper goes over the reader reads, up to the same byte. */
function asValue(data: Uint8Array, draft: boolean): void {
  const bytes = Buffer.from(data);
  const skipper = draft ? new DraftSkipper() : new Hessian2Skipper();
  const reader = draft ? new DraftReader(bytes) : new Hessian2Reader(bytes);
  const end = skipper.skip(bytes, 0, bytes.length);
  expectThat(end <= bytes.length, 'a position within the bytes');
  try {
    reader.read();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return;
  }
  expectThat(end === reader.position, 'what can be read can be skipped, and is as long');
}

export const dubboTarget: FuzzTarget = {
  name: 'dubbo',
  corpus,
  generate: mutate,
  /** The first byte chooses the side or the grammar, the rest is what the peer sends. */
  execute(input, choices) {
    const bytes = input.subarray(1);
    switch ((input[0] ?? 0) & 3) {
      case 0:
        asServer(bytes, choices);
        break;
      case 1:
        asClient(bytes, choices);
        break;
      default:
        asValue(bytes, ((input[0] ?? 0) & 1) === 1);
    }
  },
};
