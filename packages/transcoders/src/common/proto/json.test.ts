import { TranscodeError } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { BOOK, LIBRARY, message } from '../testdata/books.ts';
import { parseJson } from '../values/index.ts';
import { jsonToMessage, messageToJson, type ProtoMessage } from './index.ts';
import { durationText, parseDuration, parseTimestamp, timestampText } from './well-known.ts';

const EMPTY = LIBRARY.method('library.Library', 'Clear')?.input as ProtoMessage;
const back = (json: unknown, type = BOOK): unknown =>
  JSON.parse(JSON.stringify(messageToJson(type, message(json, type), false)));

const FULL = {
  name: 'Grüße',
  id: '-9223372036854775808',
  author: { givenName: 'Ann', familyName: 'Lee' },
  kind: 'POEMS',
  tags: ['a', ''],
  stock: { here: 3, '': -1 },
  cover: 'AAH/',
  price: -0.1,
  weight: 0.1,
  sold: '18446744073709551615',
  lent: true,
  printed: '2026-11-21T17:25:00.120Z',
  loan: '-1.500s',
  pages: '12',
  extra: { a: [1, 'x', null, { b: true }], c: null },
  mask: 'author.givenName,name',
  note: null,
  kinds: ['NOVEL', 'POEMS', 'UNKNOWN'],
  shelfMark: -7,
  f32: 4294967295,
  sf64: '-9',
  u32: 4294967295,
  rank: 0,
  reader: 'r',
  authors: [{}, { givenName: 'B' }],
  editors: { '-1': { familyName: 'C' }, '7': {} },
  list: [1, [2]],
};

/** `protoc --encode=library.Book`, version 25.5, of the same values. */
const OF_PROTOC =
  '0a074772c3bcc39f6510808080808080808080011a0a0a03416e6e12034c656520022a01612a0032080a046865726510033a030001ff419a9999999999b9bf4dcdcccc3d50ffffffffffffffffff015801620b08eca787d80610809c9c396a1608ffffffffffffffffff011080b6ca91feffffffff017202080c7a180a160a01611211320f0a0911000000000000f03f0a0208008201190a11617574686f722e676976656e5f6e616d650a046e616d658a0102080092010301020098010da501ffffffffa901f7ffffffffffffffb001ffffffff0fb80100c2010172d20100d201030a0142da011008ffffffffffffffffff011203120143e2010b0a0911000000000000f03f';

