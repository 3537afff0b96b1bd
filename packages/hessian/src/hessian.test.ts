import { ProtocolError } from '@weft/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_HESSIAN_LIMITS,
  DraftReader,
  DraftSkipper,
  DraftWriter,
  Hessian2Reader,
  Hessian2Skipper,
  Hessian2Writer,
  HessianDouble,
  HessianObject,
  OVER_LIMIT,
  TRUNCATED,
  TypedList,
  TypedMap,
} from './index.ts';
import { SOFA_VECTORS } from './testdata/sofa-vectors.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const GRAMMARS = [
  {
    name: 'Hessian 2.0',
    read: (bytes: Buffer, limits = DEFAULT_HESSIAN_LIMITS) => new Hessian2Reader(bytes, 0, bytes.length, limits),
    skipper: (limits = DEFAULT_HESSIAN_LIMITS) => new Hessian2Skipper(limits),
    writer: (limits = DEFAULT_HESSIAN_LIMITS) => new Hessian2Writer(limits),
    nested: (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x79), Buffer.from('N')]),
    endless: (depth: number) => Buffer.alloc(depth, 0x57),
    emptyList: 0x78,
    list: (count: number) => [0x58, 0xd4 + (count >> 16), (count >> 8) & 0xff, count & 0xff],
  },
  {
    name: 'the draft',
    read: (bytes: Buffer, limits = DEFAULT_HESSIAN_LIMITS) => new DraftReader(bytes, 0, bytes.length, limits),
    skipper: (limits = DEFAULT_HESSIAN_LIMITS) => new DraftSkipper(limits),
    writer: (limits = DEFAULT_HESSIAN_LIMITS) => new DraftWriter(limits),
    nested: (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x56), Buffer.from('N'), Buffer.alloc(depth, 0x7a)]),
    endless: (depth: number) => Buffer.alloc(depth, 0x4d),
    emptyList: 0x56,
    list: () => [0x56],
  },
] as const;

/** Values of every kind, nested. */
const scalars = [
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc
    .double({ noNaN: true })
    .map((value) => ((value | 0) === value && !Object.is(value, -0) ? new HessianDouble(value) : value)),
  fc.integer({ min: -40_000, max: 40_000 }).map((value) => new HessianDouble(value)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ minLength: 1000, maxLength: 1100 }),
  fc.uint8Array({ maxLength: 1100 }).map((bytes) => Buffer.from(bytes)),
  fc.date({ noInvalidDate: true }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((minutes) => new Date(minutes * 60_000)),
];
const TYPES = ['[string', 'java.util.LinkedList', 'a.B'];
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    ...scalars,
    fc.array(tie('value'), { maxLength: 12 }),
    fc
      .tuple(fc.constantFrom(...TYPES), fc.array(tie('value'), { maxLength: 9 }))
      .map(([type, items]) => new TypedList(type, items)),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 5 }).map((pairs) => new Map(pairs)),
    fc
      .tuple(fc.constantFrom(...TYPES), fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 5 }))
      .map(([type, pairs]) => new TypedMap(type, new Map(pairs))),
    fc
      .tuple(
        fc.constantFrom('a.Pojo', 'b.Pojo', 'c.Pojo'),
        fc.uniqueArray(fc.constantFrom('x', 'y', 'name', 'größe')),
        fc.array(tie('value'), { minLength: 4, maxLength: 4 }),
      )
      .map(
        ([name, fields, values]) =>
          new HessianObject(
            name,
            fields.map((field, i) => [field, values[i]]),
          ),
      ),
  ),
}));

