import { tcp } from '@weft/protocols/tcp';
import {
  type ClientCodec,
  type ClientStream,
  type Codec,
  DEFAULT_CODEC_LIMITS,
  PlainHeaders,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerCodec,
  type ServerStream,
  type StreamBase,
  type StreamSink,
} from '@weft/sdk';
import { type Choices, expectThat, FuzzFeeder, FuzzLink, type FuzzTarget } from './harness.ts';
import { corpus, generate, OPERATIONS, Op } from './tcp.inputs.ts';

/** What passes in either direction is a piece of this: a byte tells its place. */
const STREAM = Uint8Array.from({ length: 1 << 15 }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
const REPLIES = [
  { status: 503, code: 'overflow' },
  { status: 200, code: 'direct_response', body: 'hello' },
] as const;
const SILENT = { onCredit() {}, onDraining() {}, onHeartbeat() {} };
const NOTHING = new Uint8Array(0);
const NO_TRAILERS = new PlainHeaders();
const feeder = new FuzzFeeder();

/** What a connection that only carries bytes must have delivered: everything, in order, and one end. */
class Model implements StreamSink {
  delivered = 0;
  ended = false;
  over = false;
  /** Ended in both directions. */
  done = false;
  heads = 0;

  onInformational(): void {
    expectThat(false, 'no informational answers');
  }
  onHead(_head: ResponseHead, end: boolean): void {
    expectThat(this.heads === 0 && this.delivered === 0 && !end && !this.over, 'one head, first');
    this.heads++;
  }
  onData(chunk: Uint8Array, end: boolean): void {
    expectThat(!this.ended && !this.over, 'nothing follows the end');
    expectThat(chunk.length > 0 || end, 'no empty chunk');
    expectThat(isPiece(chunk, this.delivered), 'the very bytes that arrived');
    this.delivered += chunk.length;
    this.ended = end;
  }
  onTrailers(): void {
    expectThat(false, 'no trailers');
  }
  onReset(reason: number): void {
    expectThat(!this.over && reason >= 1 && reason <= 7, 'one reset');
    this.over = true;
  }
  onWritable(): void {
    expectThat(!this.over && !this.done, 'nobody is woken behind the end');
  }
}

function isPiece(bytes: Uint8Array, from: number): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== STREAM[from + i]) return false;
  return true;
}

/** One connection, and what the model knows of it. */
class Conversation {
  readonly #link = new FuzzLink();
  readonly #sink = new Model();
  readonly #choices: Choices;
  readonly #server: ServerCodec | null = null;
  readonly #client: ClientCodec | null = null;
  readonly #codec: Codec;
  #serverStream: ServerStream | null = null;
  #clientStream: ClientStream | null = null;
  #head: RequestHead | null = null;
  /** Bytes that the peer sent, that our side sent while it could, and of these the ones that have left. */
  #arrived = 0;
  #sent = 0;
  #left = 0;
  #arrivedEnd = false;
  #sentEnd = false;

