import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sharedLatin1, sharedUtf8 } from './shared-text.ts';

/** Few different bytes in short texts, so that slots are met again with the same text and with other ones. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc
    .array(fc.constantFrom(0x61, 0x62, 0xc3, 0xa9, 0xff, 0xef, 0xbf, 0xbd), { maxLength: 6 })
    .map((list) => Uint8Array.from(list)),
);

it('gives what decoding gives, whatever was decoded before', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 60 }), fc.nat({ max: 5 }), (texts, shift) => {
      for (const text of [...texts, ...texts]) {
        const buffer = Buffer.concat([Buffer.alloc(shift, 0x2f), text, Buffer.from('/')]);
        expect(sharedLatin1(buffer, shift, shift + text.length)).toBe(Buffer.from(text).toString('latin1'));
        expect(sharedUtf8(buffer, shift, shift + text.length)).toBe(Buffer.from(text).toString('utf8'));
      }
    }),
  );
});

it('does not follow the bytes when they change behind it', () => {
  const buffer = Buffer.from('orders.example');
  const text = sharedLatin1(buffer, 0, buffer.length);
  buffer.fill(0xdb);
  expect(text).toBe('orders.example');
  expect(sharedLatin1(Buffer.from('orders.example'), 0, 14)).toBe('orders.example');
  expect(sharedLatin1(buffer, 0, buffer.length)).toBe('\u00db'.repeat(14));
});
