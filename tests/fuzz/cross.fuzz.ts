import { ProtocolError } from '@weft/kit';
import { http1 } from '@weft/protocols/http1';
import { http2 } from '@weft/protocols/http2';
import {
  type ClientCodec,
  type ClientStream,
  DEFAULT_CODEC_LIMITS,
  PlainResponseHead,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerCodec,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { type Choices, expectThat, FuzzFeeder, FuzzLink, type FuzzTarget, feedAll } from './harness.ts';
import * as ofHttp1 from './http1.inputs.ts';
import { corpus as http2Corpus } from './http2.corpus.ts';
import * as ofHttp2 from './http2.inputs.ts';

/**
 * Callers of one version of HTTP, hosts of another. Whatever a caller sends: the bytes that go to the host must be read
 * there, by a codec that is strict, as the very requests that were delivered here. A host that refuses what we sent is a
 * failure; so is a request more, a request less, or another body.
 */
type Http = typeof http1 | typeof http2;

const LIMITS = { ...DEFAULT_CODEC_LIMITS, maxHeadBytes: 4096, maxHeaderCount: 30, maxBodyBytes: 100_000 };
/** What we add must not be what the host refuses. */
const HOST_LIMITS = { ...DEFAULT_CODEC_LIMITS, maxHeadBytes: 65_536, maxHeaderCount: 200, maxStreams: 1000 };
const HOST_CONFIG = { max_header_size: 65_536 };
const SILENT = { onCredit() {}, onDraining() {}, onHeartbeat() {} };
const BODY = Buffer.from('an answer');
const MAX_ROUNDS = 1000;

interface Message {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  body: string;
  ended: boolean;
  /** Given up by the caller or refused before it was complete. */
  reset: boolean;
}

function messageOf(head: RequestHead, end: boolean): Message {
  return { method: head.method, path: head.path, authority: head.authority, body: '', ended: end, reset: false };
}

function noteBody(message: Message, chunk: Uint8Array, end: boolean): void {
  expectThat(!message.ended && !message.reset, 'nothing follows the end of a request');
  message.body += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
  message.ended = end;
}

/** A connection to a host and the host itself. */
class HostSide {
  readonly #protocol: Http;
  readonly #choices: Choices;
  readonly #clientLink = new FuzzLink();
  readonly #hostLink = new FuzzLink();
  readonly #toClient = new FuzzFeeder();
  readonly #toHost = new FuzzFeeder();
  readonly #host: ServerCodec;
  readonly client: ClientCodec;
  /** What the host read. */
  readonly read: Message[] = [];
  /** What was meant for it. */
  readonly meant: Message[] = [];

  constructor(protocol: Http, choices: Choices) {
    this.#protocol = protocol;
    this.#choices = choices;
    this.client = protocol.createClient(this.#clientLink, SILENT, {}, LIMITS);
    this.#host = protocol.createServer(this.#hostLink, this, HOST_CONFIG, HOST_LIMITS);
    this.#toClient.reset(this.client, this.#clientLink);
    this.#toHost.reset(this.#host, this.#hostLink);
    this.client.start();
    this.#host.start();
    this.pump();
  }

  onRequest(stream: ServerStream, head: RequestHead, end: boolean): void {
    const message = messageOf(head, end);
    this.read.push(message);
    head.keep();
    let answered = false;
    const answer = (): void => {
      if (answered) return;
      answered = true;
      if (this.#choices.next(4) === 0) {
        stream.sendLocalReply(head, { status: 404, code: 'filter', body: 'none' });
        return;
      }
      stream.sendHead(ANSWER, false);
      stream.sendData(BODY, this.#choices.next(2) === 0);
      stream.sendData(BODY.subarray(0, 0), true);
    };
    const over = (): void => {
      message.reset = true;
      answered = true;
    };
    stream.sink = {
      onData(chunk, last) {
        noteBody(message, chunk, last);
        if (last) answer();
      },
      onTrailers() {
        message.ended = true;
        answer();
      },
      onReset: over,
      onHead() {},
      onInformational() {},
      onWritable() {},
    };
    if (end) answer();
  }

  /** Carries bytes in both directions until nothing moves. */
  pump(): void {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const question = this.#clientLink.take();
      const answer = this.#hostLink.take();
      if (question.length === 0 && answer.length === 0) return;
      this.client.onDrained();
      this.#host.onDrained();
      try {
        this.#toHost.feed(question, 0, question.length);
      } catch (error) {
        if (error instanceof ProtocolError)
          throw new Error('contract: the host refuses what we sent', { cause: error });
        throw error;
      }
      this.#toClient.feed(answer, 0, answer.length);
    }
    expectThat(false, 'the two ends of a connection come to rest');
  }

  end(): void {
    this.pump();
    expectThat(this.#hostLink.closed || this.#toHost.unconsumedBytes === 0 || this.#unfinished(), 'no bytes too many');
    this.client.connectionClosed(ResetReason.CONNECTION_LOST);
    this.#host.connectionClosed(ResetReason.CONNECTION_LOST);
    expectThat(this.client.activeStreams === 0 && this.#host.activeStreams === 0, 'no stream outlives its connection');
    this.#clientLink.end();
    this.#hostLink.end();
    this.#compare();
  }

  #unfinished(): boolean {
    return this.meant.some((message) => !message.ended);
  }

  #compare(): void {
    // A request that was reset in the tick in which it began may have left nothing.
    let at = 0;
    for (const meant of this.meant) {
      const got = this.read[at];
      const same =
        got !== undefined &&
        got.method === meant.method &&
        got.path === meant.path &&
        got.authority === meant.authority &&
        (meant.ended && !meant.reset
          ? got.body === meant.body && got.ended
          : meant.body.startsWith(got.body) && !(got.ended && got.body !== meant.body));
      if (same) at++;
      else if (!meant.reset)
        throw new Error(
          `contract: ${this.#protocol.name} host read ${JSON.stringify(this.read)} where ${JSON.stringify(this.meant)} was meant`,
        );
    }
    expectThat(at === this.read.length, `the host reads no request more: ${JSON.stringify(this.read.slice(at))}`);
  }
}

/** The caller's side: each request goes to the host of its connection, as the engine would do it without filters. */
function relay(from: Http, to: Http, data: Uint8Array, choices: Choices): void {
  const link = new FuzzLink();
  const hosts: HostSide[] = [];
  const hostFor = (): HostSide => {
    const free = hosts.find((host) => host.client.credit() > 0);
    if (free !== undefined) return free;
    const host = new HostSide(to, choices);
    hosts.push(host);
    return host;
  };
  const server = from.createServer(
    link,
    {
      onRequest(stream: ServerStream, head: RequestHead, end: boolean) {
        // The engine has tunnels of its own; here only messages pass.
        if (head.upgrade !== '' || hosts.length >= 20) {
          stream.sendLocalReply(head, { status: 501, code: 'filter', close: true });
          return;
        }
        const host = hostFor();
        const message = messageOf(head, end);
        host.meant.push(message);
        const out: ClientStream = host.client.open(towardsCaller(stream, message));
        stream.sink = {
          onData(chunk, last) {
            noteBody(message, chunk, last);
            out.sendData(chunk, last);
          },
          onTrailers(trailers) {
            message.ended = true;
            out.sendTrailers(trailers);
          },
          onReset() {
            message.reset = true;
            out.reset(ResetReason.LOCAL_RESET);
          },
          onHead() {},
          onInformational() {},
          onWritable() {},
        };
        out.sendHead(head, end);
      },
    },
    {},
    LIMITS,
  );
  server.start();
  const left = feedAll(server, link, data, choices, () => {
    for (const host of hosts) host.pump();
    link.drop();
    server.onDrained();
    link.readingPaused = false;
  });
  if (left >= 0 && !link.closed && choices.next(2) === 0) endOf(server, left);
  for (const host of hosts) host.pump();
  server.connectionClosed(ResetReason.CONNECTION_LOST);
  expectThat(server.activeStreams === 0, 'no stream outlives its connection');
  link.end();
  for (const host of hosts) host.end();
}

function endOf(server: ServerCodec, unconsumed: number): void {
  try {
    server.receiveEnd(unconsumed);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}

function towardsCaller(stream: ServerStream, message: Message): StreamSink {
  return {
    onInformational: (head: ResponseHead) => stream.sendInformational(head),
    onHead: (head, last) => stream.sendHead(head, last),
    onData: (chunk, last) => stream.sendData(chunk, last),
    onTrailers: (trailers) => stream.sendTrailers(trailers),
    onReset() {
      // What has no form in the other version is refused whole.
      message.reset = true;
      stream.reset(ResetReason.LOCAL_RESET);
    },
    onWritable() {},
  };
}

/** A head of neither version: both encode it field by field. */
const ANSWER: ResponseHead = new PlainResponseHead('Http1', 'http', 200, {}, [
  ['x-a', '1'],
  ['set-cookie', 'a=b'],
]);

const PAIRS: readonly (readonly [from: Http, to: Http])[] = [
  [http1, http2],
  [http2, http1],
  [http1, http1],
  [http2, http2],
];

/** The first byte says how: what comes behind it is for the first of the pair. */
export const crossTarget: FuzzTarget = {
  name: 'cross',
  corpus: [
    ...ofHttp1.corpus.filter((entry) => entry[0] === 0),
    ...http2Corpus
      .filter((entry) => entry[0] === 0)
      .map((entry) => Buffer.concat([Buffer.from([1]), entry.subarray(1)])),
  ],
  generate(random) {
    const pair = random.below(3) === 0 ? 2 + random.below(2) : random.below(2);
    const inputs = pair % 2 === 0 ? ofHttp1 : ofHttp2;
    for (;;) {
      const made = random.below(3) === 0 ? inputs.mutate(random) : inputs.converse(random);
      // What a host would say is for others.
      if (made[0] !== 0) continue;
      made[0] = pair;
      return made;
    }
  },
  execute(input, choices) {
    const [from, to] = PAIRS[(input[0] as number) % PAIRS.length] as (typeof PAIRS)[number];
    relay(from, to, input.subarray(1), choices);
  },
};
