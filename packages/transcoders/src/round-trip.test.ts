import { parseConfig } from '@weft/schema';
import {
  type ConvertedRequest,
  PlainRequestHead,
  PlainResponseHead,
  type TranscodedCall,
  type Transcoder,
  type TranscoderDefinition,
} from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boltHttp } from './bolt-http/index.ts';
import { dubboHttp } from './dubbo-http/index.ts';
import { httpBolt } from './http-bolt/index.ts';
import { httpDubbo } from './http-dubbo/index.ts';

const RUNS = 10_000;
const MAPPING = {
  service: 'com.x.Any',
  version: '1.0',
  methods: {
    'all(java.lang.Object,java.lang.Object)': { path: '/all' },
    'one(java.lang.String,long)': { httpMethod: 'GET', path: '/one/{0}', query: { n: '{1}' } },
  },
};
const create = (definition: TranscoderDefinition): Transcoder =>
  definition.create(parseConfig({ mappings: [MAPPING] }, definition.schema).value);
const callOf = (callerProtocol: string, protocol: string, maxBodyBytes = 1_048_576): TranscodedCall => ({
  callerProtocol,
  protocol,
  remainingMs: 0,
  clusterName: '',
  maxBodyBytes,
});

/** JSON whose numbers are whole: a double that is one, 1.0, comes back with its point. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: 'grapheme', maxLength: 6 }).filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

describe.each([
  ['Dubbo', httpDubbo, dubboHttp, 'dubbo'],
  ['Bolt', httpBolt, boltHttp, 'bolt'],
] as const)('HTTP → %s → HTTP', (_name, out, back, protocol) => {
  const [there, here] = [create(out), create(back)];
  const requestThere = (method: string, path: string, body: Buffer, maxBodyBytes?: number): ConvertedRequest =>
    there.request(
      {
        head: new PlainRequestHead('Http1', 'http', { method, path, contentLength: body.length }),
        body,
        trailers: null,
      },
      callOf('Http1', protocol, maxBodyBytes),
    );
  const requestBack = ({ head, body }: ConvertedRequest, maxBodyBytes?: number): ConvertedRequest => {
    // As a codec would show it.
    const service = head.get('sofa_head_target_service') ?? head.get('service') ?? '';
    const pairs: [string, string][] = [];
    head.forEach((name, value) => {
      pairs.push([name, value]);
    });
    const received = new PlainRequestHead(
      protocol,
      protocol,
      { method: head.method, service, contentLength: body.length },
      pairs,
    );
    expect(here.accept(received)).toBe(true);
    return here.request(
      { head: received, body: Buffer.from(body), trailers: null },
      callOf(protocol, 'Http1', maxBodyBytes),
    );
  };

  it('keeps arguments and results as they are (property)', () => {
    fc.assert(
      fc.property(json, json, json, (first, second, result) => {
        const outward = requestThere('POST', '/all', Buffer.from(JSON.stringify([first, second])));
        const inward = requestBack(outward);
        expect([inward.head.method, inward.head.path]).toEqual(['POST', '/all']);
        expect(JSON.parse(Buffer.from(inward.body).toString())).toEqual([first, second]);
        const body = Buffer.from(JSON.stringify(result));
        const head = new PlainResponseHead('Http1', 'http', 200, { contentLength: body.length });
        const answer = here.response({ head, body, trailers: null }, inward.state, callOf(protocol, 'Http1'));
        const final = there.response(
          { head: answer.head, body: Buffer.from(answer.body), trailers: null },
          outward.state,
          callOf('Http1', protocol),
        );
        expect(final.head.status).toBe(200);
        expect(JSON.parse(Buffer.from(final.body).toString())).toEqual(result);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });

  it('takes as many values as go with the length of bodies', () => {
    const short = 1_048_576;
    const long = 4 * short;
    const many = JSON.stringify(new Array(250_000).fill(7));
    const head = () => new PlainResponseHead('Http1', 'http', 200);
    const tooMany = /more than 200000 values|too many values/;

    const outward = requestThere('POST', '/all', Buffer.from(`[${many},null]`), long);
    const inward = requestBack(outward, long);
    expect(Buffer.from(inward.body).toString()).toBe(`[${many},null]`);
    expect(() => requestThere('POST', '/all', Buffer.from(`[${many},null]`), short)).toThrow(tooMany);
    expect(() => requestBack(outward, short)).toThrow(tooMany);

    const answered = { head: head(), body: Buffer.from(many), trailers: null };
    const answer = here.response(answered, inward.state, callOf(protocol, 'Http1', long));
    const body = { head: answer.head, body: Buffer.from(answer.body), trailers: null };
    const final = there.response(body, outward.state, callOf('Http1', protocol, long));
    expect(Buffer.from(final.body).toString()).toBe(many);
    expect(() => here.response(answered, inward.state, callOf(protocol, 'Http1', short))).toThrow(tooMany);
    expect(() => there.response(body, outward.state, callOf('Http1', protocol, short))).toThrow(tooMany);
  });

  it('keeps what is in the path and in the query (property)', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((item) => item !== '.' && item !== '..');
    fc.assert(
      fc.property(text, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (first, second) => {
        const path = `/one/${encodeURIComponent(first)}?n=${second}`;
        const inward = requestBack(requestThere('GET', path, Buffer.alloc(0)));
        expect([inward.head.method, inward.head.path]).toEqual(['GET', path]);
      }),
      { numRuns: RUNS, seed: 2 },
    );
  });
});
