import {
  DEFAULT_HESSIAN_LIMITS,
  DraftReader,
  DraftWriter,
  Hessian2Reader,
  Hessian2Writer,
  HessianDouble,
  HessianObject,
  TypedList,
  TypedMap,
} from '@weft/hessian';
import { ProtocolError } from '@weft/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANY,
  DEFAULT_VALUE_LIMITS,
  type Dialect,
  describeThrowable,
  descriptorOf,
  erasureOf,
  fromJson,
  maxValuesOf,
  parseDescriptors,
  parseJavaType,
  parseJson,
  throwable,
  toJson,
  ValueError,
} from './index.ts';
import { JAVA_VECTORS } from './testdata/java-vectors.ts';

const DIALECTS: readonly Dialect[] = ['dubbo', 'sofa'];
const read = (dialect: Dialect, bytes: Buffer): unknown =>
  (dialect === 'dubbo' ? new Hessian2Reader(bytes) : new DraftReader(bytes)).read();
const written = (dialect: Dialect, value: unknown): Buffer => {
  const writer = dialect === 'dubbo' ? new Hessian2Writer() : new DraftWriter();
  writer.write(value);
  return writer.toBuffer();
};
const build = (json: string, type: string, dialect: Dialect = 'dubbo'): unknown =>
  fromJson(parseJson(json), parseJavaType(type), { dialect });

const USER =
  '{"id":7,"age":30,"name":"Ann","score":1.0,"ratio":0.5,"sex":"f","s":3,"ok":true,"color":"RED","balance":12.30,"born":1700000000123,"photo":"AQID","tags":["a","b"],"points":{"x":1},"friend":null,"aliases":["q"],"nums":[1,2]}';

describe('values that Java wrote', () => {
  const EXPECTED: Readonly<Record<string, string>> = {
    bigint: '123456789012345678901234567890',
    bignegative: '-5',
    bigzero: '0',
    bigdec: '-1.5E+10',
    timestamp: '1700000000123',
    sqldate: '1700000000000',
    instant: '1700000000123',
    localdate: '"2024-02-29"',
    localdatetime: '"2024-02-29T12:30:15.0000005"',
    localtime: '"01:02:03"',
    zoned: '"2024-02-29T01:02:03+08:00[Asia/Shanghai]"',
    color: '"GREEN"',
    long: '9007199254740993',
    set: '["a"]',
    linked: '[1,2]',
    ints: '[1,2]',
    longs: '[1]',
    objects: '[1,"a",null]',
    users: '[]',
    integers: '[1]',
    chars: '"ab"',
    doubles: '[1.5]',
    strings: '["a"]',
    dates: '[0]',
    nested: '[[1]]',
    character: '"x"',
    hashmap: '{"k":1}',
    treemap: '{"k":1}',
    uuid: '"00000000-0000-0001-0000-000000000002"',
    locale: '"zh_CN"',
    short: '5',
  };
  const rows = JAVA_VECTORS.flatMap((vector) =>
    DIALECTS.filter((dialect) => vector[dialect] !== '' && EXPECTED[vector.name] !== undefined).map(
      (dialect) => [vector.name, dialect, vector[dialect]] as const,
    ),
  );

  it.each(rows)('%s of %s', (name, dialect, bytes) => {
    expect(toJson(read(dialect, Buffer.from(bytes, 'hex')))).toBe(EXPECTED[name]);
  });

  it.each(DIALECTS)('an object of %s, whatever the order of its fields', (dialect) => {
    const vector = JAVA_VECTORS.find(({ name }) => name === 'user')?.[dialect] ?? '';
    const value = read(dialect, Buffer.from(vector, 'hex'));
    expect(JSON.parse(toJson(value))).toEqual(JSON.parse(USER));
    expect(toJson(value, { keepTypes: true })).toContain('{"@type":"V$User",');
  });

  it.each(DIALECTS)('an object of %s that contains itself is refused, with the place', (dialect) => {
    const vector = JAVA_VECTORS.find(({ name }) => name === 'cyclic')?.[dialect] ?? '';
    const error = thrown(() => toJson([read(dialect, Buffer.from(vector, 'hex'))]));
    expect(error).toMatchObject({ problem: 'cyclic', path: '$[0].friend' });
  });

  it.each(DIALECTS)('an exception of %s is described by its class and message', (dialect) => {
    const vector = JAVA_VECTORS.find(({ name }) => name === 'exception')?.[dialect] ?? '';
    expect(describeThrowable(read(dialect, Buffer.from(vector, 'hex')))).toEqual({
      className: 'java.lang.IllegalStateException',
      message: 'no',
    });
    expect(describeThrowable(throwable({ className: 'a.B', message: 'm' }))).toEqual({
      className: 'a.B',
      message: 'm',
    });
    expect(describeThrowable(new HessianObject('a.B', [['message', 'no exception']]))).toBeNull();
  });
});

