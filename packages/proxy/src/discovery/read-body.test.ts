import { describe, expect, test } from 'vitest';
import { BodyReader } from './read-body.ts';
import { DiscoveryRefusal } from './refusal.ts';

/** What a refusal says; fails when there is none. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof DiscoveryRefusal)) throw error;
    expect(error.status).toBe(400);
    return error.message;
  }
  throw new Error('nothing was refused');
}

const read = (fields: object): BodyReader => new BodyReader(fields);

test.each([null, [], 'text', 7, undefined])('%j is no body', (body) => {
  expect(refusal(() => new BodyReader(body))).toBe('the body is not a JSON object');
});

test('a field that nobody reads is refused by name, with those that are read', () => {
  expect(read({ a: 1, b: 2 }).allow(['a', 'b', 'c'])).toBeInstanceOf(BodyReader);
  expect(refusal(() => read({ aa: 1 }).allow(['a', 'b']))).toBe('aa is not known here; expected a, b');
});

describe('a text', () => {
  test('is optional, or is not; null stands for a field that is not there', () => {
    expect(read({ a: 'x' }).text('a')).toBe('x');
    expect(read({ a: null }).text('a')).toBeUndefined();
    expect(read({}).text('a')).toBeUndefined();
    expect(refusal(() => read({}).requiredText('a'))).toBe('a is missing; expected a text');
  });

  test('is bounded in bytes, and said only as far as a line holds', () => {
    expect(read({ a: 'é'.repeat(2048) }).text('a')).toHaveLength(2048);
    const said = refusal(() => read({ a: 'é'.repeat(2049) }).text('a'));
    expect(said).toMatch(/^a is "é+; expected a text of 1 to 4096 bytes$/);
    expect(said.length).toBeLessThan(300);
    expect(refusal(() => read({ a: '' }).text('a'))).toContain('a is ""');
    expect(refusal(() => read({ a: 7 }).text('a'))).toContain('a is 7');
  });

  test('is one of some', () => {
    expect(read({ a: 'on' }).oneOf('a', ['on', 'off'])).toBe('on');
    expect(read({}).oneOf('a', ['on', 'off'])).toBeUndefined();
    expect(refusal(() => read({ a: 'On' }).oneOf('a', ['on', 'off']))).toBe('a is "On"; expected "on", "off"');
  });
});

describe('a whole number', () => {
  test.each([
    [1, 1],
    [9, 9],
    ['3', 3],
    ['007', 7],
    [undefined, undefined],
    [null, undefined],
  ])('%j is %j', (value, expected) => {
    expect(read({ a: value }).integer('a', 1, 9)).toBe(expected);
  });

  test.each([0, 10, 1.5, '', ' 3', '3.0', '-3', '12345678901', true, Number.NaN, [3]])(
    '%j is none from 1 to 9',
    (value) => {
      expect(refusal(() => read({ a: value }).integer('a', 1, 9))).toContain('expected a whole number from 1 to 9');
    },
  );
});

describe('texts by name', () => {
  test('take numbers and booleans as texts, and leave out what is null', () => {
    expect(read({ m: { a: 'x', b: 7, c: false, d: null } }).texts('m')).toEqual({ a: 'x', b: '7', c: 'false' });
    expect(read({}).texts('m')).toBeUndefined();
  });

  test('keep a name that every object has as a name like any other', () => {
    const texts = read(JSON.parse('{"m":{"__proto__":"x"}}') as object).texts('m');
    expect(Object.entries(texts ?? {})).toEqual([['__proto__', 'x']]);
  });

  test('are bounded in number and size', () => {
    const many = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
    expect(Object.keys(read({ m: many(64) }).texts('m') ?? {})).toHaveLength(64);
    expect(refusal(() => read({ m: many(65) }).texts('m'))).toBe('m is "65 entries"; expected at most 64 entries');
    expect(refusal(() => read({ m: { key: 'x'.repeat(4094) } }).texts('m'))).toContain('m.key is');
    expect(refusal(() => read({ m: { a: {} } }).texts('m'))).toContain('m.a is {}');
    expect(refusal(() => read({ m: ['a'] }).texts('m'))).toContain('expected an object of texts');
  });
});

test('what asks for more than there is is told what there is', () => {
  expect(() => read({ r: ['own', 'own'] }).only('r', ['own'])).not.toThrow();
  expect(() => read({ r: 'own' }).only('r', ['own'])).not.toThrow();
  expect(() => read({}).only('r', ['own'])).not.toThrow();
  expect(refusal(() => read({ r: ['own', 'zk'] }).only('r', ['own', 'b']))).toBe('r is "zk"; expected "own" or "b"');
});

describe('exposures', () => {
  test('are protocols, or names in them', () => {
    expect(read({ e: ['dubbo', { protocol: 'tri', dataId: 'a.B:1.0@tri', group: 'g' }] }).exposures('e')).toEqual([
      { protocol: 'dubbo' },
      { protocol: 'tri', dataId: 'a.B:1.0@tri', group: 'g' },
    ]);
    expect(read({}).exposures('e')).toBeUndefined();
  });

  test('are refused by the place of what is wrong', () => {
    expect(refusal(() => read({ e: 'dubbo' }).exposures('e'))).toContain('e is "dubbo"');
    expect(refusal(() => read({ e: ['a', 7] }).exposures('e'))).toContain('e[1] is 7');
    expect(refusal(() => read({ e: [{ dataId: 'x' }] }).exposures('e'))).toBe(
      'e[0].protocol is missing; expected a text',
    );
    expect(refusal(() => read({ e: [{ protocol: 'a', port: 1 }] }).exposures('e'))).toContain(
      'e[0].port is not known here',
    );
    expect(refusal(() => read({ e: Array.from({ length: 100 }, () => 'a') }).exposures('e'))).toContain(
      'a list of at most',
    );
  });
});

test('objects are read field by field, or handed over as they are', () => {
  expect(
    read({ o: { a: 'x' } })
      .object('o')
      ?.text('a'),
  ).toBe('x');
  expect(read({ o: { a: [1] } }).anyObject('o')).toEqual({ a: [1] });
  expect([read({}).object('o'), read({ o: null }).anyObject('o')]).toEqual([undefined, undefined]);
  for (const value of [[], 'x', 1]) {
    expect(refusal(() => read({ o: value }).object('o'))).toContain('expected an object');
    expect(refusal(() => read({ o: value }).anyObject('o'))).toContain('expected an object');
  }
});
