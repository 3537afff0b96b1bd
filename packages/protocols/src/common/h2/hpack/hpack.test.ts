import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeHuffman,
  encodeHuffman,
  type Field,
  FieldKind,
  HpackDecoder,
  HpackEncoder,
  huffmanLength,
  Indexing,
  ownField,
} from './index.ts';

function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s+/g, ''), 'hex');
}

function decode(decoder: HpackDecoder, bytes: Buffer): string[] {
  if (!decoder.decode(bytes, 0, bytes.length)) throw new Error(decoder.error);
  return decoder.fields.slice(0, decoder.count).map((field: Field) => `${field.name}: ${field.value}`);
}

const REQUESTS = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
  [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
];
const RESPONSES = [
  [
    ':status: 302',
    'cache-control: private',
    'date: Mon, 21 Oct 2013 20:13:21 GMT',
    'location: https://www.example.com',
  ],
  [
    ':status: 307',
    'cache-control: private',
    'date: Mon, 21 Oct 2013 20:13:21 GMT',
    'location: https://www.example.com',
  ],
  [
    ':status: 200',
    'cache-control: private',
    'date: Mon, 21 Oct 2013 20:13:22 GMT',
    'location: https://www.example.com',
    'content-encoding: gzip',
    'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
  ],
];

describe('RFC 7541 appendix C', () => {
  it('C.2: single representations', () => {
    expect(
      decode(new HpackDecoder(4096, 100), hex('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572')),
    ).toEqual(['custom-key: custom-header']);
    expect(decode(new HpackDecoder(4096, 100), hex('040c 2f73 616d 706c 652f 7061 7468'))).toEqual([
      ':path: /sample/path',
    ]);
    const decoder = new HpackDecoder(4096, 100);
    expect(decode(decoder, hex('1008 7061 7373 776f 7264 0673 6563 7265 74'))).toEqual(['password: secret']);
    expect(decoder.fields[0]?.indexing).toBe(Indexing.NEVER);
    expect(decode(new HpackDecoder(4096, 100), hex('82'))).toEqual([':method: GET']);
  });

  it.each([
    [
      'C.3',
      [
        '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        '8286 84be 5808 6e6f 2d63 6163 6865',
        '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
      ],
    ],
    [
      'C.4',
      [
        '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
        '8286 84be 5886 a8eb 1064 9cbf',
        '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
      ],
    ],
  ])('%s: requests on one connection', (_name, blocks) => {
    const decoder = new HpackDecoder(4096, 100);
    blocks.forEach((block, i) => {
      expect(decode(decoder, hex(block))).toEqual(REQUESTS[i]);
    });
  });

  // C.5 and C.6 run with a table of 256 bytes: the size update 3fe101 is put in front of the first block.
  it.each([
    [
      'C.5',
      [
        '3fe1 01 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        '4803 3330 37c1 c0bf',
        '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
      ],
    ],
    [
      'C.6',
      [
        '3fe1 01 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
        '4883 640e ffc1 c0bf',
        '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
      ],
    ],
  ])('%s: responses with eviction', (_name, blocks) => {
    const decoder = new HpackDecoder(4096, 100);
    blocks.forEach((block, i) => {
      expect(decode(decoder, hex(block))).toEqual(RESPONSES[i]);
    });
  });
});