describe('messages as JSON, and JSON as messages', () => {
  it('every kind of field comes back as it was', () => {
    expect(back(FULL)).toEqual(FULL);
  });

  it('bytes are those that protoc writes, and read as it means them', () => {
    const json = {
      ...FULL,
      stock: { here: 3 },
      extra: { a: [1, null] },
      editors: { '-1': { familyName: 'C' } },
      list: [1],
    };
    expect(message(json).toString('hex')).toBe(OF_PROTOC);
    expect(JSON.parse(JSON.stringify(messageToJson(BOOK, Buffer.from(OF_PROTOC, 'hex'), false)))).toEqual(json);
  });

  it('whatever fits comes back', () => {
    const book = fc.record(
      {
        name: fc.string({ unit: 'grapheme' }),
        id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
        sold: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String),
        shelfMark: fc.integer().filter((value) => value !== 0),
        price: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => value !== 0),
        weight: fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => value !== 0),
        tags: fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
        stock: fc.dictionary(fc.string(), fc.integer(), { minKeys: 1, noNullPrototype: true }),
        cover: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64')),
        authors: fc.array(fc.constant({ givenName: 'x' }), { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(book, (json) => {
        const fitting = { ...json };
        for (const [name, value] of Object.entries(fitting))
          if (value === '' || value === '0') delete fitting[name as 'name'];
        const once = message(fitting);
        const found = back(fitting) as { weight?: number };
        expect(message(found).equals(once)).toBe(true);
        if (json.weight !== undefined) expect(Math.fround(found.weight as number)).toBe(json.weight);
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
  });

  it('numbers come as numbers and as text, names in either form', () => {
    expect(
      back({ id: 9007199254740993n.toString(), shelf_mark: '5', price: '1e3', u32: 1.0, sold: 1e3, kind: 2 }),
    ).toEqual({
      id: '9007199254740993',
      shelfMark: 5,
      price: 1000,
      u32: 1,
      sold: '1000',
      kind: 'POEMS',
    });
    expect(back({ price: 'NaN', weight: '-Infinity', cover: '_-8', tags: null })).toEqual({
      price: 'NaN',
      weight: '-Infinity',
      cover: '/+8=',
    });
    expect(messageToJson(BOOK, jsonToMessage(BOOK, parseJson('{"id":9223372036854775807}'), 'refuse'), false)).toEqual({
      id: '9223372036854775807',
    });
  });

  it.each([
    ['1e18', '1000000000000000000'],
    ['-9.223372036854775808e18', '-9223372036854775808'],
    ['"9223372036854775807.0"', '9223372036854775807'],
    ['1200e-2', '12'],
    ['0.0000000000000000000000001e26', '10'],
  ])('%s is a whole number', (text, id) => {
    expect(messageToJson(BOOK, jsonToMessage(BOOK, parseJson(`{"id":${text}}`), 'refuse'), false)).toEqual({ id });
  });

  it.each(['0e9999', '-0', '0.0', '"-.0"'])('%s is nought', (text) => {
    expect(jsonToMessage(BOOK, parseJson(`{"id":${text}}`), 'refuse')).toEqual(message({ id: 0 }));
  });

  it('fields without a value are written where they are asked for', () => {
    const json = messageToJson(BOOK, Buffer.alloc(0), true) as Record<string, unknown>;
    expect([json['name'], json['id'], json['kind'], json['tags'], json['stock'], json['lent'], json['cover']]).toEqual([
      ...['', '0', 'UNKNOWN', []],
      Object.create(null),
      false,
      '',
    ]);
    // They have a presence of their own.
    expect(['author', 'rank', 'reader', 'branch', 'printed'].filter((name) => name in json)).toEqual([]);
    expect(messageToJson(EMPTY, Buffer.alloc(0), true)).toEqual(Object.create(null));
  });

  it('of the members of a oneof the last one counts, and one without a value is none', () => {
    const both = Buffer.concat([message({ branch: 1 }), message({ reader: 'a' }), message({ rank: 1, branch: 2 })]);
    expect(messageToJson(BOOK, both, false)).toEqual(Object.assign(Object.create(null), { branch: 2, rank: 1 }));
    expect(back({ reader: null, branch: 1, rank: 2 })).toEqual({ branch: 1, rank: 2 });
  });

  it('parts of a message that comes twice are one message', () => {
    const twice = Buffer.concat([message({ author: { givenName: 'a' } }), message({ author: { familyName: 'b' } })]);
    expect(messageToJson(BOOK, twice, false)).toMatchObject({ author: { givenName: 'a', familyName: 'b' } });
  });

  it('parts of a message that comes many times are copied once each', () => {
    const part = message({ author: { givenName: 'a' } });
    const bytes = Buffer.concat(new Array<Buffer>(10_000).fill(part));
    const concat = vi.spyOn(Buffer, 'concat');
    try {
      expect(messageToJson(BOOK, bytes, false)).toMatchObject({ author: { givenName: 'a' } });
      const copied = concat.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
      expect(copied).toBeGreaterThan(0);
      expect(copied).toBeLessThanOrEqual(bytes.length);
    } finally {
      concat.mockRestore();
    }
  });

  it('what comes of a message is bounded, whatever its bytes are', () => {
    const problem = 'more than 200000 values in a message';
    const authors = message({ authors: [{}] });
    const many = Buffer.concat(new Array<Buffer>(80_000).fill(authors));
    expect((messageToJson(BOOK, many, false) as { authors: unknown[] }).authors.length).toBe(80_000);
    // With their two fields each they are 240 000.
    expect(() => messageToJson(BOOK, many, true)).toThrow(problem);
    expect(messageToJson(BOOK, many, true, 2_097_152)).toHaveProperty('authors.79999.familyName', '');
    const kinds = Buffer.alloc(200_001, 1);
    const packed = Buffer.concat([Buffer.from([0x92, 0x01, 0xc1, 0x9a, 0x0c]), kinds]);
    expect(() => messageToJson(BOOK, packed, false)).toThrow(problem);
  });

  it.each<[json: string, problem: string]>([
    ['{"id":"x"}', 'library.Book.id: a whole number expected, the text "x" found'],
    ['{"id":1.5}', 'library.Book.id: a whole number expected, a number found'],
    ['{"id":9223372036854775808}', 'library.Book.id: a whole number of 64 bits expected'],
    ['{"id":1e19}', 'library.Book.id: a whole number of 64 bits expected'],
    ['{"id":-1e9999}', 'library.Book.id: a whole number of 64 bits expected'],
    ['{"id":1e-1}', 'library.Book.id: a whole number expected, a number found'],
    ['{"id":1e-9999}', 'library.Book.id: a whole number expected, a number found'],
    ['{"id":"1e"}', 'library.Book.id: a whole number expected, the text "1e" found'],
    ['{"id":""}', 'library.Book.id: a whole number expected, the text "" found'],
    ['{"id":"."}', 'library.Book.id: a whole number expected, the text "." found'],
    ['{"cover":"A"}', 'library.Book.cover: bytes in base64 expected, the text "A" found'],
    ['{"mask":"a_b"}', 'library.Book.mask: names of fields without `_` expected, the text "a_b" found'],
    ['{"name":"\\ud800"}', 'library.Book.name: text expected, half of a surrogate pair found'],
    ['{"extra":{"\\udc00":1}}', 'library.Book.extra["\\udc00"]: text expected, half of a surrogate pair found'],
    ['{"u32":-1}', 'library.Book.u32: a whole number of 32 bits expected'],
    ['{"weight":1e39}', 'library.Book.weight: a number that fits expected'],
    ['{"lent":"true"}', 'library.Book.lent: true or false expected, the text "true" found'],
    ['{"kind":"COMIC"}', 'library.Book.kind: a name of library.Book.Kind expected, the text "COMIC" found'],
    ['{"tags":"a"}', 'library.Book.tags: a list expected, the text "a" found'],
    ['{"tags":[null]}', 'library.Book.tags[0]: text expected, null found'],
    ['{"author":[]}', 'library.Book.author: an object expected, a list found'],
    ['{"stock":{"a":true}}', 'library.Book.stock["a"]: a whole number expected, true found'],
    ['{"editors":{"x":{}}}', 'library.Book.editors["x"]: a whole number expected, the text "x" found'],
    ['{"cover":"%"}', 'library.Book.cover: bytes in base64 expected, the text "%" found'],
    ['{"printed":"2026-02-30T00:00:00Z"}', 'library.Book.printed: a time expected'],
    ['{"loan":"1"}', 'library.Book.loan: a duration expected'],
    ['{"given":1}', 'library.Book: no field is called "given"'],
    ['{"reader":"a","branch":1}', 'library.Book: only one of reader and branch may have a value'],
    ['{"shelfMark":1,"shelf_mark":1}', 'library.Book: shelfMark and shelf_mark are one field'],
    ['[]', 'library.Book: an object expected, a list found'],
    ['null', 'library.Book: an object expected, null found'],
  ])('%s is refused', (json, problem) => {
    expect(() => jsonToMessage(BOOK, parseJson(json), 'refuse')).toThrow(new TranscodeError(problem));
  });

  it('unknown names can be left out', () => {
    expect(jsonToMessage(BOOK, parseJson('{"given":1,"name":"a"}'), 'ignore').toString('hex')).toBe('0a0161');
  });

  it.each(['0a05', '08', '0801', 'ffffffffffffffffffff01', '1a020aff', '62', '0f'])('%s is no message', (hex) => {
    expect(() => messageToJson(BOOK, Buffer.from(hex, 'hex'), false)).toThrow(TranscodeError);
  });

  it('depth is bounded on both ways', () => {
    let json = '1';
    for (let depth = 0; depth < 60; depth++) json = `[${json}]`;
    expect(() => jsonToMessage(BOOK, parseJson(`{"list":${json}}`), 'refuse')).toThrow('values more than 100 deep');
    let bytes = Buffer.alloc(0);
    // google.protobuf.Value { list_value = 6 } and ListValue { values = 1 }, one within the other.
    for (let depth = 0; depth < 200; depth++) {
      const tag = depth % 2 === 0 ? 0x0a : 0x32;
      bytes = Buffer.concat([Buffer.from([tag, ...lengthOf(bytes)]), bytes]);
    }
    const note = Buffer.concat([Buffer.from([0x8a, 0x01, ...lengthOf(bytes)]), bytes]);
    expect(() => messageToJson(BOOK, note, false)).toThrow('more than 100 deep');
  });
});

function lengthOf(bytes: Buffer): number[] {
  return bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
}

describe('times', () => {
  it.each<[text: string, seconds: bigint, nanos: number]>([
    ['1970-01-01T00:00:00Z', 0n, 0],
    ['1969-12-31T23:59:59.999999999Z', -1n, 999_999_999],
    ['0001-01-01T00:00:00Z', -62_135_596_800n, 0],
    ['9999-12-31T23:59:59Z', 253_402_300_799n, 0],
    ['2026-11-21T00:00:00.000001Z', 1_795_219_200n, 1000],
  ])('%s', (text, seconds, nanos) => {
    expect(timestampText({ seconds, nanos })).toBe(text);
    expect(parseTimestamp(text)).toEqual({ seconds, nanos });
  });

  it('zones are read, and what is none is not', () => {
    expect(parseTimestamp('1970-01-01T01:00:00+01:00')).toEqual({ seconds: 0n, nanos: 0 });
    for (const text of [
      '1970-01-01',
      '1970-01-01T00:00:00',
      '0000-01-01T00:00:00Z',
      '1970-01-01T00:00:00.0000000001Z',
      '',
    ])
      expect(parseTimestamp(text)).toBeNull();
  });

  it.each<[text: string, seconds: bigint, nanos: number]>([
    ['0s', 0n, 0],
    ['1.500s', 1n, 500_000_000],
    ['-0.000000001s', 0n, -1],
    ['-3s', -3n, 0],
    ['315576000000s', 315_576_000_000n, 0],
  ])('%s', (text, seconds, nanos) => {
    expect(durationText({ seconds, nanos })).toBe(text);
    expect(parseDuration(text)).toEqual({ seconds, nanos });
  });

  it('durations out of range are none', () => {
    expect(parseDuration('315576000001s')).toBeNull();
    expect(() => durationText({ seconds: 1n, nanos: -1 })).toThrow('out of range');
  });
});