  constructor(server: boolean, choices: Choices) {
    this.#choices = choices;
    if (server) {
      this.#server = tcp.createServer(this.#link, this, {}, DEFAULT_CODEC_LIMITS);
      this.#codec = this.#server;
      this.#server.start();
      expectThat(this.#serverStream !== null && this.#codec.activeStreams === 1, 'the connection is the request');
    } else {
      this.#client = tcp.createClient(this.#link, SILENT, {}, DEFAULT_CODEC_LIMITS);
      this.#codec = this.#client;
      this.#client.start();
      expectThat(this.#client.credit() === 1 && this.#codec.activeStreams === 0, 'one stream may be opened');
    }
    feeder.reset(this.#codec, this.#link);
  }

  onRequest(stream: ServerStream, head: RequestHead, end: boolean): void {
    expectThat(this.#serverStream === null, 'one request');
    expectThat(!end && head.family === 'raw' && head.contentLength === -1, 'a head that says nothing');
    this.#serverStream = stream;
    this.#head = head;
    stream.sink = this.#sink;
  }

  get #open(): boolean {
    return this.#codec.activeStreams === 1;
  }

  get #stream(): StreamBase | null {
    return this.#serverStream ?? this.#clientStream;
  }

  operate(op: number, argument: number): void {
    const stream = this.#stream;
    if (op === Op.ARRIVE) this.#arrive(argument * (1 + this.#choices.next(8)));
    else if (op === Op.ARRIVE_END) this.#arriveEnd();
    else if (op === Op.DRAIN) this.#drain();
    else if (op === Op.TIMER) this.#codec.onTimer();
    else if (op === Op.GOAWAY) this.#goaway();
    else if (op === Op.OPEN) this.#openStream();
    else if (stream !== null) this.#act(stream, op, argument);
    this.#check();
  }

  /** What the engine does with its stream. */
  #act(stream: StreamBase, op: number, argument: number): void {
    const link = this.#link;
    const open = this.#open;
    switch (op) {
      case Op.SEND: {
        const end = Math.min(STREAM.length, this.#sent + argument * (1 + this.#choices.next(40)));
        const before = link.out.length;
        const chunk = Buffer.from(STREAM.subarray(this.#sent, end));
        stream.sendData(chunk, false);
        // It was borrowed.
        chunk.fill(0);
        const took = link.out.length - before;
        expectThat(took === (open && !this.#sentEnd ? chunk.length : 0), 'all is sent, or nothing where the end was');
        this.#sent += took;
        expectThat(stream.bufferedBytes === link.pendingBytes, 'what waits is told');
        break;
      }
      case Op.SEND_END:
        stream.sendData(NOTHING, true);
        this.#sentEnd ||= open;
        break;
      case Op.TRAILERS:
        stream.sendTrailers(NO_TRAILERS);
        this.#sentEnd ||= open;
        break;
      case Op.PAUSE:
        expectThat(stream.pause() === open && (!open || link.readingPaused), 'an open stream can be paused');
        break;
      case Op.RESUME:
        stream.resume();
        expectThat(!open || !link.readingPaused, 'and goes on');
        feeder.offer();
        break;
      case Op.RESET:
        stream.reset(ResetReason.LOCAL_RESET);
        expectThat(!open || link.wasReset, 'a reset stream is a reset connection');
        if (open) this.#sent = this.#left;
        break;
      case Op.LOCAL_REPLY:
        if (this.#serverStream !== null && this.#head !== null) this.#reply(this.#serverStream, this.#head, argument);
        break;
      default:
        break;
    }
  }

  #reply(stream: ServerStream, head: RequestHead, argument: number): void {
    const reply = REPLIES[argument & 1] as (typeof REPLIES)[number];
    const open = this.#open;
    const before = this.#link.out.length;
    stream.sendLocalReply(head, reply);
    const body = open && 'body' in reply ? reply.body.length : 0;
    expectThat(this.#link.out.length - before === body, 'a reply is its body');
    expectThat(this.#link.closed || !open, 'a reply ends the connection');
  }

  #arrive(count: number): void {
    if (this.#arrivedEnd) return;
    const end = Math.min(STREAM.length, this.#arrived + count);
    while (this.#arrived < end && !this.#link.closed) {
      const to = this.#arrived + this.#choices.piece(end - this.#arrived);
      feeder.feed(STREAM, this.#arrived, to);
      this.#arrived = to;
    }
  }

  /** FIN is behind the bytes: it comes when they were taken. */
  #arriveEnd(): void {
    if (this.#arrivedEnd || this.#stream === null || feeder.unconsumedBytes > 0 || this.#link.closed) return;
    this.#arrivedEnd = true;
    const open = this.#open;
    this.#codec.receiveEnd(0);
    expectThat(!open || this.#sink.ended, 'the end is delivered');
  }

  #drain(): void {
    const bytes = this.#link.take();
    const ours = this.#sent - this.#left;
    expectThat(bytes.length >= ours && isPiece(bytes.subarray(0, ours), this.#left), 'the very bytes that were sent');
    this.#left = this.#sent;
    this.#codec.onDrained();
  }

  #goaway(): void {
    const open = this.#open;
    this.#codec.goaway();
    expectThat(open === this.#open && (open || this.#link.closed), 'an open stream goes on, an idle connection ends');
  }

  #openStream(): void {
    const client = this.#client;
    if (client === null || client.credit() === 0 || this.#link.closed) return;
    const stream = client.open(this.#sink);
    this.#clientStream = stream;
    stream.sendHead(HEAD, false);
    expectThat(this.#sink.heads === 1 && client.credit() === 0, 'the answer begins at once, and there is no second');
    feeder.offer();
  }

  #check(): void {
    const link = this.#link;
    const taken = this.#arrived - feeder.unconsumedBytes;
    if (this.#open) {
      expectThat(this.#sink.delivered === taken, 'everything that arrived is delivered');
      expectThat(
        this.#stream === null || link.readingPaused || link.closed || taken === this.#arrived,
        'nothing waits',
      );
      expectThat(link.writeShutDown === this.#sentEnd, 'FIN is passed on, once');
      expectThat(!(this.#sentEnd && this.#sink.ended), 'a stream that ended both ways is over');
      expectThat(!link.wasReset, 'no reset by itself');
    } else if (this.#stream !== null) {
      this.#sink.done = true;
      expectThat(link.closed || this.#sink.over, 'no connection outlives its stream');
    }
  }

  /** The connection is gone, whatever was going on. */
  lose(reason: ResetReason): void {
    const open = this.#open;
    this.#drain();
    this.#codec.connectionClosed(reason);
    expectThat(this.#codec.activeStreams === 0, 'no stream outlives its connection');
    expectThat(this.#sink.over === open, 'who has an open stream is told, nobody else');
    const before = this.#link.out.length;
    this.#stream?.sendData(STREAM.subarray(0, 5), true);
    this.#stream?.reset(ResetReason.LOCAL_RESET);
    expectThat(this.#link.out.length === before, 'nothing is sent behind the end');
    this.#link.end();
  }
}

/** The head that the engine hands on is the one of the other end. */
let HEAD!: RequestHead;
tcp
  .createServer(
    new FuzzLink(),
    {
      onRequest(_stream, head) {
        HEAD = head;
      },
    },
    {},
    DEFAULT_CODEC_LIMITS,
  )
  .start();

export const tcpTarget: FuzzTarget = {
  name: 'tcp',
  corpus,
  generate,
  /** The first byte chooses the side, then pairs of an operation and its argument. */
  execute(input, choices) {
    const conversation = new Conversation(((input[0] ?? 0) & 1) === 0, choices);
    for (let at = 1; at + 1 < input.length; at += 2) {
      const op = (input[at] as number) % OPERATIONS;
      const argument = input[at + 1] as number;
      if (op === Op.LOSE) {
        conversation.lose(argument % 2 === 0 ? ResetReason.REMOTE_RESET : ResetReason.CONNECTION_LOST);
        return;
      }
      conversation.operate(op, argument);
    }
    conversation.lose(ResetReason.CONNECTION_LOST);
  },
};