describe('JSON of a value', () => {
  const shared = [1];
  it.each<[string, unknown, string]>([
    ['a whole double keeps its point', new HessianDouble(1), '1.0'],
    ['a large double, too', 1e15, '1000000000000000.0'],
    ['and one with an exponent', 1e300, '1e+300'],
    ['minus zero', -0, '-0.0'],
    ['what JSON has no number for', Number.NaN, '"NaN"'],
    ['infinity', Number.NEGATIVE_INFINITY, '"-Infinity"'],
    ['a long beyond ±2^53 in full digits', 2n ** 63n - 1n, '9223372036854775807'],
    ['bytes in base64', Buffer.from([0xfb, 0xff]), '"+/8="'],
    ['a text with what must be escaped', 'a"\n\u2028', JSON.stringify('a"\n\u2028')],
    ['what is shared, twice', [shared, shared], '[[1],[1]]'],
    ['keys that are no strings', new Map<unknown, unknown>([[1, 2]]), '{"1":2}'],
    ['keys that are enums', new Map([[new HessianObject('a.Color', [['name', 'RED']]), 1]]), '{"RED":1}'],
    ['keys that are dates', new Map([[new Date(5), 1]]), '{"5":1}'],
    [
      'an object whose one field is a name, not a constant',
      new HessianObject('a.B', [['name', 'Ann']]),
      '{"name":"Ann"}',
    ],
    ['a name that is dangerous to JavaScript', new Map([['__proto__', 1]]), '{"__proto__":1}'],
  ])('%s', (_title, value, expected) => {
    expect(toJson(value)).toBe(expected);
  });

  it('as strings and ISO 8601 where that is asked for', () => {
    const options = { bigNumbers: 'string', dates: 'iso' } as const;
    expect(toJson([2n ** 60n, 5n, 7], options)).toBe('["1152921504606846976",5,7]');
    expect(toJson([new Date(0), build('"1.50"', 'java.math.BigDecimal')], options)).toBe(
      '["1970-01-01T00:00:00.000Z","1.50"]',
    );
    const instant = build('1', 'java.time.Instant') as HessianObject;
    instant.fields.set('nanos', 1_000_200);
    expect(toJson(instant, options)).toBe('"1970-01-01T00:00:00.001000200Z"');
    expect(toJson(new Map([[new Date(0), 1]]), options)).toBe('{"1970-01-01T00:00:00.000Z":1}');
  });

  it('takes the word of who knows the enums', () => {
    const value = new HessianObject('a.B', [['name', 'Ann']]);
    expect(toJson(value, { enums: new Map([['a.B', true]]) })).toBe('"Ann"');
    const upper = new HessianObject('a.B', [['name', 'ANN']]);
    expect(toJson(upper)).toBe('"ANN"');
    expect(toJson(upper, { enums: new Map([['a.B', false]]) })).toBe('{"name":"ANN"}');
  });

  it('writes the classes of objects and of typed maps where that is asked for', () => {
    const value = [new HessianObject('a.B', [['x', new TypedMap('java.util.TreeMap', new Map([['k', 1]]))]])];
    expect(toJson(value, { keepTypes: true })).toBe('[{"@type":"a.B","x":{"@type":"java.util.TreeMap","k":1}}]');
    expect(toJson(value)).toBe('[{"x":{"k":1}}]');
  });

  it('stops at its limits, and at keys without a text', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 101; i++) deep = [deep];
    expect(thrown(() => toJson(deep))).toMatchObject({ problem: 'limit' });
    // Shared lists within each other: few bytes of Hessian, 2^30 values of JSON.
    let wide: unknown = 1;
    for (let i = 0; i < 30; i++) wide = [wide, wide];
    expect(thrown(() => toJson(wide))).toMatchObject({ problem: 'limit' });
    expect(
      thrown(() => toJson(['x'.repeat(100)], { limits: { ...DEFAULT_VALUE_LIMITS, maxLength: 50 } })),
    ).toMatchObject({
      problem: 'limit',
      path: '$[0]',
    });
    expect(thrown(() => toJson(new Map([[[1], 1]])))).toMatchObject({ problem: 'type', path: '$' });
  });
});

