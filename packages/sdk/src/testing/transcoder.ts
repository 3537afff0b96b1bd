import assert from 'node:assert/strict';
import { createRandom, type Random } from '@weft/kit';
import { type HeaderMap, PlainResponseHead, type RequestHead, type ResponseHead } from '../protocol/index.ts';
import {
  type ConvertedRequest,
  type MessageStream,
  type StreamedAnswer,
  type StreamedRequest,
  type TranscodedCall,
  TranscodeError,
  type Transcoder,
  type TranscoderDefinition,
  type WholeMessage,
} from '../transcoder/index.ts';
import type { ComplianceCase } from './compliance-case.ts';

/** A call and what its host answers. Heads are made anew for every case. */
export interface TranscoderExample {
  readonly request: () => { readonly head: RequestHead; readonly body: Buffer };
  readonly answer: () => { readonly head: ResponseHead; readonly body: Buffer };
}

/** A call of which one direction at least is converted while it passes. */
export interface TranscoderStreamExample {
  /** Several messages where `streamRequest` takes the call, the whole request otherwise. */
  readonly request: () => { readonly head: RequestHead; readonly body: Buffer };
  /** Several messages, where `streamAnswer` is to take it. */
  readonly answer?: () => {
    readonly head: ResponseHead;
    readonly body: Buffer;
    readonly trailers: HeaderMap | null;
  };
}

export interface TranscoderFixture<Config> {
  readonly transcoder: TranscoderDefinition<Config>;
  readonly config: Config;
  readonly examples: readonly TranscoderExample[];
  /** Where it has streams. */
  readonly streams?: readonly TranscoderStreamExample[];
  /** Heads of the callers' family that it leaves alone. */
  readonly foreign?: readonly RequestHead[];
}

const ROUNDS = 300;

/** What a transcoder must do, whatever it converts. */
export function transcoderCompliance<Config>(fixture: TranscoderFixture<Config>): ComplianceCase[] {
  const { transcoder: definition, config, examples, streams = [], foreign = [] } = fixture;
  const create = (): Transcoder => definition.create(config);
  const call: TranscodedCall = {
    callerProtocol: examples[0]?.request().head.protocol ?? '',
    protocol: definition.protocol,
    remainingMs: 1000,
    clusterName: 'cluster',
    maxBodyBytes: 1_048_576,
  };
  const each = (run: (example: TranscoderExample, transcoder: Transcoder) => void) => () => {
    assert.ok(examples.length > 0, 'no example to run with');
    for (const example of examples) run(example, create());
  };
  const request = (transcoder: Transcoder, { head, body }: { head: RequestHead; body: Buffer }): ConvertedRequest =>
    transcoder.request({ head, body, trailers: null }, call);
  return [
    {
      name: 'is a frozen definition with a schema, of two families or with native calls',
      run() {
        assert.equal(definition.kind, 'transcoder');
        assert.ok(Object.isFrozen(definition));
        assert.equal(definition.schema['type'], 'object');
        // Within a family the calls that need no conversion have to be told from those that do.
        if (definition.from === definition.to) assert.ok(create().isNative !== undefined, 'isNative is missing');
      },
    },
    {
      name: 'accepts its calls, each time it is asked, and no others',
      run: each((example, transcoder) => {
        const { head } = example.request();
        const before = pairsOf(head);
        assert.equal(transcoder.accept(head), true);
        assert.equal(transcoder.accept(head), true);
        assert.deepEqual(pairsOf(head), before, 'accept changed the head');
        assert.notEqual(transcoder.isNative?.(head), true, 'a call is to be converted and native');
        for (const other of foreign) assert.equal(transcoder.accept(other), false);
      }),
    },
    {
      name: 'gives requests of the other family, of the length that they announce',
      run: each((example, transcoder) => {
        const { head, body } = request(transcoder, example.request());
        assert.equal(head.family, definition.to);
        assert.equal(head.contentLength, body.length);
        head.set('x-added', 'by the engine');
        assert.equal(head.get('x-added'), 'by the engine', 'the head takes no headers');
      }),
    },
    {
      name: 'gives answers of the family of the caller, of the length that they announce',
      run: each((example, transcoder) => {
        const { state } = request(transcoder, example.request());
        const { head, body } = transcoder.response({ ...example.answer(), trailers: null }, state, call);
        assert.equal(head.family, definition.from);
        if (head.contentLength >= 0) assert.equal(head.contentLength, body.length);
      }),
    },
    {
      name: 'converts alike whatever it converted before, and leaves bytes alone',
      run: each((example, transcoder) => {
        const message = example.request();
        const bytes = Buffer.from(message.body);
        const first = request(transcoder, message);
        const second = request(transcoder, example.request());
        assert.deepEqual(message.body, bytes, 'the body of the request was changed');
        assert.deepEqual([...second.body], [...first.body]);
        assert.deepEqual(pairsOf(second.head), pairsOf(first.head));
        const answer = example.answer();
        const answered = Buffer.from(answer.body);
        const one = transcoder.response({ ...answer, trailers: null }, first.state, call);
        const other = transcoder.response({ ...example.answer(), trailers: null }, second.state, call);
        assert.deepEqual(answer.body, answered, 'the body of the answer was changed');
        assert.deepEqual([...one.body], [...other.body]);
      }),
    },
    {
      name: 'says with a TranscodeError that it does not understand a request',
      run: each((example, transcoder) => {
        const random = createRandom(1);
        for (let round = 0; round < ROUNDS; round++) {
          const { head, body } = example.request();
          understood(() => request(transcoder, { head, body: garble(body, random) }));
        }
      }),
    },
    {
      name: 'says with a TranscodeError that it does not understand an answer',
      run: each((example, transcoder) => {
        const random = createRandom(2);
        const { state } = request(transcoder, example.request());
        for (let round = 0; round < ROUNDS; round++) {
          const { head, body } = example.answer();
          const message = { head, body: garble(body, random), trailers: null };
          understood(() => transcoder.response(message, state, call));
          understood(() => transcoder.response(withStatus(message, random), state, call));
        }
      }),
    },
    ...streams.flatMap((example, index) => streamCases(example, index, create, call, definition)),
  ];
}

