import { describe, expect, it } from 'vitest';
import { encodeFixed, HpackDecoder } from './hpack.ts';
import { http2Fields } from './workload.ts';

function decodeHex(decoder: HpackDecoder, hex: string): string[] {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return decoder.decode(bytes, 0, bytes.length).map(([name, value]) => `${name}: ${value}`);
}

describe('HpackDecoder', () => {
  it('decodes the request examples of RFC 7541 C.4, Huffman and table included', () => {
    const decoder = new HpackDecoder();
    expect(decodeHex(decoder, '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff')).toEqual([
      ':method: GET',
      ':scheme: http',
      ':path: /',
      ':authority: www.example.com',
    ]);
    expect(decodeHex(decoder, '8286 84be 5886 a8eb 1064 9cbf').slice(3)).toEqual([
      ':authority: www.example.com',
      'cache-control: no-cache',
    ]);
    expect(decodeHex(decoder, '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf').at(-1)).toBe(
      'custom-key: custom-value',
    );
  });

  it('decodes its own encoder: first block, following blocks, and blocks without a table', () => {
    for (const kind of ['http2', 'grpc'] as const) {
      const fields = http2Fields(kind);
      for (const indexed of [true, false]) {
        const { first, following } = encodeFixed(fields, indexed);
        const decoder = new HpackDecoder();
        for (const block of [first, following, following])
          expect(decoder.decode(block, 0, block.length)).toEqual(fields);
      }
    }
  });

  it('refuses an index outside of the tables', () => {
    expect(() => decodeHex(new HpackDecoder(), 'be')).toThrow('outside the tables');
  });
});
