import { ProtocolError } from '@weft/kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bool, bytes, double, list, listOf, mapOf, message, nested, text, uint32, uint64 } from './message.ts';

const Inner = message({ name: text(1), counts: list(uint64(2)) });
const Outer = message({
  text: text(1),
  flag: bool(2),
  small: uint32(3),
  large: uint64(4),
  real: double(5),
  raw: bytes(6),
  inner: nested(7, () => Inner),
  inners: listOf(8, () => Inner),
  map: mapOf(9, text(2)),
});
const innerValue = fc.record({ name: fc.string(), counts: fc.array(fc.maxSafeNat()) });
const outerValue = fc.record({
  text: fc.string({ unit: 'grapheme' }),
  flag: fc.boolean(),
  small: fc.nat(),
  large: fc.maxSafeNat(),
  real: fc.double({ noNaN: true }).map((value) => value + 0),
  raw: fc.uint8Array(),
  inner: fc.option(innerValue, { nil: undefined }),
  inners: fc.array(innerValue, { maxLength: 4 }),
  map: fc.dictionary(fc.string(), fc.string()),
});
const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (_key, v) => (v instanceof Uint8Array ? [...v] : v)));

describe('messages as tables', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(outerValue, (value) => {
        expect(plain(Outer.decode(Outer.encode(value as never)))).toEqual(plain(value));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('any bytes give a message or a ProtocolError, cut ones never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), outerValue, fc.nat(), (noise, value, at) => {
        const whole = Outer.encode(value as never);
        for (const input of [noise, whole.subarray(0, at % (whole.length + 1))]) {
          try {
            Outer.decode(input);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('unknown fields are skipped, packed numbers read, wrong wire types and huge numbers refused', () => {
    const future = message({ name: text(1), extra: text(15), more: nested(16, () => Inner) });
    expect(Inner.decode(future.encode({ name: 'a', extra: 'b', more: { name: 'c', counts: [1] } }))).toEqual({
      name: 'a',
      counts: [],
    });
    expect(Inner.decode(Uint8Array.from([0x12, 2, 5, 6])).counts).toEqual([5, 6]);
    expect(() => Inner.decode(Uint8Array.from([0x08, 1]))).toThrow('field 1 has wire type 0, expected 2');
    const huge = Uint8Array.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]);
    expect(() => Inner.decode(huge)).toThrow('above 2^53 - 1');
  });
});