describe('HpackDecoder', () => {
  it('hands out the same object for an indexed field', () => {
    const decoder = new HpackDecoder(4096, 100);
    decode(decoder, hex('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572'));
    const first = decoder.fields[0];
    decode(decoder, hex('be'));
    expect(decoder.fields[0]).toBe(first);
  });

  it.each([
    ['index 0', '80'],
    ['index outside the tables', 'c0'],
    ['name index outside the tables', '7f20 0161'],
    ['integer that never ends', 'ffffffffffffff'],
    ['integer too large', 'ff80808010'],
    ['integer cut off', 'ff'],
    ['string cut off', '400a 6375'],
    ['string without a length', '400161'],
    ['EOS inside Huffman text', '400161 84fffffffc'],
    ['Huffman padding of eight bits', '400161 82 1fff'],
    ['Huffman padding of zeros', '400161 81 18'],
    ['table size over the announced one', '3fe2 1f'],
    ['table size update behind a field', '82 20'],
  ])('refuses: %s', (_name, block) => {
    const bytes = hex(block);
    expect(new HpackDecoder(4096, 100).decode(bytes, 0, bytes.length)).toBe(false);
  });

  it('bounds what a small block expands to', () => {
    const decoder = new HpackDecoder(65_536, 100);
    const value = Buffer.alloc(3900, 0x61);
    const insert = Buffer.concat([hex('400178 7f bd1d'), value]);
    expect(decoder.decode(insert, 0, insert.length)).toBe(true);
    const bomb = Buffer.alloc(16_000, 0xbe);
    expect(decoder.decode(bomb, 0, bomb.length)).toBe(true);
    expect(decoder.overflow).toBe(true);
    expect(decoder.count).toBeLessThanOrEqual(17);
    // The table is still in step.
    expect(decode(decoder, hex('82be'))[1]).toHaveLength(3903);
  });

  it('bounds the number of fields', () => {
    const decoder = new HpackDecoder(65_536, 10);
    const bytes = Buffer.alloc(11, 0x82);
    expect(decoder.decode(bytes, 0, 11)).toBe(true);
    expect(decoder.overflow).toBe(true);
    expect(decoder.count).toBe(10);
  });
});