describe.each(GRAMMARS)('$name', ({ read, skipper, writer, nested, endless, emptyList, list }) => {
  const written = (values: readonly unknown[]): Buffer => {
    const target = writer();
    for (const value of values) target.write(value);
    return target.toBuffer();
  };

  it.each(['7ff8000000000000', 'ffff5160aa19c2f8', '7ff0000000000001'])(
    'writes NaN as Java does, read from %s',
    (bits) => {
      const value = read(hex(`44${bits}`)).read();
      expect(value).toBeNaN();
      expect(written([value])).toEqual(hex('447ff8000000000000'));
    },
  );

  it('reads back what it wrote, and skips exactly over it', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 4 }), (values) => {
        const bytes = written(values);
        const reader = read(bytes);
        expect(values.map(() => reader.read())).toEqual(values);
        expect(reader.atEnd).toBe(true);
        const skip = skipper();
        expect(skip.skip(Buffer.concat([bytes, hex('00')]), 0, bytes.length + 1, values.length)).toBe(bytes.length);
        skip.begin();
        let at = 0;
        for (let i = 0; i < values.length; i++) at = skip.skip(bytes, at, bytes.length);
        expect(at).toBe(bytes.length);
      }),
      { numRuns: 300, seed: 20_260_101 },
    );
  });

  it('finds every cut', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = written([value]);
        const skip = skipper();
        for (let end = 0; end < bytes.length; end += bytes.length > 300 ? 37 : 1) {
          skip.begin();
          expect(skip.skip(bytes, 0, end)).toBe(TRUNCATED);
          expect(() => read(bytes.subarray(0, end)).read()).toThrow(ProtocolError);
        }
      }),
      { numRuns: 100, seed: 20_260_101 },
    );
  });

  it('takes any bytes without harm: a value, or one error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const bytes = Buffer.from(noise);
        const at = skipper().skip(bytes, 0, bytes.length);
        expect(at >= OVER_LIMIT && at <= bytes.length).toBe(true);
        try {
          read(bytes).read();
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 3000, seed: 20_260_101 },
    );
  });

  it('keeps what is shared shared, and ends in cycles', () => {
    const shared = new HessianObject('a.Node', [['next', null]]);
    shared.fields.set('next', shared);
    const map = new Map<unknown, unknown>([['a', shared]]);
    const bytes = written([[shared, map, shared, map]]);
    const [one, two, three, four] = read(bytes).read() as [HessianObject, Map<string, unknown>, unknown, unknown];
    expect(one.fields.get('next')).toBe(one);
    expect(two.get('a')).toBe(one);
    expect(three).toBe(one);
    expect(four).toBe(two);
    expect(skipper().skip(bytes, 0, bytes.length)).toBe(bytes.length);
  });

  it('writes references of every width', () => {
    const lists = Array.from({ length: 300 }, () => []);
    const bytes = written([[...lists, lists[0], lists[299]]]);
    const value = read(bytes).read() as unknown[];
    expect(value[300]).toBe(value[0]);
    expect(value[301]).toBe(value[299]);
  });

  it('defines every shape of a class once, however many it has', () => {
    const shaped = (index: number): HessianObject => new HessianObject('a.Pojo', [[`f${index}`, index]]);
    const values = Array.from({ length: 60 }, (_, i) => shaped(i % 20));
    const bytes = written([values]);
    expect(read(bytes).read()).toEqual(values);
    const once = written([values.slice(0, 20)]);
    expect(once.toString('latin1').split('a.Pojo').length).toBe(21);
    expect(bytes.toString('latin1').split('a.Pojo').length).toBe(21);
  });

  it('cuts long strings into chunks and never a pair of surrogates', () => {
    const text = `${'x'.repeat(0x7fff)}😀${'y'.repeat(0x8000)}ä`;
    const bytes = written([text, Buffer.alloc(0x1_8001, 7)]);
    const reader = read(bytes);
    expect(reader.read()).toBe(text);
    expect(reader.read()).toEqual(Buffer.alloc(0x1_8001, 7));
    expect(skipper().skip(bytes, 0, bytes.length, 2)).toBe(bytes.length);
  });

  it('reads a pair of surrogates in six bytes and in four', () => {
    expect(read(hex('02 eda0bdedb880')).read()).toBe('😀');
    expect(read(hex('02 f09f9880')).read()).toBe('😀');
  });

  it('stops at its limits', () => {
    const limits = { ...DEFAULT_HESSIAN_LIMITS, maxDepth: 10, maxValues: 20, maxDefinitions: 2, maxFields: 3 };
    const deep = nested(10);
    expect(skipper(limits).skip(deep, 0, deep.length)).toBe(deep.length);
    expect(skipper(limits).skip(nested(11), 0, nested(11).length)).toBe(OVER_LIMIT);
    expect(() => read(nested(11), limits).read()).toThrow('values too deep');
    const endlessly = endless(1_000_000);
    expect(skipper().skip(endlessly, 0, endlessly.length)).toBe(OVER_LIMIT);
    expect(() => read(endlessly).read()).toThrow(ProtocolError);
    const many = written([Array.from({ length: 20 }, () => 1)]);
    expect(skipper(limits).skip(many, 0, many.length)).toBe(OVER_LIMIT);
    expect(() => read(many, limits).read()).toThrow('too many values');
    const classes = written(['a', 'b', 'c'].map((name) => new HessianObject(name)));
    expect(skipper(limits).skip(classes, 0, classes.length, 3)).toBe(OVER_LIMIT);
    const wide = written([
      new HessianObject(
        'a',
        ['1', '2', '3', '4'].map((name) => [name, null]),
      ),
    ]);
    expect(skipper(limits).skip(wide, 0, wide.length)).toBe(OVER_LIMIT);
    expect(() => read(wide, limits).read()).toThrow('too many fields');
    expect(() => writer({ ...limits, maxBytes: 100 }).write('x'.repeat(200))).toThrow('too much is written');
    const cyclic: unknown[] = [];
    let inner = cyclic;
    for (let i = 0; i < 11; i++) {
      const next: unknown[] = [];
      inner.push(next);
      inner = next;
    }
    expect(() => writer(limits).write(cyclic)).toThrow('values too deep');
  });

  it('does not believe a length that the bytes cannot hold', () => {
    const bytes = Buffer.from([...list(0x3_ffff), emptyList]);
    expect(skipper().skip(bytes, 0, bytes.length)).toBe(TRUNCATED);
    expect(() => read(bytes).read()).toThrow(ProtocolError);
  });

  it('says where and what', () => {
    expect(() => writer().write({ plain: 1 })).toThrow(TypeError);
    expect(() => read(hex('40')).read()).toThrow('Hessian, byte 0: 0x40 begins no value');
    expect(() => read(hex('91')).readText()).toThrow('a string expected');
  });
});