describe('a value of JSON', () => {
  it.each<[type: string, json: string, value: unknown]>([
    ['int', '5', 5],
    ['int', '"5"', 5],
    ['int', '5.0', 5],
    ['long', '5', 5n],
    ['java.lang.Long', '9223372036854775807', 2n ** 63n - 1n],
    ['java.lang.Long', 'null', null],
    ['double', '5', new HessianDouble(5)],
    ['float', '"1.5"', 1.5],
    ['java.lang.Double', '"NaN"', Number.NaN],
    ['boolean', '"true"', true],
    ['char', '"x"', 'x'],
    ['char[]', '"xy"', 'xy'],
    ['java.lang.String', '5', '5'],
    ['java.lang.String', '1.50', '1.50'],
    ['java.lang.Object', '1.0', new HessianDouble(1)],
    ['java.lang.Object', '2147483647', 2_147_483_647],
    ['java.lang.Object', '2147483648', 2_147_483_648n],
    ['byte[]', '"+/8="', Buffer.from([0xfb, 0xff])],
    ['java.util.Date', '"1970-01-01T00:00:01"', new Date(1000)],
    ['java.util.Date', '"1970-01-01T02:00:00+02:00"', new Date(0)],
    ['java.util.Date', '"1970-01-02"', new Date(86_400_000)],
    ['java.util.Date', '"5"', new Date(5)],
    ['java.util.List<java.lang.Long>', '[1,null]', [1n, null]],
    ['java.util.Set<java.lang.String>', '["a"]', new TypedList('java.util.HashSet', ['a'])],
    ['java.util.List<? extends a.B>', '[{}]', [new HessianObject('a.B')]],
    ['java.util.List<?>', '[1]', [1]],
    ['int[][]', '[[1]]', new TypedList('[[int', [new TypedList('[int', [1])])],
    ['java.lang.String[]', '["a"]', new TypedList('[string', ['a'])],
    ['[Ljava.lang.String;', '["a"]', new TypedList('[string', ['a'])],
    ['byte[][]', '["AQ=="]', new TypedList('[[byte', [Buffer.from([1])])],
    ['a.B[]', '["RED"]', new TypedList('[a.B', [new HessianObject('a.B', [['name', 'RED']])])],
    ['java.util.Map<java.lang.Integer,java.util.Date>', '{"1":0}', new Map([[1, new Date(0)]])],
    ['java.util.TreeMap', '{"a":1}', new TypedMap('java.util.TreeMap', new Map([['a', 1]]))],
    ['a.B', '{"x":{"y":[true]}}', new HessianObject('a.B', [['x', new Map([['y', [true]]])]])],
    ['a.B', '{"@type":"evil.Gadget"}', new HessianObject('a.B', [['@type', 'evil.Gadget']])],
    ['java.lang.Object', '{"@type":"evil.Gadget"}', new Map([['@type', 'evil.Gadget']])],
  ])('%s of %s', (type, json, value) => {
    expect(build(json, type)).toEqual(value);
  });

  it.each<[type: string, json: string, message: string]>([
    ['int', '2147483648', '$: int expected, 2147483648 found'],
    ['int', '1.5', '$: int expected, 1.5 found'],
    ['int', 'null', '$: int expected, null found'],
    ['long', '9223372036854775808', '$: long expected, 9223372036854775808 found'],
    ['byte', '200', '$: byte expected, 200 found'],
    ['boolean', '1', '$: boolean expected, 1 found'],
    ['double', '""', '$: double expected, "" found'],
    [
      'java.util.List<java.util.Date>',
      '[0,"soon"]',
      '$[1]: java.util.Date (milliseconds or ISO 8601) expected, "soon" found',
    ],
    ['java.util.Map<java.lang.String,int[]>', '{"a b":[true]}', '$["a b"][0]: int expected, true found'],
    ['a.B', '[]', '$: a.B expected, an array found'],
    ['java.util.List', '{}', '$: an array expected, an object found'],
    ['byte[]', '"%"', '$: bytes in base64 expected, "%" found'],
    ['java.time.LocalDate', '"2024-13-01"', '$: java.time.LocalDate expected, "2024-13-01" found'],
    ['java.math.BigDecimal', '"1e"', '$: java.math.BigDecimal expected, "1e" found'],
    ['void', '1', '$: null expected, 1 found'],
  ])('%s is not %s', (type, json, message) => {
    expect(thrown(() => build(json, type))).toMatchObject({ problem: 'type', message });
  });

  it('knows the types of fields where they are told, and classes where callers may choose them', () => {
    const classes = new Map([['a.B', new Map([['born', parseJavaType('java.util.Date')]])]]);
    const options = { dialect: 'dubbo', classes, keepTypes: true } as const;
    expect(fromJson(parseJson('{"born":5,"other":5}'), parseJavaType('a.B'), options)).toEqual(
      new HessianObject('a.B', [
        ['born', new Date(5)],
        ['other', 5],
      ]),
    );
    expect(fromJson(parseJson('[{"@type":"a.B","born":5}]'), ANY, options)).toEqual([
      new HessianObject('a.B', [['born', new Date(5)]]),
    ]);
    expect(fromJson(parseJson('{"@type":"a.C","born":5}'), parseJavaType('a.B'), options)).toEqual(
      new HessianObject('a.C', [['born', 5]]),
    );
  });
});

