import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thriftAnswer, ValueError } from './index.ts';
import { expectAnyText, expectRefused, Pieces } from './testdata/answers.ts';

/** One struct each, as `TJSONProtocol` and `TBinaryProtocol` of libthrift 0.12.0 (Java) write it. */
const WRITTEN = [
  ['{}', '00'],
  ['{"0":{"tf":1}}', '0200000100'],
  ['{"0":{"i8":-128}}', '0300008000'],
  ['{"0":{"i16":-300}}', '060000fed400'],
  ['{"0":{"i32":-2147483648}}', '0800008000000000'],
  ['{"0":{"i64":9007199254740993}}', '0a0000002000000000000100'],
  ['{"0":{"dbl":-0.1}}', '040000bfb999999999999a00'],
  ['{"0":{"dbl":5.0}}', '040000401400000000000000'],
  ['{"0":{"dbl":"-Infinity"}}', '040000fff000000000000000'],
  ['{"0":{"str":"héllo \\"😀\\"\\n"}}', '0b00000000000e68c3a96c6c6f2022f09f9880220a00'],
  ['{"0":{"lst":["i32",2,1,2]}}', '0f00000800000002000000010000000200'],
  ['{"0":{"set":["str",1,"a"]}}', '0e00000b00000001000000016100'],
  [
    '{"0":{"map":["i64","str",2,{"-7":"a","8":"b"}]}}',
    '0d00000a0b00000002fffffffffffffff900000001610000000000000008000000016200',
  ],
  ['{"0":{"map":["tf","dbl",1,{"1":0.5}]}}', '0d0000020400000001013fe000000000000000'],
  ['{"0":{"map":["str","i32",0,{}]}}', '0d00000b080000000000'],
  [
    '{"0":{"rec":{"1":{"str":"Emma"},"300":{"lst":["rec",1,{"-1":{"tf":0}}]}}}}',
    '0c00000b000100000004456d6d610f012c0c0000000102ffff00000000',
  ],
  ['{"1":{"rec":{"1":{"str":"sold out"}}}}', '0c00010b000100000008736f6c64206f75740000'],
] as const;

it.each(WRITTEN)('writes %s as Thrift does', (json, hex) => {
  expect(thriftAnswer(json).toString('hex')).toBe(hex);
});

it('takes true and false, and bytes that are no text', () => {
  expect(thriftAnswer('{"0":{"tf":true}}')).toEqual(thriftAnswer('{"0":{"tf":1}}'));
  expect(thriftAnswer('{"0":{"bin":"/wA="}}').toString('hex')).toBe('0b000000000002ff0000');
});

const nested = (levels: number): string => `{"0":{"lst":${'["lst",1,'.repeat(levels)}["i8",0]${']'.repeat(levels)}}}`;

it('is 50 values deep at most', () => {
  // The struct of the result is one, the innermost list another.
  expect(thriftAnswer(nested(48)).length).toBe(3 + 48 * 5 + 5 + 1);
  expect(() => thriftAnswer(nested(49))).toThrow(/more than 50 values deep/);
  expect(() => thriftAnswer('['.repeat(60_000))).toThrow(ValueError);
});