/** A direction that is begun anew each time it is asked for. */
interface StreamedDirection {
  readonly what: string;
  readonly open: () => MessageStream;
  readonly body: Buffer;
  readonly trailers: HeaderMap | null;
}

function streamCases(
  example: TranscoderStreamExample,
  index: number,
  create: () => Transcoder,
  call: TranscodedCall,
  definition: Pick<TranscoderDefinition, 'from' | 'to'>,
): ComplianceCase[] {
  const name = (text: string): string => `stream ${index + 1}: ${text}`;
  let made: Transcoder | null = null;
  // One for all: it keeps nothing between calls.
  const shared = (): Transcoder => {
    made ??= create();
    return made;
  };
  const begin = (): StreamedRequest | null => shared().streamRequest?.(example.request().head, call) ?? null;
  const answered = (): StreamedAnswer => {
    const transcoder = shared();
    const { head, body } = example.request();
    const { state } = begin() ?? transcoder.request({ head, body, trailers: null }, call);
    const answer = transcoder.streamAnswer?.(example.answer?.().head as ResponseHead, state, call);
    assert.ok(answer, 'the answer is not taken as a stream');
    return answer;
  };
  const directions = (): StreamedDirection[] => {
    const found: StreamedDirection[] = [];
    if (begin() !== null)
      found.push({
        what: 'request',
        open: () => (begin() as StreamedRequest).messages,
        body: example.request().body,
        trailers: null,
      });
    const answer = example.answer?.();
    if (answer !== undefined)
      found.push({ what: 'answer', open: () => answered().messages, body: answer.body, trailers: answer.trailers });
    assert.ok(found.length > 0, 'neither direction is a stream');
    return found;
  };
  return [
    {
      name: name('has heads of the right families, of no length'),
      run() {
        const request = begin();
        if (request !== null) {
          assert.equal(request.head.family, definition.to);
          assert.equal(request.head.contentLength, -1);
          request.head.set('x-added', 'by the engine');
          assert.equal(request.head.get('x-added'), 'by the engine', 'the head takes no headers');
        }
        if (example.answer === undefined) return;
        const { head } = answered();
        assert.equal(head.family, definition.from);
        assert.equal(head.contentLength, -1);
      },
    },
    {
      name: name('gives the same however the bytes are cut, and keeps none that are borrowed'),
      run() {
        const random = createRandom(3);
        for (const { what, open, body, trailers } of directions()) {
          const whole = converted(open(), body, trailers, () => body.length);
          assert.ok(whole.length > 0, `nothing came of the ${what}`);
          assert.deepEqual(
            converted(open(), body, trailers, () => 1),
            whole,
            `${what}, byte by byte`,
          );
          for (let round = 0; round < ROUNDS; round++)
            assert.deepEqual(
              converted(open(), body, trailers, () => 1 + random.below(64)),
              whole,
              `${what}, in pieces`,
            );
        }
      },
    },
    {
      name: name('says what it keeps of messages that are not complete'),
      run() {
        for (const { what, open, body } of directions()) {
          const messages = open();
          assert.equal(messages.keptBytes, 0);
          let most = 0;
          for (let at = 0; at < body.length; at++) {
            messages.data(body.subarray(at, at + 1));
            assert.ok(messages.keptBytes >= 0 && messages.keptBytes <= at + 1, `${what}: ${messages.keptBytes} bytes`);
            most = Math.max(most, messages.keptBytes);
          }
          assert.ok(most > 0, `the ${what} has no message of more than a byte`);
          assert.equal(messages.keptBytes, 0, `${what}: bytes are kept behind the last message`);
        }
      },
    },
    {
      name: name('says that it does not understand a message, and what it made of those before it'),
      run() {
        const random = createRandom(4);
        for (const { what, open, body, trailers } of directions())
          for (let round = 0; round < ROUNDS; round++) {
            const garbled = garble(body, random);
            understood(() => converted(open(), garbled, trailers, () => 1 + random.below(64)));
            assert.deepEqual(
              beforeFault(open(), garbled, garbled.length),
              beforeFault(open(), garbled, 1),
              `${what}: messages before the one that is none`,
            );
          }
      },
    },
    {
      name: name('tells the caller that an answer breaks off, at any point'),
      run() {
        const body = example.answer?.().body;
        if (body === undefined) return;
        for (let at = 0; at <= body.length; at++) {
          const answer = answered();
          answer.messages.data(body.subarray(0, at));
          const end = answer.fail(504, 'too late');
          assert.ok(end.body.length > 0 || end.trailers !== undefined, 'the caller is told nothing');
        }
      },
    },
  ];
}

