import { ProtocolError } from '@weft/kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WireReader, WireType, WireWriter } from './bytes.ts';

describe('wire format', () => {
  test('numbers come back as they went', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer(), fc.double({ noNaN: true }), (large, signed, real) => {
        const reader = new WireReader(new WireWriter().varint(large).int32(signed).double(real).finish());
        expect([reader.varint(), reader.int32(), reader.double()]).toEqual([large, signed, real]);
        expect(reader.pos).toBe(reader.len);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  test('known bytes', () => {
    expect(Buffer.from(new WireWriter().varint(300).finish()).toString('hex')).toBe('ac02');
    expect(Buffer.from(new WireWriter().int32(-2).finish()).toString('hex')).toBe('feffffffffffffffff01');
    expect(Buffer.from(new WireWriter().tag(15, WireType.LengthDelimited).string('ü').finish()).toString('hex')).toBe(
      '7a02c3bc',
    );
  });

  test('what is nested may be of any length', () => {
    for (const size of [0, 127, 128, 16_383, 16_384, 100_000]) {
      const written = new WireWriter()
        .string('before')
        .fork()
        .bytes(new Uint8Array(size).fill(7))
        .join()
        .string('after');
      const reader = new WireReader(written.finish());
      expect(reader.string()).toBe('before');
      const inner = new WireReader(reader.bytes());
      expect(inner.bytes()).toEqual(new Uint8Array(size).fill(7));
      expect(reader.string()).toBe('after');
    }
  });

  test('refuses what is no integer, not UTF-8, too long or cut short', () => {
    for (const value of [-1, 1.5, Number.NaN, 2 ** 53])
      expect(() => new WireWriter().varint(value)).toThrow(RangeError);
    const refused = (bytes: number[], read: (reader: WireReader) => unknown) =>
      expect(() => read(new WireReader(Uint8Array.from(bytes)))).toThrow(ProtocolError);
    refused([2, 0xc3, 0x28], (reader) => reader.string());
    refused(Array(11).fill(0xff), (reader) => reader.varint());
    refused(Array(11).fill(0xff), (reader) => reader.int32());
    refused([5, 1], (reader) => reader.bytes());
    refused([1, 2, 3], (reader) => reader.double());
    refused([1], (reader) => reader.skip(3));
  });
});
