/** What protocols of frames with ids have in common under fuzzing: both sides of a connection, fed by a peer that means no good. */
import { ProtocolError } from '@weft/kit';
import {
  type ClientHandler,
  type ClientStream,
  type Codec,
  DEFAULT_CODEC_LIMITS,
  type Protocol,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerCodec,
  type ServerHandler,
  type ServerStream,
} from '@weft/sdk';
import { ClientEnd, ServerEnd } from '@weft/sdk/testing';
import { type Choices, expectThat, FuzzLink, feedAll, loseConnection } from './harness.ts';
import { OrderedSink } from './ordered-sink.ts';

const LIMITS = { ...DEFAULT_CODEC_LIMITS, maxFrameBytes: 20_000, maxHeadBytes: 2000, maxHeaderCount: 20 };
const MAX_ACTIVE = 8;
const SILENT_HANDLER: ClientHandler = { onCredit() {}, onDraining() {}, onHeartbeat() {} };

export interface FramedSetUp {
  readonly protocol: Protocol;
  /** Beside the bound of requests in flight: small frames should be cut through, too. */
  readonly config: object;
  readonly request: Buffer;
  readonly oneWay: Buffer;
  /** To the first request of a client. */
  readonly answer: Buffer;
}

interface Message<Head> {
  readonly head: Head;
  readonly body: Buffer;
}

/** The two sides of `protocol`, each taking what its peer sends. */
export interface FramedSides {
  asServer(data: Uint8Array, choices: Choices): void;
  asClient(data: Uint8Array, choices: Choices): void;
}

/** Of protocols that have neither informational answers nor trailers. */
class FramedSink extends OrderedSink {
  override onInformational(): void {
    expectThat(false, 'no informational answers');
  }
  override onHead(head: ResponseHead, end: boolean): void {
    super.onHead(head, end);
    visit(head);
  }
  override onTrailers(): void {
    expectThat(false, 'no trailers');
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
  loseConnection(codec, link);
}

export function framedSides(setUp: FramedSetUp): FramedSides {
  const { protocol } = setUp;
  const config = { ...setUp.config, max_requests_in_flight: MAX_ACTIVE };

  function requestOf(frame: Buffer): Message<RequestHead> {
    const server = new ServerEnd(protocol, {});
    server.feed(frame);
    const { head, sink } = server.requests[0] as { head: RequestHead; sink: { body: Buffer } };
    return { head, body: sink.body };
  }

  const question = requestOf(setUp.request);
  const oneWay = requestOf(setUp.oneWay);
  const asked = new ClientEnd(protocol, {});
  const { sink } = asked.call(question.head, question.body);
  asked.feed(setUp.answer);
  const answer: Message<ResponseHead> = { head: sink.head as ResponseHead, body: sink.body };

  function asServer(data: Uint8Array, choices: Choices): void {
    const link = new FuzzLink();
    const open: { stream: ServerStream; head: RequestHead }[] = [];
    const handler: ServerHandler = {
      onRequest(stream, head, end) {
        head.keep();
        stream.sink = new FramedSink(false, end);
        expectThat(codec.activeStreams <= MAX_ACTIVE + 1, 'requests in flight are bounded');
        void [head.service, head.method, head.timeoutMs, head.get('x'), head.wireBytes];
        visit(head);
        if (choices.next(2) === 0) head.set('a', 'b');
        open.push({ stream, head });
        if (choices.next(4) === 0) stream.sendLocalReply(head, { status: 503, code: 'overflow' });
      },
    };
    if (choices.next(2) === 0)
      handler.onWholeRequest = (stream, head, bytes, start, end) => {
        expectThat(start >= 0 && start < end && end <= bytes.length, 'content lies in the bytes');
        handler.onRequest(stream, head, true);
      };
    const codec: ServerCodec = protocol.createServer(link, handler, config, LIMITS);
    codec.start();
    feed(codec, link, data, choices, () => {
      for (const { stream, head } of open.splice(0, choices.next(3))) {
        switch (choices.next(6)) {
          case 0:
            stream.sendHead(answer.head, true);
            break;
          case 1:
            if (stream.sendWhole !== undefined && choices.next(2) === 0)
              stream.sendWhole(answer.head, answer.body, 0, answer.body.length);
            else {
              stream.sendHead(answer.head, false);
              stream.sendData(answer.body, true);
            }
            break;
          case 2:
            stream.sendHead(answer.head, false);
            stream.sendData(answer.body.subarray(0, 1), false);
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
    const codec = protocol.createClient(link, SILENT_HANDLER, config, LIMITS);
    codec.start();
    const open: ClientStream[] = [];
    feed(codec, link, data, choices, () => {
      if (codec.credit() > 0) {
        const stream = codec.open(new FramedSink(true, false, choices.next(2) === 0));
        const partial = choices.next(5) === 0;
        const { head, body } = choices.next(4) === 0 ? oneWay : question;
        if (!partial && stream.sendWhole !== undefined && choices.next(2) === 0)
          stream.sendWhole(head, body, 0, body.length);
        else {
          stream.sendHead(head, false);
          stream.sendData(body.subarray(0, 2), false);
          if (!partial) stream.sendData(body.subarray(2), true);
        }
        open.push(stream);
      }
      if (choices.next(6) === 0) codec.heartbeat();
      if (choices.next(5) === 0) open.shift()?.reset(ResetReason.LOCAL_RESET);
      if (choices.next(5) === 0) open.shift()?.sendData(question.body.subarray(2), true);
      if (choices.next(40) === 0) codec.onTimer();
      expectThat(codec.activeStreams <= MAX_ACTIVE, 'requests in flight are bounded');
    });
  }

  return { asServer, asClient };
}
