import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TarsType, tarsAnswer, tarsInt, ValueError } from './index.ts';
import { expectAnyText, expectRefused, Pieces } from './testdata/answers.ts';

const LONG = 'x'.repeat(256);
const STRUCT = '0a0604456d6d61290002000101012cf010070b';
/** The fields of one buffer each, as `TarsOutputStream` of `@tars/stream` 2.0.3 writes them. */
const WRITTEN = [
  ['{"0":0}', '0c'],
  ['{"0":-128}', '0080'],
  ['{"0":300}', '01012c'],
  ['{"0":-70000}', '02fffeee90'],
  ['{"0":4294967296}', '030000000100000000'],
  ['{"0":9007199254740993}', '030020000000000001'],
  ['{"0":true}', '0001'],
  ['{"0":false}', '0c'],
  ['{"0":{"float":0.5}}', '043f000000'],
  ['{"0":-0.1}', '05bfb999999999999a'],
  ['{"0":"hé"}', '060368c3a9'],
  ['{"20":"x"}', 'f6140178'],
  [`{"0":"${LONG}"}`, `0700000100${'78'.repeat(256)}`],
  ['{"0":[1,300]}', '090002000101012c'],
  ['{"0":{"map":[["a",1],["b",0]]}}', '08000206016110010601621c'],
  ['{"0":{"bytes":"aGVsbG8="}}', '0d00000568656c6c6f'],
  ['{"0":{"0":"Emma","2":[1,300],"16":7}}', STRUCT],
  ['{"1":[{"0":"Emma","2":[1,300],"16":7}]}', `190001${STRUCT}`],
  ['{"0":5,"2":"out"}', '000526036f7574'],
] as const;

it.each(WRITTEN)('writes %s as Tars does', (json, hex) => {
  expect(tarsAnswer(json).toString('hex')).toBe(hex);
});

it('puts fields in the order of their tags, and nothing where there is nothing', () => {
  expect(tarsAnswer('{"10":1,"9":{"16":7,"2":0},"0":5}')).toEqual(tarsAnswer('{"0":5,"9":{"2":0,"16":7},"10":1}'));
  expect(tarsAnswer('{}').length).toBe(0);
  expect(tarsAnswer('{"0":{}}').toString('hex')).toBe('0a0b');
});

it('writes as a double what has a point, and as a float what is said to be one', () => {
  expect(tarsAnswer('{"0":5.0}').toString('hex')).toBe('054014000000000000');
  expect(tarsAnswer('{"0":{"float":5}}').toString('hex')).toBe('0440a00000');
  expect(tarsAnswer('{"0":{"float":0.1}}').toString('hex')).toBe('043dcccccd');
});

it('is 50 values deep at most', () => {
  expect(tarsAnswer(`{"0":${'['.repeat(50)}${']'.repeat(50)}}`).length).toBe(50 + 49 * 2 + 1);
  expect(() => tarsAnswer(`{"0":${'['.repeat(51)}${']'.repeat(51)}}`)).toThrow(/more than 50 values deep/);
  expect(() => tarsAnswer('['.repeat(60_000))).toThrow(ValueError);
});

describe('refuses', () => {
  it.each([
    ['what is no JSON', 'x', /\$: not JSON/],
    ['a value without a tag', '5', /an object by tags, 0 is what the method returns, expected, 5 found/],
    ['a name', '{"ret":1}', /\$: "ret" is no tag, 0 to 255/],
    ['a tag out of range', '{"256":1}', /"256" is no tag/],
    ['a tag that is written in another way', '{"00":1}', /"00" is no tag/],
    ['a tag below 0', '{"-1":1}', /"-1" is no tag/],
    ['a tag that is there twice', '{"0":1,"0":2}', /a name that was there before/],
    ['a name in a struct', '{"0":[{"0":1,"a":2}]}', /\$\.0\[0\]: "a" is no tag/],
    ['null', '{"0":null}', /\$\.0: null is no value of Tars: leave the tag out/],
    ['a number of more than 64 bits', '{"0":9223372036854775808}', /a whole number of 64 bits expected/],
    ['a double that is too large', '{"0":1e999}', /a number that a double holds expected, 1e999 found/],
    ['a float that is too large', '{"0":{"float":1e39}}', /\$\.0\.float: a number that a float holds expected/],
    ['a float that is a text', '{"0":{"float":"1"}}', /a number that a double holds expected, "1" found/],
    ['half of a sign', '{"0":"\\udc00"}', /a text expected/],
    ['bytes that are no base64', '{"0":{"bytes":"a"}}', /\$\.0\.bytes: bytes in base64 expected, "a" found/],
    ['a map that is an object', '{"0":{"map":{"a":1}}}', /a list of pairs, \[\[<key>,<value>\], …\], expected/],
    ['a pair of three', '{"0":{"map":[["a",1,2]]}}', /\$\.0\.map\[0\]: a pair of a key and a value expected/],
    ['a key that is there twice', '{"0":{"map":[["a",1],["a",2]]}}', /\$\.0\.map\[1\]: a key that was there before/],
    ['keys that are the same number', '{"0":{"map":[[1,1],[true,2]]}}', /a key that was there before/],
    ['a map with more', '{"0":{"map":[],"1":2}}', /"map" is no tag/],
  ])('%s', (_name, json, message) => expectRefused(tarsAnswer, json, message));
});