describe('Huffman', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString('latin1');
        const coded = Buffer.alloc(1000);
        const end = encodeHuffman(text, coded, 3);
        expect(end - 3).toBe(huffmanLength(text));
        const back = Buffer.alloc(2000);
        const count = decodeHuffman(coded, 3, end, back);
        expect(back.subarray(0, count).toString('latin1')).toBe(text);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

describe('HpackEncoder', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/);
  const value = fc.stringMatching(/^[!-~]{0,40}$/);
  const pair = fc.tuple(
    fc.oneof(fc.constantFrom('accept', 'cookie', 'authorization', 'content-length', 'user-agent', 'x-a'), name),
    fc.oneof(fc.constantFrom('1', 'gzip'), value),
  );
  const resize = fc.record({ tableBytes: fc.integer({ min: 0, max: 8192 }) });
  const blockOf = fc.array(pair, { maxLength: 12 });

  it('stays in step with a decoder, whatever is sent and however the table is resized', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(blockOf, resize), { maxLength: 60 }), (steps) => {
        const encoder = new HpackEncoder();
        const decoder = new HpackDecoder(1 << 20, 1000);
        for (const step of steps) {
          if (!Array.isArray(step)) {
            encoder.setPeerTableBytes(step.tableBytes);
            continue;
          }
          encoder.begin();
          for (const [n, v] of step) encoder.pair(n, v);
          const bytes = Buffer.from(encoder.block.subarray(0, encoder.length));
          expect(decode(decoder, bytes)).toEqual(step.map(([n, v]) => `${n}: ${v}`));
          // The same fields again, now by identity, as a relay sends them.
          const fields = decoder.fields.slice(0, decoder.count);
          encoder.begin();
          for (const field of fields) encoder.field(field);
          const again = Buffer.from(encoder.block.subarray(0, encoder.length));
          expect(decode(decoder, again)).toEqual(step.map(([n, v]) => `${n}: ${v}`));
        }
      }),
      { numRuns: 150, seed: 11 },
    );
  });

  it('sends a repeated field as one byte, a secret never indexed and a volatile field as a literal', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(4096, 100);
    const lengths: number[] = [];
    for (let i = 0; i < 3; i++) {
      encoder.begin();
      encoder.pair('x-tenant', 'blue');
      lengths.push(encoder.length);
    }
    expect(lengths).toEqual([expect.any(Number), 1, 1]);
    encoder.begin();
    encoder.pair('authorization', 'Bearer 1');
    encoder.pair('content-length', '12');
    const bytes = Buffer.from(encoder.block.subarray(0, encoder.length));
    expect((bytes[0] as number) & 0xf0).toBe(0x10);
    // The table has one entry less than this decoder thinks unless the first block is decoded too.
    expect(decode(decoder, bytes)).toEqual(['authorization: Bearer 1', 'content-length: 12']);
    expect(decoder.fields[0]?.indexing).toBe(Indexing.NEVER);
    expect(decoder.fields[1]?.indexing).toBe(Indexing.LITERAL);
  });

  it.each([
    ['x-request-id', 'a9f1', 1],
    [':path', '/search?q=1', 1],
    ['cookie', 'session=1', 12],
    ['authorization', 'Bearer 1', 11],
    ['x-request-id', 'a'.repeat(600), 617],
  ])('relays a repeated %s of %j in %d bytes', (name, value, bytes) => {
    const decoder = new HpackDecoder(1 << 16, 100);
    const encoder = new HpackEncoder();
    const length =
      value.length < 127 ? [value.length] : [127, ((value.length - 127) & 127) | 128, (value.length - 127) >> 7];
    const literal = Buffer.from([0x40, name.length, ...Buffer.from(name), ...length, ...Buffer.from(value)]);
    const relay = (block: Buffer): number => {
      expect(decode(decoder, block)).toEqual([`${name}: ${value}`]);
      encoder.begin();
      encoder.field(decoder.fields[0] as Field);
      return encoder.length;
    };
    const first = relay(literal);
    // What its sender refers to repeats, but for what is personal or secret, or too long for a table.
    relay(Buffer.from([0xbe]));
    expect(first).toBeGreaterThan(1);
    expect(relay(Buffer.from([0xbe]))).toBe(bytes);
  });

  it('keeps values as literals that are new each time, though their sender inserts them', () => {
    const decoder = new HpackDecoder(1 << 16, 100);
    for (let i = 0; i < 5; i++) {
      const block = Buffer.from(`\x40\x0btraceparent\x02a${i}`, 'latin1');
      expect(decode(decoder, block)).toEqual([`traceparent: a${i}`]);
      expect(decoder.fields[0]?.indexing).toBe(Indexing.CHANGING);
    }
  });

  it('gives the same block for fields at once and one by one', () => {
    const field = fc.tuple(
      fc.constantFrom('accept', 'cookie', 'date', 'te', 'host', 'x-a', ':path'),
      fc.constantFrom('1', '/', 'trailers'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(field, { maxLength: 8 }), { maxLength: 20 }), (blocks) => {
        const [atOnce, oneByOne] = [new HpackEncoder(), new HpackEncoder()];
        for (const pairs of blocks) {
          const fields = pairs.map(([name, value]) => ownField(name, value));
          atOnce.begin();
          atOnce.fields(fields);
          const bytes = atOnce.block.toString('hex', 0, atOnce.length);
          oneByOne.begin();
          for (const one of fields)
            if (one.kind === FieldKind.REGULAR || one.kind > FieldKind.HOST) oneByOne.field(one);
          expect(bytes).toBe(oneByOne.block.toString('hex', 0, oneByOne.length));
        }
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('makes room for what does not fit', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(1 << 20, 2000);
    const fields = Array.from({ length: 300 }, (_, i) => [
      ownField('accept', 'a'),
      ownField('cookie', `${i}`.repeat(200)),
    ]);
    encoder.begin();
    encoder.fields(fields.flat());
    expect(encoder.length).toBeGreaterThan(100_000);
    expect(decoder.decode(encoder.block, 0, encoder.length)).toBe(true);
    expect(decoder.fields.slice(0, decoder.count).map(({ value }) => value)).toEqual(
      fields.flat().map(({ value }) => value),
    );
  });

  it('stops inserting a name whose values never come back', () => {
    const encoder = new HpackEncoder();
    const send = (value: string): number => {
      encoder.begin();
      encoder.pair('x-unique', value);
      return encoder.block[0] as number;
    };
    for (let i = 0; i < 200; i++) send(`value-${String(i).padStart(40, '0')}`);
    // Literal without indexing.
    expect(send('another') & 0xf0).toBe(0);
  });
});
