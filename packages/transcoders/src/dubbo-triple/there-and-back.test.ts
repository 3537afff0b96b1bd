import { TranscodeError } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArguments, writeArguments, writeException, writeValue } from '../common/dubbo/index.ts';
import { encodeMessage } from '../common/grpc/index.ts';
import { javaValue } from '../common/testdata/hessian-values.ts';
import {
  dubboAnswer,
  dubboHead,
  FROM_DUBBO,
  FROM_TRIPLE,
  grpcStatus,
  toDubbo,
  toTriple,
  tripleAnswer,
  tripleHead,
  value,
  WITHOUT,
} from './testdata/calls.ts';
import { encodeRequestWrapper } from './wrapper.ts';

describe('there and back', () => {
  const RUNS = { numRuns: 500, seed: 20_261_121 };

  it('arguments of Dubbo come back as they were', () => {
    fc.assert(
      fc.property(fc.array(javaValue, { maxLength: 4 }), (args) => {
        const types = 'Ljava/lang/Object;'.repeat(args.length);
        const there = toTriple.request(
          { head: dubboHead('call', types), body: writeArguments(args), trailers: null },
          FROM_DUBBO,
        );
        const back = toDubbo.request({ head: there.head, body: Buffer.from(there.body), trailers: null }, FROM_TRIPLE);
        expect(back.head.get(':types')).toBe(types);
        expect(readArguments(Buffer.from(back.body), args.length).args).toEqual(args);
      }),
      RUNS,
    );
  });

  it('arguments of Triple come back byte for byte', () => {
    fc.assert(
      fc.property(fc.array(javaValue, { maxLength: 4 }), (args) => {
        const argTypes = args.map(() => 'java.lang.Object');
        const body = encodeMessage(
          encodeRequestWrapper({ serializeType: 'hessian4', args: args.map(value), argTypes }),
        );
        const there = toDubbo.request({ head: tripleHead('call'), body, trailers: null }, FROM_TRIPLE);
        there.head.set(':serialization', '2');
        const back = toTriple.request({ head: there.head, body: Buffer.from(there.body), trailers: null }, FROM_DUBBO);
        expect(Buffer.from(back.body)).toEqual(body);
      }),
      RUNS,
    );
  });

  it('answers come back as they were', () => {
    fc.assert(
      fc.property(javaValue, fc.boolean(), (result, thrown) => {
        const body = thrown ? writeException(result) : writeValue(result);
        const there = dubboAnswer(toDubbo, 20, body);
        const back = toTriple.response(
          { head: there.head, body: Buffer.from(there.body), trailers: there.trailers ?? null },
          WITHOUT,
          FROM_DUBBO,
        );
        expect(Buffer.from(back.body)).toEqual(body);
        expect(back.head.nativeStatus).toBe(20);
      }),
      RUNS,
    );
  });

  it('any bytes are a call, or one error that is told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
        for (const body of [Buffer.from(noise), encodeMessage(noise)]) {
          try {
            toDubbo.request({ head: tripleHead('call'), body, trailers: null }, FROM_TRIPLE);
          } catch (error) {
            expect(error).toBeInstanceOf(TranscodeError);
          }
          try {
            tripleAnswer(grpcStatus(0), body);
          } catch (error) {
            expect(error).toBeInstanceOf(TranscodeError);
          }
        }
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });
});
