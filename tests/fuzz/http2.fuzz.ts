import { http2 } from '@weft/protocols/http2';
import {
  type ClientStream,
  type Codec,
  DEFAULT_CODEC_LIMITS,
  type HeaderMap,
  type Protocol,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerHandler,
  type ServerStream,
} from '@weft/sdk';
import { Choices, FuzzLink, type FuzzTarget, feedAll, loseConnection, turn } from './harness.ts';
import { captures, corpus } from './http2.corpus.ts';
import { converse, mutate } from './http2.inputs.ts';
import { OrderedSink } from './ordered-sink.ts';

const LIMITS = { ...DEFAULT_CODEC_LIMITS, maxHeadBytes: 8192, maxBodyBytes: 100_000 };

const BULK = Buffer.alloc(30_000, 0x2e);

/** Plays an engine that does what it likes with what a stream delivers. */
class LivelySink extends OrderedSink {
  readonly #choices: Choices;

  constructor(choices: Choices, client: boolean, ended = false, takesWholes = false) {
    super(client, ended, takesWholes);
    this.#choices = choices;
  }

  override onHead(head: ResponseHead, end: boolean): void {
    super.onHead(head, end);
    visit(head);
    void [head.contentLength, head.applicationError, head.nativeStatus, head.switchesProtocol];
  }
  override onData(chunk: Uint8Array, end: boolean): void {
    super.onData(chunk, end);
    const stream = this.stream;
    if (stream === null) return;
    switch (this.#choices.next(8)) {
      case 0:
        stream.pause();
        break;
      case 1:
        stream.resume();
        break;
      case 2:
        this.reset();
        break;
      case 3:
        // More than any window.
        stream.sendData(BULK, end);
        if (stream.bufferedBytes < 0 || stream.bufferedBytes > 200 * BULK.length)
          throw new Error(`bufferedBytes ${stream.bufferedBytes}`);
        break;
      default:
        stream.sendData(chunk, end);
    }
  }
  override onTrailers(trailers: HeaderMap): void {
    super.onTrailers(trailers);
    visit(trailers);
    this.stream?.sendTrailers(trailers);
  }
}

function visit(map: HeaderMap): void {
  map.forEach((name, value) => {
    if (name === '' || name.startsWith(':') || /[\0\r\n]/.test(name + value) || name !== name.toLowerCase())
      throw new Error(`bad field ${JSON.stringify([name, value])}`);
  });
}

function feed(codec: Codec, link: FuzzLink, data: Uint8Array, choices: Choices): void {
  feedAll(codec, link, data, choices, () => turn(codec, link, choices));
  loseConnection(codec, link);
}

/** `protocol` speaks HTTP/2, perhaps with heads of its own. */
export function asServer(data: Uint8Array, choices: Choices, protocol: Protocol = http2): void {
  const link = new FuzzLink();
  const handler: ServerHandler = {
    onRequest(stream: ServerStream, head: RequestHead, end: boolean) {
      visit(head);
      if (head.method === '' || /[\0- ]/.test(head.method + head.path + head.authority))
        throw new Error('bad request line');
      const sink = new LivelySink(choices, false, end);
      sink.stream = stream;
      stream.sink = sink;
      void [
        head.contentLength,
        head.expectsContinue,
        head.service,
        head.timeoutMs,
        head.upgrade,
        head.idempotent,
        head.get('cookie'),
        head.getAll('x-a'),
      ];
      switch (choices.next(8)) {
        case 0:
          stream.sendLocalReply(head, {
            status: 404,
            code: 'route_not_found',
            body: 'x'.repeat(choices.next(200)),
            close: choices.next(9) === 0,
          });
          break;
        case 1:
          stream.sendInformational(HINTS);
          stream.sendHead(ANSWER, end);
          break;
        case 2:
          stream.reset(ResetReason.REFUSED);
          break;
        case 3:
          // Back where it came from, edited, as trailers of a long answer.
          head.set('x-a', 'edited');
          head.add('x-b', 'a\r\nb');
          head.remove('cookie');
          stream.sendHead(ANSWER, false);
          stream.sendData(BULK, false);
          stream.sendData(BULK, false);
          stream.sendTrailers(head);
          break;
        case 4:
          if (stream.sendWhole !== undefined) stream.sendWhole(ANSWER, BULK, 0, 1 + choices.next(BULK.length));
          break;
        default:
          stream.sendHead(ANSWER, false);
      }
    },
  };
  if (choices.next(2) === 0) {
    handler.onWholeRequest = (stream, head, bytes, start, end) => {
      handler.onRequest(stream, head, false);
      if (stream.sink instanceof LivelySink) stream.sink.takeContent(bytes, start, end);
    };
  }
  const codec = protocol.createServer(link, handler, {}, LIMITS);
  codec.start();
  feed(codec, link, data, choices);
}

function asClient(data: Uint8Array, choices: Choices): void {
  const link = new FuzzLink();
  const codec = http2.createClient(link, { onCredit() {}, onDraining() {}, onHeartbeat() {} }, {}, LIMITS);
  codec.start();
  for (let i = 0; i < 5; i++) {
    const sink = new LivelySink(choices, true, false, choices.next(2) === 0);
    const stream: ClientStream = codec.open(sink);
    sink.stream = stream;
    if (i === 4 && stream.sendWhole !== undefined) stream.sendWhole(QUESTION, BULK, 0, BULK.length);
    else stream.sendHead(QUESTION, i < 3);
  }
  feed(codec, link, data, choices);
}

let QUESTION!: RequestHead;
let ANSWER!: ResponseHead;
let HINTS!: ResponseHead;

export const http2Target: FuzzTarget = {
  name: 'http2',
  corpus,
  generate: (random) => (random.below(3) === 0 ? mutate(random) : converse(random)),
  /** The first byte chooses the side, the rest is what the peer sends. */
  execute(input, choices) {
    const bytes = input.subarray(1);
    if (((input[0] ?? 0) & 1) === 0) asServer(bytes, choices);
    else asClient(bytes, choices);
  },
};

/** The heads that the engine's side sends are ones that the codecs decoded. */
function prepare(): void {
  const link = new FuzzLink();
  const server = http2.createServer(
    link,
    {
      onRequest(_stream, head) {
        QUESTION ??= head;
      },
    },
    {},
    LIMITS,
  );
  server.start();
  const hello = Buffer.from(captures[0]?.toServer ?? '', 'hex');
  server.receive(hello, 0, hello.length);
  const client = http2.createClient(new FuzzLink(), { onCredit() {}, onDraining() {}, onHeartbeat() {} }, {}, LIMITS);
  client.start();
  const sink = new LivelySink(new Choices(), true);
  sink.onHead = (head) => {
    ANSWER ??= head;
  };
  sink.onInformational = (head) => {
    HINTS ??= head;
  };
  sink.onData = () => {};
  sink.onTrailers = () => {};
  for (let i = 0; i < 5; i++) client.open(sink).sendHead(QUESTION, true);
  const answer = Buffer.from(captures[0]?.toClient ?? '', 'hex');
  client.receive(answer, 0, answer.length);
  if (QUESTION === undefined || ANSWER === undefined || HINTS === undefined)
    throw new Error('the captures give no heads');
}
prepare();