describe('refuses', () => {
  it.each([
    ['what is no JSON', '{"0"', /\$: not JSON/],
    ['a value without its type', '"x"', /\$: an object with one field expected, "x" found/],
    ['two results', '{"0":{"i32":1},"1":{"rec":{}}}', /an object with one field expected/],
    ['a field that no result has', '{"-1":{"i32":1}}', /-1 is no field of a result/],
    ['a field that is a name', '{"success":{"i32":1}}', /"success" is no number of a field/],
    ['a field out of range', '{"32768":{"i32":1}}', /"32768" is no number of a field, -32768 to 32767/],
    ['a field that is written in another way', '{"00":{"i32":1}}', /"00" is no number of a field/],
    ['a field that is there twice', '{"0":{"rec":{"1":{"tf":1},"1":{"tf":1}}}}', /a name that was there before/],
    ['a field without a type', '{"0":5}', /\$\.0: one value by its type, such as \{"i32":5\}, expected, 5 found/],
    ['a field of two types', '{"0":{"i8":1,"i16":1}}', /one value by its type/],
    ['a type that is none', '{"0":{"int":5}}', /\$\.0: "int" is no type, which are tf, i8, dbl/],
    ['a type that is built into JavaScript', '{"0":{"constructor":5}}', /"constructor" is no type/],
    ['a number that does not fit', '{"0":{"i8":128}}', /\$\.0\.i8: a whole number of 8 bits expected, 128 found/],
    ['a number of more than 64 bits', '{"0":{"i64":9223372036854775808}}', /a whole number of 64 bits expected/],
    ['a fraction', '{"0":{"i32":1.5}}', /a whole number of 32 bits expected, 1\.5 found/],
    ['a double that is too large', '{"0":{"dbl":1e999}}', /a number that a double holds expected, 1e999 found/],
    ['a text for a number', '{"0":{"dbl":"1"}}', /a number that a double holds expected, "1" found/],
    ['a truth that is 2', '{"0":{"tf":2}}', /true, false, 1 or 0 expected, 2 found/],
    ['a number for a text', '{"0":{"str":1}}', /a text expected, 1 found/],
    ['half of a sign', '{"0":{"str":"\\ud800"}}', /a text expected/],
    ['bytes that are no base64', '{"0":{"bin":"x"}}', /bytes in base64 expected, "x" found/],
    ['null', '{"0":{"str":null}}', /a text expected, null found/],
    ['a struct that is a list', '{"0":{"rec":[]}}', /\$\.0\.rec: an object by the numbers of fields expected/],
    ['a list without a type', '{"0":{"lst":[1,2]}}', /\["<type>",<count>,<item>, …\]/],
    ['a list with another count', '{"0":{"lst":["i32",3,1,2]}}', /says 3 items, has 2/],
    ['an item that does not fit', '{"0":{"lst":["i32",2,1,"x"]}}', /\$\.0\.lst\[3\]: a whole number of 32 bits/],
    ['a set of what is no type', '{"0":{"set":["void",0]}}', /"void" is no type/],
    ['a map with another count', '{"0":{"map":["str","i32",2,{"a":1}]}}', /with as many entries as it says/],
    ['a map with more parts', '{"0":{"map":["str","i32",1,{"a":1},{}]}}', /with as many entries/],
    ['keys that are structs', '{"0":{"map":["rec","i32",0,{}]}}', /keys are of one of tf, i8/],
    ['a key of another type', '{"0":{"map":["i32","i32",1,{"a":1}]}}', /\$\.0\.map\[3\]\.a: a whole number of 32 bits/],
    ['a key that is written in another way', '{"0":{"map":["i32","i32",1,{"07":1}]}}', /a whole number of 32 bits/],
    ['a key that is no double', '{"0":{"map":["dbl","i32",1,{"x":1}]}}', /a number that a double holds/],
    ['a key that is there twice', '{"0":{"map":["dbl","i8",2,{"1":1,"1.0":1}]}}', /a key that was there before/],
    ['a value of another type', '{"0":{"map":["str","i32",1,{"a":"b"}]}}', /\$\.0\.map\[3\]\.a: a whole number/],
  ])('%s', (_name, json, message) => expectRefused(thriftAnswer, json, message));
});

/** A value by its type, in the JSON of Thrift: what the reader below makes of its bytes again. */
interface Typed {
  readonly type: string;
  readonly value: unknown;
}
const of = (type: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Typed> =>
  value.map((one) => ({ type, value: one }));
const unique = (items: readonly (readonly [unknown, unknown])[]): (readonly [unknown, unknown])[] => [
  ...new Map(items.map((item) => [String(item[0]), item] as const)).values(),
];
const { any } = fc.letrec<{ any: Typed; struct: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    of('tf', fc.boolean()),
    of('i8', fc.integer({ min: -128, max: 127 })),
    of('i64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    of('dbl', fc.double({ noNaN: true })),
    of('str', fc.string({ unit: 'binary' })),
    of('rec', tie('struct')),
    of(
      'lst',
      fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })).map((items) => ['i32', items]),
    ),
    of(
      'set',
      fc.array(tie('struct'), { maxLength: 3 }).map((items) => ['rec', items]),
    ),
    of(
      'map',
      fc.array(fc.tuple(fc.maxSafeInteger(), fc.string())).map((items) => ['i64', 'str', unique(items)]),
    ),
    of(
      'map',
      fc.array(fc.tuple(fc.string(), tie('struct')), { maxLength: 2 }).map((items) => ['str', 'rec', unique(items)]),
    ),
  ),
  struct: fc
    .array(fc.tuple(fc.integer({ min: -32_768, max: 32_767 }), tie('any')), { maxLength: 4 })
    .map((fields) => unique(fields)),
}));

