import { ProtocolError } from '@weft/kit';
import { http1 } from '@weft/protocols/http1';
import {
  type ClientStream,
  type Codec,
  DEFAULT_CODEC_LIMITS,
  type HeaderMap,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerStream,
} from '@weft/sdk';
import {
  Choices,
  expectThat,
  FuzzFeeder,
  FuzzLink,
  type FuzzTarget,
  feedAll,
  loseConnection,
  turn,
} from './harness.ts';
import { converse, corpus, mutate } from './http1.inputs.ts';
import { OrderedSink } from './ordered-sink.ts';

const LIMITS = { ...DEFAULT_CODEC_LIMITS, maxHeadBytes: 4096, maxHeaderCount: 30, maxBodyBytes: 100_000 };
const ANSWERS: readonly Buffer[] = [
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx',
].map((text) => Buffer.from(text, 'latin1'));

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 127 || code > 255 || (code < 32 && code !== 9)) return true;
  }
  return false;
}

function visit(map: HeaderMap): void {
  map.forEach((name, value) => {
    const sound = /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && !/^[ \t]|[ \t]$/.test(value) && !hasControl(value);
    if (!sound) throw new Error(`bad field ${JSON.stringify([name, value])}`);
  });
}

/** Feeds in pieces; FIN comes behind them unless something was refused, which the result tells. */
function feed(codec: Codec, link: FuzzLink, data: Uint8Array, choices: Choices, meanwhile: () => void): boolean {
  const left = feedAll(codec, link, data, choices, meanwhile);
  if (left < 0) return false;
  try {
    if (!link.closed) codec.receiveEnd(left);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/** Whole: the plan of a reader that only judges. */
const AT_ONCE = new Choices();

interface Message {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  body: string;
  ended: boolean;
}

/** What a strict host makes of the bytes. */
function read(bytes: Uint8Array): { readonly messages: Message[]; readonly sound: boolean } {
  const messages: Message[] = [];
  const link = new FuzzLink();
  let due: (() => void) | null = null;
  const codec = http1.createServer(
    link,
    {
      onRequest(stream, head, end) {
        const message: Message = {
          method: head.method,
          path: head.path,
          authority: head.authority,
          body: '',
          ended: end,
        };
        messages.push(message);
        due = () => {
          if (message.ended || head.upgrade !== '')
            stream.sendLocalReply(head, { status: 200, code: 'direct_response' });
        };
        stream.sink = {
          onData(chunk, last) {
            message.body += Buffer.from(chunk).toString('latin1');
            message.ended = last;
          },
          onTrailers() {
            message.ended = true;
          },
          onHead() {},
          onInformational() {},
          onReset() {},
          onWritable() {},
        };
      },
    },
    { max_header_size: 16_384 },
    { ...LIMITS, maxHeadBytes: 16_384, maxHeaderCount: 60 },
  );
  codec.start();
  AT_ONCE.reset(bytes, 1);
  const sound = feed(codec, link, bytes, AT_ONCE, () => due?.());
  codec.connectionClosed(ResetReason.CONNECTION_LOST);
  link.end();
  return { messages, sound };
}

/**
 * Whatever a caller sends: what the codec puts on the wire towards the host must be read by a strict reader as the very
 * requests that were delivered, no more, no fewer, and nothing else.
 */
function asRelay(data: Uint8Array, choices: Choices): void {
  const down = new FuzzLink();
  const up = new FuzzLink();
  let sent = Buffer.alloc(0);
  const collect = (): void => {
    sent = Buffer.concat([sent, up.take()]);
  };
  const delivered: Message[] = [];
  let answerDue = false;
  const client = http1.createClient(up, { onCredit() {}, onDraining() {}, onHeartbeat() {} }, {}, LIMITS);
  const upFeeder = new FuzzFeeder();
  upFeeder.reset(client, up);
  const server = http1.createServer(
    down,
    {
      onRequest(stream: ServerStream, head: RequestHead, end: boolean) {
        visit(head);
        if (client.credit() === 0) {
          stream.sendLocalReply(head, { status: 503, code: 'overflow', close: true });
          return;
        }
        const message: Message = {
          method: head.method,
          path: head.path,
          authority: head.authority,
          body: '',
          ended: end,
        };
        delivered.push(message);
        const out = client.open({
          onInformational: (answer) => stream.sendInformational(answer),
          onHead: (answer, last) => stream.sendHead(answer, last),
          onData: (chunk, last) => stream.sendData(chunk, last),
          onTrailers: (trailers) => stream.sendTrailers(trailers),
          onReset: () => stream.reset(ResetReason.LOCAL_RESET),
          onWritable() {},
        });
        stream.sink = {
          onData(chunk, last) {
            // Behind a CONNECT that succeeded the bytes are a tunnel's.
            if (head.upgrade === '') message.body += Buffer.from(chunk).toString('latin1');
            message.ended = last;
            answerDue ||= last && head.upgrade === '';
            out.sendData(chunk, last);
          },
          onTrailers(trailers) {
            message.ended = true;
            answerDue = true;
            out.sendTrailers(trailers);
          },
          onReset() {
            collect();
            out.reset(ResetReason.LOCAL_RESET);
          },
          onHead() {},
          onInformational() {},
          onWritable() {},
        };
        out.sendHead(head, end);
        answerDue = end || head.upgrade !== '';
      },
    },
    {},
    LIMITS,
  );
  server.start();
  client.start();
  feed(server, down, data, choices, () => {
    if (!answerDue) return;
    answerDue = false;
    collect();
    const answer = ANSWERS[choices.next(ANSWERS.length)] as Buffer;
    upFeeder.feed(answer, 0, answer.length);
  });
  collect();
  server.connectionClosed(ResetReason.CONNECTION_LOST);
  client.connectionClosed(ResetReason.CONNECTION_LOST);
  collect();
  down.end();
  up.end();
  expectThat(server.activeStreams === 0 && client.activeStreams === 0, 'streams left');
  const { messages, sound } = read(sent);
  const text = (): string =>
    `${JSON.stringify(sent.toString('latin1'))}: ${JSON.stringify(messages)} instead of ${JSON.stringify(delivered)}`;
  expectThat(sound, `refused ${text()}`);
  expectThat(messages.length === delivered.length, text());
  for (let i = 0; i < messages.length; i++) {
    const got = messages[i] as Message;
    const meant = delivered[i] as Message;
    const same = got.method === meant.method && got.path === meant.path && got.authority === meant.authority;
    expectThat(
      same &&
        (meant.ended ? got.body === meant.body : meant.body.startsWith(got.body) && !(got.ended && got.body !== '')),
      text(),
    );
  }
}

const BULK = Buffer.alloc(30_000, 0x2e);

/** Plays an engine that does what it likes with what a stream delivers. */
class LivelySink extends OrderedSink {
  readonly #choices: Choices;

  constructor(choices: Choices, client: boolean, ended: boolean) {
    super(client, ended);
    this.#choices = choices;
  }

  override onHead(head: ResponseHead, end: boolean): void {
    super.onHead(head, end);
    visit(head);
    this.#act(EMPTY, false);
  }
  override onData(chunk: Uint8Array, end: boolean): void {
    super.onData(chunk, end);
    this.#act(chunk, end);
  }
  override onTrailers(trailers: HeaderMap): void {
    super.onTrailers(trailers);
    visit(trailers);
    this.stream?.sendTrailers(trailers);
  }
  #act(chunk: Uint8Array, end: boolean): void {
    const stream = this.stream;
    if (stream === null) return;
    switch (this.#choices.next(10)) {
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
        stream.sendData(BULK, end);
        break;
      case 4:
        stream.sendData(EMPTY, true);
        break;
      default:
        stream.sendData(chunk, end);
    }
  }
}

const EMPTY = Buffer.alloc(0);

function asServer(data: Uint8Array, choices: Choices): void {
  const link = new FuzzLink();
  let waiting: (() => void) | null = null;
  const codec = http1.createServer(
    link,
    {
      onRequest(stream, head, end) {
        visit(head);
        if (/[\0- \x7f]/.test(head.method + head.path + head.authority)) throw new Error('bad request line');
        head.keep();
        const sink = new LivelySink(choices, false, end);
        sink.stream = stream;
        stream.sink = sink;
        const answer = (): void => {
          waiting = null;
          switch (choices.next(7)) {
            case 0:
              stream.sendLocalReply(head, {
                status: [200, 204, 404, 101][choices.next(4)] as number,
                code: 'filter',
                body: 'x'.repeat(choices.next(200)),
                close: choices.next(9) === 0,
              });
              break;
            case 1:
              stream.sendInformational(HINTS);
              stream.sendHead(ANSWER, true);
              break;
            case 2:
              stream.reset(ResetReason.REFUSED);
              break;
            case 3:
              head.set('x-a', 'edited');
              head.add('x-b', 'a\r\nb');
              head.remove('cookie');
              stream.sendHead(CHUNKED_ANSWER, false);
              stream.sendData(BULK, false);
              stream.sendTrailers(head);
              break;
            case 4:
              stream.sendHead(SWITCH, false);
              break;
            default:
              stream.sendHead(CHUNKED_ANSWER, false);
              stream.sendData(BULK.subarray(0, choices.next(200)), choices.next(2) === 0);
          }
        };
        if (choices.next(2) === 0) answer();
        else waiting = answer;
      },
    },
    {},
    LIMITS,
  );
  codec.start();
  feed(codec, link, data, choices, () => {
    turn(codec, link, choices);
    if (choices.next(3) !== 0) waiting?.();
  });
  loseConnection(codec, link);
}

function asClient(data: Uint8Array, choices: Choices): void {
  const link = new FuzzLink();
  const codec = http1.createClient(link, { onCredit() {}, onDraining() {}, onHeartbeat() {} }, {}, LIMITS);
  codec.start();
  const ask = (): void => {
    if (codec.credit() === 0) return;
    const sink = new LivelySink(choices, true, false);
    const stream: ClientStream = codec.open(sink);
    const question = QUESTIONS[choices.next(QUESTIONS.length)] as RequestHead;
    stream.sendHead(question, question.contentLength < 0 && question.upgrade === '');
    if (choices.next(4) !== 0) stream.sendData(Buffer.from('hello'), true);
    sink.stream = stream;
  };
  ask();
  feed(codec, link, data, choices, () => {
    turn(codec, link, choices);
    ask();
  });
  loseConnection(codec, link);
}

const text = (bytes: string): Buffer => Buffer.from(bytes, 'latin1');

/** Heads that the engine's side sends are ones that the codecs decoded. */
function requestHead(bytes: string): RequestHead {
  let found: RequestHead | null = null;
  const codec = http1.createServer(
    new FuzzLink(),
    {
      onRequest(_stream, head) {
        head.keep();
        found = head;
      },
    },
    {},
    LIMITS,
  );
  codec.start();
  const buffer = text(bytes);
  codec.receive(buffer, 0, buffer.length);
  if (found === null) throw new Error('no head');
  return found;
}

const QUESTIONS: readonly RequestHead[] = [
  requestHead('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
  requestHead('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n'),
  requestHead('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n'),
  requestHead('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
  requestHead('CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n'),
];

function responseHead(bytes: string, question: RequestHead): ResponseHead {
  let found: ResponseHead | null = null;
  const keep = (head: ResponseHead): void => {
    head.keep();
    found = head;
  };
  const codec = http1.createClient(new FuzzLink(), { onCredit() {}, onDraining() {}, onHeartbeat() {} }, {}, LIMITS);
  codec
    .open({ onInformational: keep, onHead: keep, onData() {}, onTrailers() {}, onReset() {}, onWritable() {} })
    .sendHead(question, question.upgrade === '');
  const buffer = text(bytes);
  codec.receive(buffer, 0, buffer.length);
  if (found === null) throw new Error('no head');
  return found;
}

const ANSWER = responseHead('HTTP/1.1 204 No Content\r\nX: y\r\n\r\n', QUESTIONS[0] as RequestHead);
const CHUNKED_ANSWER = responseHead(
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  QUESTIONS[0] as RequestHead,
);
const HINTS = responseHead('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n', QUESTIONS[0] as RequestHead);
const SWITCH = responseHead(
  'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
  QUESTIONS[3] as RequestHead,
);

export const http1Target: FuzzTarget = {
  name: 'http1',
  corpus,
  generate: (random) => (random.below(2) === 0 ? mutate(random) : converse(random)),
  /** The first byte chooses the side, the rest is what the peer sends. */
  execute(input, choices) {
    const bytes = input.subarray(1);
    switch ((input[0] ?? 0) % 3) {
      case 0:
        asRelay(bytes, choices);
        break;
      case 1:
        asServer(bytes, choices);
        break;
      default:
        asClient(bytes, choices);
    }
  },
};