/** What comes of bytes up to the first message that is none. */
function beforeFault(messages: MessageStream, body: Buffer, size: number): number[] {
  const out: number[] = [];
  for (let at = 0; at < body.length && messages.fault === null; at += size)
    out.push(...messages.data(body.subarray(at, at + size)));
  return out;
}

/** Everything that comes of these bytes, in pieces that are overwritten as soon as they were seen. */
function converted(messages: MessageStream, body: Buffer, trailers: HeaderMap | null, size: () => number): number[] {
  const out: number[] = [];
  for (let at = 0; at < body.length; ) {
    const piece = Buffer.from(body.subarray(at, at + size()));
    at += piece.length;
    const bytes = [...messages.data(piece)];
    piece.fill(0xa5);
    out.push(...bytes);
    if (messages.fault !== null) throw messages.fault;
  }
  const end = messages.end(trailers);
  out.push(...end.body);
  end.trailers?.forEach((name, value) => {
    out.push(...Buffer.from(`${name}: ${value}\n`));
  });
  return out;
}

function pairsOf(head: HeaderMap): [string, string][] {
  const pairs: [string, string][] = [];
  head.forEach((name, value) => {
    pairs.push([name, value]);
  });
  return pairs;
}

/** Anything but an answer or a `TranscodeError` is a defect. */
function understood(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof TranscodeError)) throw error;
  }
}

/** The bytes with some of them changed, cut off or added; sometimes none. */
function garble(bytes: Buffer, random: Random): Buffer {
  if (random.below(8) === 0) return Buffer.alloc(0);
  const garbled = Buffer.from(bytes);
  for (let edits = 1 + random.below(4); edits > 0 && garbled.length > 0; edits--)
    garbled[random.below(garbled.length)] = random.below(256);
  const cut = random.below(3);
  if (cut === 0) return garbled.subarray(0, random.below(garbled.length + 1));
  return cut === 1 ? Buffer.concat([garbled, Buffer.from([random.below(256)])]) : garbled;
}

const STATUSES = [200, 204, 302, 400, 401, 404, 409, 429, 500, 503, 504] as const;

function withStatus(message: WholeMessage<ResponseHead>, random: Random): WholeMessage<ResponseHead> {
  const { protocol, family } = message.head;
  const status = STATUSES[random.below(STATUSES.length)] as number;
  const nativeStatus = family === 'http' ? status : random.below(120);
  return { ...message, head: new PlainResponseHead(protocol, family, status, { nativeStatus }, pairsOf(message.head)) };
}
