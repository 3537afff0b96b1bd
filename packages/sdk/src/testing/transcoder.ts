import assert from 'node:assert/strict';
import { createRandom, type Random } from '@weft/kit';
import { type HeaderMap, PlainResponseHead, type RequestHead, type ResponseHead } from '../protocol/index.ts';
import {
  type ConvertedRequest,
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

export interface TranscoderFixture<Config> {
  readonly transcoder: TranscoderDefinition<Config>;
  readonly config: Config;
  readonly examples: readonly TranscoderExample[];
  /** Heads of the callers' family that it leaves alone. */
  readonly foreign?: readonly RequestHead[];
}

const ROUNDS = 300;

/** What a transcoder must do, whatever it converts. */
export function transcoderCompliance<Config>(fixture: TranscoderFixture<Config>): ComplianceCase[] {
  const { transcoder: definition, config, examples, foreign = [] } = fixture;
  const create = (): Transcoder => definition.create(config) as unknown as Transcoder;
  const call: TranscodedCall = {
    callerProtocol: examples[0]?.request().head.protocol ?? '',
    protocol: definition.protocol,
    remainingMs: 1000,
    clusterName: 'cluster',
  };
  const each = (run: (example: TranscoderExample, transcoder: Transcoder) => void) => () => {
    assert.ok(examples.length > 0, 'no example to run with');
    for (const example of examples) run(example, create());
  };
  const request = (transcoder: Transcoder, { head, body }: { head: RequestHead; body: Buffer }): ConvertedRequest =>
    transcoder.request({ head, body, trailers: null }, call);
  return [
    {
      name: 'is a frozen definition with a schema and two families',
      run() {
        assert.equal(definition.kind, 'transcoder');
        assert.ok(Object.isFrozen(definition));
        assert.equal(definition.schema['type'], 'object');
        assert.notEqual(definition.from, definition.to);
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
  ];
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