function jsonOf(type: string, value: unknown): string {
  switch (type) {
    case 'dbl':
      return Number.isFinite(value) ? (Object.is(value, -0) ? '-0.0' : String(value)) : `"${String(value)}"`;
    case 'str':
      return JSON.stringify(value);
    case 'rec': {
      const fields = (value as [number, Typed][]).map(
        ([id, field]) => `"${id}":{"${field.type}":${jsonOf(field.type, field.value)}}`,
      );
      return `{${fields.join(',')}}`;
    }
    case 'lst':
    case 'set': {
      const [item, items] = value as [string, unknown[]];
      return `[${[`"${item}"`, items.length, ...items.map((one) => jsonOf(item, one))].join(',')}]`;
    }
    case 'map': {
      const [key, item, entries] = value as [string, string, [unknown, unknown][]];
      const written = entries.map(([name, one]) => `${JSON.stringify(String(name))}:${jsonOf(item, one)}`);
      return `["${key}","${item}",${entries.length},{${written.join(',')}}]`;
    }
    default:
      return String(value);
  }
}

const NAMES = ['', '', 'tf', 'i8', 'dbl', '', 'i16', '', 'i32', '', 'i64', 'str', 'rec', 'map', 'set', 'lst'];

/** A reader of the binary protocol that is as simple as it can be. */
class Reader extends Pieces {
  struct(): unknown[] {
    const fields: unknown[] = [];
    for (;;) {
      const type = NAMES[this.take(1).readUInt8()] as string;
      if (type === '') return fields;
      fields.push([this.take(2).readInt16BE(), { type, value: this.value(type) }]);
    }
  }

  value(type: string): unknown {
    switch (type) {
      case 'tf':
        return this.take(1).readUInt8() === 1;
      case 'i8':
        return this.take(1).readInt8();
      case 'i16':
        return this.take(2).readInt16BE();
      case 'i32':
        return this.take(4).readInt32BE();
      case 'i64':
        return this.take(8).readBigInt64BE();
      case 'dbl':
        return this.take(8).readDoubleBE();
      case 'str':
        return this.take(this.take(4).readInt32BE()).toString();
      case 'rec':
        return this.struct();
      case 'map': {
        const [key, item] = [this.#type(), this.#type()];
        return [
          key,
          item,
          Array.from({ length: this.take(4).readInt32BE() }, () => [this.value(key), this.value(item)]),
        ];
      }
      default: {
        const item = this.#type();
        return [item, Array.from({ length: this.take(4).readInt32BE() }, () => this.value(item))];
      }
    }
  }

  #type(): string {
    return NAMES[this.take(1).readUInt8()] as string;
  }
}

const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) return { ...value, value: plain((value as Typed).value) };
  return typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : value;
};

it('writes what a reader reads again, whatever it is', () => {
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 32_767 }), (field, id) => {
      const written = thriftAnswer(`{"${id}":{"${field.type}":${jsonOf(field.type, field.value)}}}`);
      const reader = new Reader(written);
      expect(plain(reader.struct())).toEqual(plain([[id, field]]));
      expect(reader.at).toBe(written.length);
    }),
    { seed: 20_261_122, numRuns: 500 },
  );
});

it('takes any text, or says with a ValueError why not', () => {
  const known = WRITTEN.map(([json]) => json);
  expectAnyText(thriftAnswer, known, (written) => {
    const reader = new Reader(written);
    reader.struct();
    return reader.at;
  });
});