describe('there and back', () => {
  /** A type, and JSON of a value of it as this code writes it. */
  const cases = fc.oneof(
    fc.record({ type: fc.constant('int'), json: fc.integer().map(String) }),
    fc.record({
      type: fc.constantFrom('long', 'java.lang.Long'),
      json: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    }),
    fc.record({
      type: fc.constant('java.math.BigInteger'),
      json: fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }).map(String),
    }),
    fc.record({
      type: fc.constant('java.math.BigDecimal'),
      json: fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, part]) => `${whole}.${part}`),
    }),
    fc.record({
      type: fc.constantFrom('double', 'java.lang.Object'),
      json: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => toJson(asDouble(value))),
    }),
    fc.record({
      type: fc.constantFrom('java.lang.String', 'java.lang.Object'),
      json: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
    }),
    fc.record({
      type: fc.constantFrom('java.util.Date', 'java.sql.Timestamp', 'java.time.Instant'),
      json: fc.date({ noInvalidDate: true }).map((date) => String(date.getTime())),
    }),
    fc.record({
      type: fc.constant('byte[]'),
      json: fc.uint8Array().map((bytes) => JSON.stringify(Buffer.from(bytes).toString('base64'))),
    }),
    fc.record({ type: fc.constant('java.util.UUID'), json: fc.uuid().map((text) => JSON.stringify(text)) }),
    fc.record({
      type: fc.constant('java.time.LocalDateTime'),
      json: fc
        .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-01-01') })
        .map((date) => JSON.stringify(date.toISOString().slice(0, 19))),
    }),
    fc.record({ type: fc.constant('a.Color'), json: fc.constantFrom('"RED"', '"IN_STOCK"') }),
    fc.record({
      type: fc.constantFrom('a.Pojo', 'java.lang.Object', 'java.util.TreeMap'),
      json: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })).map(canonical),
    }),
  );

  it.each(DIALECTS)('JSON → Hessian of %s → bytes → Hessian → JSON', (dialect) => {
    fc.assert(
      fc.property(fc.array(cases, { maxLength: 5 }), (list) => {
        for (const { type, json } of list) {
          const value = fromJson(parseJson(json), parseJavaType(type), { dialect });
          const back = read(dialect, written(dialect, value));
          expect(toJson(back, { enums: new Map([['a.Pojo', false]]) })).toBe(json);
        }
      }),
      { numRuns: 500, seed: 20_261_121 },
    );
  });

  it('any bytes become JSON that can be read, or one of the errors that are told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...DIALECTS), (noise, dialect) => {
        let value: unknown;
        try {
          value = read(dialect, Buffer.from(noise));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
          return;
        }
        try {
          parseJson(toJson(value), { ...DEFAULT_VALUE_LIMITS, maxDepth: DEFAULT_HESSIAN_LIMITS.maxDepth });
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
          expect((error as ValueError).problem).not.toBe('syntax');
        }
      }),
      { numRuns: 5000, seed: 20_261_121 },
    );
  });
});

