import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineStaging } from './staging.ts';

const MAX_BYTES = 64 * 1024;

describe('lines that are gathered', () => {
  test('are written one behind the other, each with its end, texts and bytes alike', () => {
    const line = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 100 }), (lines) => {
        const staging = new LineStaging(MAX_BYTES * 4);
        const expected = Buffer.concat(lines.flatMap((one) => [Buffer.from(one as string), Buffer.from('\n')]));
        for (const one of lines) expect(staging.add(one)).toBe(true);
        expect(staging.bytes.equals(expected)).toBe(true);
        expect(staging).toMatchObject({ length: expected.length, lines: lines.length });
      }),
      { numRuns: 30 },
    );
  });

  test('fill the buffer to its last byte and not beyond, however wide their characters are', () => {
    for (const letter of ['a', 'é', '汉', '\u{1f642}']) {
      const width = Buffer.byteLength(letter);
      const staging = new LineStaging(MAX_BYTES);
      // As long as it may be, counted in bytes: what a line might take at most does not refuse it.
      const most = Math.floor((MAX_BYTES - 1) / width);
      const rest = MAX_BYTES - 1 - most * width;
      expect(staging.add(`${letter.repeat(most)}${'b'.repeat(rest)}`)).toBe(true);
      expect(staging.length).toBe(MAX_BYTES);
      expect(staging.add('')).toBe(false);
      expect(staging).toMatchObject({ length: MAX_BYTES, lines: 1 });
    }
  });

  test('that do not fit leave what is there as it is', () => {
    const staging = new LineStaging(10);
    expect(staging.add('12345')).toBe(true);
    expect(staging.add('67890')).toBe(false);
    expect(staging.add(Buffer.from('6789'))).toBe(false);
    expect(staging.add('678')).toBe(true);
    expect(staging.bytes.toString()).toBe('12345\n678\n');
  });

  test('are gone when they were taken, and as many fit again', () => {
    const staging = new LineStaging(1024 * 1024);
    for (let round = 0; round < 3; round++) {
      expect(staging.add('x'.repeat(1024 * 1024 - 1))).toBe(true);
      staging.clear();
      expect(staging).toMatchObject({ length: 0, lines: 0 });
      expect(staging.bytes).toHaveLength(0);
    }
  });
});