/** A reader that is as simple as it can be: what it reads is JSON once more, floats and doubles as numbers with a point. */
class Reader extends Pieces {
  /** Tag, and the text of the value. */
  field(): readonly [tag: number, type: number, json: string] {
    const head = this.take(1).readUInt8();
    const tag = head >> 4 === 15 ? this.take(1).readUInt8() : head >> 4;
    return [tag, head & 15, this.#value(head & 15)];
  }

  fields(end: () => boolean): string {
    const fields: string[] = [];
    let last = -1;
    while (!end()) {
      const [tag, type, json] = this.field();
      if (type === TarsType.STRUCT_END) break;
      expect(tag).toBeGreaterThan(last);
      last = tag;
      fields.push(`"${tag}":${json}`);
    }
    return `{${fields.join(',')}}`;
  }

  #count(): number {
    return Number(this.field()[2]);
  }

  #value(type: number): string {
    switch (type) {
      case TarsType.ZERO:
        return '0';
      case TarsType.INT8:
        return String(this.take(1).readInt8());
      case TarsType.INT16:
        return String(this.take(2).readInt16BE());
      case TarsType.INT32:
        return String(this.take(4).readInt32BE());
      case TarsType.INT64:
        return String(this.take(8).readBigInt64BE());
      case TarsType.FLOAT:
        return `${this.take(4).readFloatBE()}f`;
      case TarsType.DOUBLE:
        return `${this.take(8).readDoubleBE()}d`;
      case TarsType.TEXT1:
        return JSON.stringify(this.take(this.take(1).readUInt8()).toString());
      case TarsType.TEXT4:
        return JSON.stringify(this.take(this.take(4).readUInt32BE()).toString());
      case TarsType.MAP:
        return `{"map":[${Array.from({ length: this.#count() }, () => `[${this.field()[2]},${this.field()[2]}]`).join(',')}]}`;
      case TarsType.LIST:
        return `[${Array.from({ length: this.#count() }, () => this.field()[2]).join(',')}]`;
      case TarsType.STRUCT_BEGIN:
        return this.fields(() => false);
      case TarsType.BYTES:
        expect(this.take(1).readUInt8()).toBe(TarsType.INT8);
        return `{"bytes":"${this.take(this.#count()).toString('base64')}"}`;
      default:
        return '';
    }
  }
}

/** JSON of a value, and what the reader makes of it. */
type Said = readonly [json: string, read: string];
const same = (json: string): Said => [json, json];
const decimal = (value: number): Said => {
  const json = Number.isInteger(value) ? `${BigInt(value)}.0` : String(value);
  return [Object.is(value, -0) ? '-0.0' : json, `${value}d`];
};
const joined = (open: string, items: readonly Said[], end: string): Said => [
  open + items.map(([json]) => json).join(',') + end,
  open + items.map(([, read]) => read).join(',') + end,
];
const structOf = (fields: readonly (readonly [number, Said])[]): Said =>
  joined(
    '{',
    [...new Map(fields)]
      .sort(([a], [b]) => a - b)
      .map(([tag, [json, read]]): Said => [`"${tag}":${json}`, `"${tag}":${read}`]),
    '}',
  );
const { struct } = fc.letrec<{ any: Said; struct: Said }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => same(String(value))),
    fc.integer({ min: -70_000, max: 70_000 }).map((value) => same(String(value))),
    fc.boolean().map((value): Said => [String(value), value ? '1' : '0']),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(decimal),
    fc
      .float({ noNaN: true, noDefaultInfinity: true })
      .map((value): Said => [`{"float":${decimal(value)[0]}}`, `${value}f`]),
    fc.string({ unit: 'binary', maxLength: 300 }).map((value) => same(JSON.stringify(value))),
    fc.uint8Array().map((value) => same(`{"bytes":"${Buffer.from(value).toString('base64')}"}`)),
    fc.array(tie('any'), { maxLength: 3 }).map((items) => joined('[', items, ']')),
    fc.array(fc.tuple(fc.string(), tie('any')), { maxLength: 3 }).map((pairs) => {
      const entries = [...new Map(pairs)].map(([key, value]) => joined('[', [same(JSON.stringify(key)), value], ']'));
      return joined('{"map":[', entries, ']}');
    }),
    tie('struct'),
  ),
  struct: fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), tie('any')), { maxLength: 4 }).map(structOf),
}));

it('writes what a reader reads again, whatever it is', () => {
  fc.assert(
    fc.property(struct, ([json, read]) => {
      const written = tarsAnswer(json);
      const reader = new Reader(written);
      expect(reader.fields(() => reader.at === written.length)).toBe(read);
      expect(reader.at).toBe(written.length);
    }),
    { seed: 20_261_122, numRuns: 500 },
  );
});

it('takes as few bytes for a whole number as hold it', () => {
  const sizes = [0, 127, -128, 128, 32_767, -32_769, 2 ** 31, -(2n ** 63n)].map((value) => tarsInt(1, value).length);
  expect(sizes).toEqual([1, 2, 2, 3, 3, 5, 9, 9]);
});

it('takes any text, or says with a ValueError why not', () => {
  const known = WRITTEN.map(([json]) => json);
  expectAnyText(tarsAnswer, known, (written) => {
    const reader = new Reader(written);
    reader.fields(() => reader.at === written.length);
    return reader.at;
  });
});
