import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MALFORMED, TRUNCATED } from './limits.ts';
import { chunkEnd, decodeUnits, encodeUnits, MAX_CHUNK, skipUnits, unitBytes } from './text.ts';

/** Any sequence of UTF-16 units, lone surrogates included: what Java calls a string. */
const anyUnits = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x7f }),
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
    ),
  )
  .map((units) => String.fromCharCode(...units));

const encode = (text: string): Buffer => {
  const bytes = Buffer.alloc(unitBytes(text));
  expect(encodeUnits(bytes, 0, text)).toBe(bytes.length);
  return bytes;
};

describe('units written one by one', () => {
  test('come back, end where they end, and are missing something at every earlier place', () => {
    fc.assert(
      fc.property(anyUnits, (text) => {
        const bytes = encode(text);
        expect(skipUnits(bytes, 0, bytes.length, text.length)).toBe(bytes.length);
        expect(decodeUnits(bytes, 0, bytes.length)).toBe(text);
        for (let end = 0; end < bytes.length; end++) expect(skipUnits(bytes, 0, end, text.length)).toBe(TRUNCATED);
      }),
    );
  });

  test('leave what stands around them alone', () => {
    const target = Buffer.alloc(8, 0xff);
    expect(encodeUnits(target, 2, 'xéy', 1, 2)).toBe(4);
    expect(target.toString('hex')).toBe('ffffc3a9ffffffff');
    expect(skipUnits(target, 2, 4, 1)).toBe(4);
    expect(decodeUnits(target, 2, 4)).toBe('é');
  });

  test('are many without a limit of their own', () => {
    const text = 'ß'.repeat(10_000);
    const bytes = encode(text);
    expect(decodeUnits(bytes, 0, bytes.length)).toBe(text);
  });
});

test('real UTF-8, with four bytes for a pair of surrogates, is read as well', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const bytes = Buffer.from(text, 'utf8');
      expect(skipUnits(bytes, 0, bytes.length, text.length)).toBe(bytes.length);
      expect(decodeUnits(bytes, 0, bytes.length)).toBe(text);
    }),
  );
});

test.each([0x80, 0xbf, 0xf8, 0xff])('a unit cannot begin with the byte %d', (first) => {
  expect(skipUnits(Uint8Array.of(0x41, first, 0x80, 0x80, 0x80), 0, 5, 2)).toBe(MALFORMED);
});

test('chunks are as long as they may be and never cut a pair of surrogates', () => {
  const pair = '\u{1f642}';
  expect(chunkEnd('short', 0)).toBe(5);
  expect(chunkEnd('a'.repeat(MAX_CHUNK + 1), 0)).toBe(MAX_CHUNK);
  expect(chunkEnd(`${'a'.repeat(MAX_CHUNK - 1)}${pair}b`, 0)).toBe(MAX_CHUNK - 1);
  expect(chunkEnd(`${'a'.repeat(MAX_CHUNK - 2)}${pair}b`, 0)).toBe(MAX_CHUNK);
  expect(chunkEnd(`b${'a'.repeat(MAX_CHUNK - 1)}${pair}`, 1)).toBe(MAX_CHUNK);
});