describe('the draft, as sofa-hessian writes it', () => {
  it.each(SOFA_VECTORS)('$name', ({ bytes, values }) => {
    const wire = hex(bytes);
    const reader = new DraftReader(wire);
    expect(values.map(() => reader.read())).toEqual(values);
    expect(reader.atEnd).toBe(true);
    const writer = new DraftWriter();
    for (const value of values) writer.write(value);
    expect(writer.toBuffer().toString('hex')).toBe(bytes);
    expect(new DraftSkipper().skip(wire, 0, wire.length, values.length)).toBe(wire.length);
    for (let end = 0; end < wire.length; end++)
      expect(new DraftSkipper().skip(wire, 0, end, values.length)).toBe(TRUNCATED);
  });
});

describe('Hessian 2.0, as its specification and Java write it', () => {
  it.each<[string, unknown]>([
    ['90', 0],
    ['80', -16],
    ['c7ff', -1],
    ['c800', 0],
    ['c000', -2048],
    ['d00000', -262_144],
    ['490003ffff', 262_143],
    ['e0', 0n],
    ['d8', -8n],
    ['f000', -2048n],
    ['3c0000', 0n],
    ['5900000000', 0n],
    ['4c0000000000000001', 1n],
    ['5b', new HessianDouble(0)],
    ['5c', new HessianDouble(1)],
    ['5d80', new HessianDouble(-128)],
    ['5e8000', new HessianDouble(-32_768)],
    ['5f00002fda', 12.25],
    ['4440 57b88000000000', 94.8828125],
    ['00', ''],
    ['0568656c6c6f', 'hello'],
    ['01c383', 'Ã'],
    ['3001 61', 'a'],
    ['52000161530001 62', 'ab'],
    ['23010203', Buffer.from([1, 2, 3])],
    ['34 0201 02', Buffer.from([1, 2])],
    ['41000101 42000102', Buffer.from([1, 2])],
    ['4a000000d04b9284b8', new Date(894_621_091_000)],
    ['4b00e3838f', new Date(894_621_060_000)],
    ['57 90 91 5a', [0, 1]],
    ['72 04 5b696e74 90 91', new TypedList('[int', [0, 1])],
    ['56 04 5b696e74 92 90 91', new TypedList('[int', [0, 1])],
    ['55 04 5b696e74 90 91 5a', new TypedList('[int', [0, 1])],
    ['48 91 03666565 5a', new Map([[1, 'fee']])],
    ['4d 01 61 91 03666565 5a', new TypedMap('a', new Map([[1, 'fee']]))],
    [
      '7a 43 0b6578616d706c652e436172 92 05636f6c6f72 056d6f64656c 4f90 03726564 08636f727665747465 60 05677265656e 056369766963',
      [
        new HessianObject('example.Car', [
          ['color', 'red'],
          ['model', 'corvette'],
        ]),
        new HessianObject('example.Car', [
          ['color', 'green'],
          ['model', 'civic'],
        ]),
      ],
    ],
  ])('reads %s', (bytes, value) => {
    const wire = hex(bytes);
    expect(new Hessian2Reader(wire).read()).toEqual(value);
    expect(new Hessian2Skipper().skip(wire, 0, wire.length)).toBe(wire.length);
  });
});