describe('types', () => {
  it('descriptors and names are each other', () => {
    expect(parseDescriptors('Ljava/lang/String;[I[[La/B$C;VJ')).toEqual([
      'java.lang.String',
      'int[]',
      'a.B$C[][]',
      'void',
      'long',
    ]);
    for (const text of ['Ljava/lang/String;', '[I', '[[La/B$C;', 'J', 'Z'])
      expect(parseDescriptors(text).map(descriptorOf).join('')).toBe(text);
    expect(descriptorOf('java.util.Map<java.lang.String, java.util.List<a.B[]>>[]')).toBe('[Ljava/util/Map;');
    expect(erasureOf('java.util.List<a.B>[]')).toBe('java.util.List[]');
    expect(parseDescriptors('')).toEqual([]);
  });

  it.each([
    '',
    'a b',
    'java.util.List<',
    'java.util.List<a.B',
    'a.B>',
    '[',
    '[Q',
    'La/B',
    'int[',
    '(I)V',
    '? extends',
    '<'.repeat(99),
  ])('refuses %j', (text) => {
    expect(() => parseJavaType(text)).toThrow(RangeError);
  });

  it('bounds types within types', () => {
    expect(() => parseJavaType(`${'java.util.List<'.repeat(20)}int${'>'.repeat(20)}`)).toThrow('at most 16');
  });
});

function thrown(run: () => unknown): ValueError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ValueError);
    return error as ValueError;
  }
  throw new Error('nothing was thrown');
}

function asDouble(value: number): number | HessianDouble {
  return (value | 0) === value && !Object.is(value, -0) ? new HessianDouble(value) : value;
}

/** JSON as `toJson` writes it: doubles keep their point. */
function canonical(value: unknown): string {
  return toJson(fromJson(parseJson(JSON.stringify(value)), ANY, { dialect: 'dubbo' }));
}

it.each([
  ['double', '"0x10"'],
  ['double', '1e999'],
  ['float', '"1e999"'],
  ['double', '" "'],
  ['java.util.Date', '"2026-02-30"'],
  ['java.util.Date', '"2026-02-29T10:00:00Z"'],
  ['java.time.Instant', '"2026-04-31T10:00:00Z"'],
])('is no %s: %s', (type, json) => {
  expect(() => fromJson(parseJson(json), parseJavaType(type), { dialect: 'dubbo' })).toThrow(ValueError);
});

it('takes the numbers and days that there are', () => {
  const read = (type: string, json: string) => fromJson(parseJson(json), parseJavaType(type), { dialect: 'dubbo' });
  expect(read('java.util.Date', '"2024-02-29"')).toEqual(new Date('2024-02-29'));
  expect([read('double', '"1.5e3"'), read('double', '"-Infinity"')]).toEqual([
    read('double', '1500'),
    read('double', '"-Infinity"'),
  ]);
});

it.each([
  [1, 200_000],
  [1_048_576, 200_000],
  [1_572_864, 300_000],
  [2_621_440, 500_000],
  [67_108_864, 500_000],
])('of a body of %i bytes, %i values are taken', (maxBodyBytes, maxValues) => {
  expect(maxValuesOf(maxBodyBytes)).toBe(maxValues);
});
