import { Hessian2Writer, HessianObject, TypedMap } from '@weft/hessian';
import { describe, expect, it } from 'vitest';
import { dubboHead, FROM_DUBBO, hex, toTriple } from './testdata/calls.ts';
import { answerBody, argumentBody, classOf, isOneValue, splitAnswer, splitArgument } from './verbatim.ts';

const bytes = (...values: readonly unknown[]): Buffer => {
  const writer = new Hessian2Writer();
  for (const value of values) writer.write(value);
  return writer.toBuffer();
};
const POJO = new HessianObject('a.B', [['x', [1]]]);

describe('a single argument', () => {
  it.each<[string, unknown]>([
    ['an untyped map', new Map([['group', 'blue']])],
    ['a map with its class', new TypedMap('java.util.LinkedHashMap', new Map([['group', 'blue']]))],
  ])('is split from %s of attachments', (_title, map) => {
    const parts = splitArgument(bytes(POJO, map));
    expect(parts).toEqual({ value: bytes(POJO), map });
    const { head } = toTriple.request(
      { head: dubboHead('call', 'La/B;'), body: bytes(POJO, map), trailers: null },
      FROM_DUBBO,
    );
    expect(head.get('tri-service-group')).toBe('blue');
  });

  it('is read where attachments go by a class that it defines', () => {
    const body = bytes(
      POJO,
      new Map<string, unknown>([
        ['group', 'blue'],
        ['other', new HessianObject('a.B', [['x', 2]])],
      ]),
    );
    expect(splitArgument(body)).toBeNull();
    const { head } = toTriple.request({ head: dubboHead('call', 'La/B;'), body, trailers: null }, FROM_DUBBO);
    expect(head.get('tri-service-group')).toBe('blue');
  });

  it('may have nothing behind it', () => {
    expect(splitArgument(bytes('x'))).toEqual({ value: bytes('x'), map: null });
    expect(argumentBody(bytes('x')).toString('hex')).toBe('0178485a');
    for (const cut of ['', '05', '43']) expect(splitArgument(hex(cut))).toBeNull();
  });
});

describe('an answer', () => {
  it.each<[string, unknown[], boolean, unknown, unknown]>([
    ['an exception', [0, POJO], true, POJO, null],
    ['a value', [1, POJO], false, POJO, null],
    ['null', [2], false, null, null],
    ['an exception with attachments', [3, POJO, new Map()], true, POJO, new Map()],
    ['a value with attachments', [4, POJO, new Map()], false, POJO, new Map()],
    ['null with attachments', [5, new Map([['a', 'b']])], false, null, new Map([['a', 'b']])],
  ])('of %s is split and made', (_title, values, thrown, value, map) => {
    expect(splitAnswer(bytes(...values))).toEqual({ value: bytes(value), map, thrown });
    const own = value === null ? bytes(2) : bytes(thrown ? 0 : 1, value);
    expect(answerBody(bytes(value), thrown)).toEqual(own);
  });

  it('of no kind, or cut, is none', () => {
    for (const body of ['', '96', '8f', '91', '9143', '0178']) expect(splitAnswer(hex(body))).toBeNull();
  });
});

it('one value is one and no more', () => {
  expect([isOneValue(bytes(POJO)), isOneValue(bytes(1, 2)), isOneValue(hex('')), isOneValue(hex('40'))]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it('the first byte tells the class', () => {
  for (const text of ['', 'x'.repeat(40), 'y'.repeat(2000), 'z'.repeat(40_000)])
    expect(classOf(bytes(text))).toBe('java.lang.String');
  for (const int of [0, -16, 47, 300, -2048, 100_000, 2 ** 31 - 1])
    expect(classOf(bytes(int))).toBe('java.lang.Integer');
  for (const long of [0n, -8n, 15n, 2000n, -2048n, 200_000n, 2n ** 31n, 2n ** 62n])
    expect(classOf(bytes(long))).toBe('java.lang.Long');
  for (const double of [1.5, 0.1, 1e100]) expect(classOf(bytes(double))).toBe('java.lang.Double');
  expect([classOf(bytes(true)), classOf(bytes(false))]).toEqual(['java.lang.Boolean', 'java.lang.Boolean']);
  for (const other of [null, [], new Map(), POJO, new Date(0), Buffer.alloc(20)])
    expect(classOf(bytes(other))).toBe('java.lang.Object');
});
