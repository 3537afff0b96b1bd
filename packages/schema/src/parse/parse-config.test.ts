import { ConfigError, type ConfigProblem } from '@weft/kit';
import { describe, expect, test } from 'vitest';
import type { JsonSchema, SchemaNode } from '../json-schema.ts';
import { parseConfig } from './parse-config.ts';

/** Schemas of tests are written out, so that they say what the interpreter reads and not what an author helper makes. */
const object = (properties: Readonly<Record<string, SchemaNode>>, more: SchemaNode = {}): SchemaNode & JsonSchema => ({
  type: 'object',
  properties,
  ...more,
});

function parse(input: unknown, schema: JsonSchema): unknown {
  return parseConfig(input, schema).value;
}

function warnings(input: unknown, schema: JsonSchema): readonly ConfigProblem[] {
  return parseConfig(input, schema).warnings;
}

function problems(input: unknown, schema: JsonSchema): readonly ConfigProblem[] {
  try {
    parseConfig(input, schema, { file: 'a.json' });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('keys', () => {
  const schema = object({ max_size: { type: 'integer', 'x-weft-alias': ['limit'] }, name: { type: 'string' } });

  test('are compared without case and come out in canonical spelling', () => {
    expect(parse({ Max_Size: 1, NAME: 'a' }, schema)).toEqual({ max_size: 1, name: 'a' });
  });

  test('in two spellings are an error, also where both values are the same', () => {
    expect(problems({ name: 'a', Name: 'a' }, schema)).toEqual([
      {
        file: 'a.json',
        path: 'name',
        message: 'given twice',
        expected: 'one spelling of the key',
        hint: '"name" and "Name" are the same key',
      },
    ]);
    expect(problems({ limit: 1, max_size: 2 }, schema)[0]?.hint).toBe('"limit" and "max_size" are the same key');
  });

  test('by a deprecated name are taken with a warning', () => {
    expect(parse({ LIMIT: 3 }, schema)).toEqual({ max_size: 3 });
    expect(warnings({ LIMIT: 3 }, schema)).toMatchObject([
      { path: 'LIMIT', message: 'deprecated name', expected: '"max_size"' },
    ]);
  });

  test('that nobody knows are warnings with the nearest name', () => {
    expect(warnings({ nmae: 'a', colour: 1 }, schema)).toMatchObject([
      { path: 'nmae', message: 'unknown key, ignored', hint: 'did you mean "name"?' },
      { path: 'colour', message: 'unknown key, ignored' },
    ]);
    expect(warnings({ colour: 1 }, schema)[0]).not.toHaveProperty('hint');
  });

  test('that nobody knows are errors in a strict block and everywhere below', () => {
    const strict = object({ own: object({ deep: object({ a: { type: 'integer' } }) }, { 'x-weft-strict': true }) });
    expect(warnings({ x: 1 }, strict)).toHaveLength(1);
    expect(problems({ own: { x: 1, deep: { aa: 1 } } }, strict)).toMatchObject([
      { path: 'own.x', message: 'unknown key' },
      { path: 'own.deep.aa', message: 'unknown key', hint: 'did you mean "a"?' },
    ]);
  });

  test('of the user are kept as they are written', () => {
    const map: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
    expect(parse({ Ab: '1', ab: '2' }, map)).toEqual({ Ab: '1', ab: '2' });
    expect(problems({ ok: '1', 'a.b': 2 }, map)).toMatchObject([
      { path: '["a.b"]', value: '2', message: 'not a text' },
    ]);
  });

  test('with null count as not given', () => {
    const schema = object({ a: { type: 'integer', default: 4 }, b: { type: 'string' } }, { required: ['b'] });
    expect(problems({ a: null, b: null }, schema)).toMatchObject([
      { path: 'b', message: 'null counts as missing', value: 'null', expected: 'a text' },
    ]);
    expect(problems({}, schema)).toMatchObject([{ path: 'b', message: 'missing', expected: 'a text' }]);
    expect(problems({}, schema)[0]?.value).toBeUndefined();
    expect(parse({ a: null, b: 'x' }, schema)).toEqual({ a: 4, b: 'x' });
  });
});

describe('classes', () => {
  const schema = object({
    old: { type: 'string', 'x-weft-class': 'ignored', 'x-weft-hint': 'nobody reads it' },
    later: { type: 'object', 'x-weft-class': 'unsupported', 'x-weft-hint': 'use b', 'x-weft-switch': 'enable' },
    key: { type: 'string', 'x-weft-class': 'unsupported', 'x-weft-secret': true },
    lb: { type: 'string', 'x-weft-unsupported-values': { MAGLEV: 'choose RANDOM' } },
  });

  test('ignored keys are dropped with a warning that says why', () => {
    expect(parse({ old: 'x' }, schema)).toEqual({});
    expect(warnings({ old: 'x' }, schema)).toMatchObject([
      { path: 'old', value: '"x"', message: 'has no effect', hint: 'nobody reads it' },
    ]);
  });

  test('what waits for a switch that is not given is a warning, and what is switched off is none', () => {
    expect(warnings({ later: { enable: false, driver: 'x' } }, schema)).toEqual([]);
    expect(warnings({ later: { driver: '' } }, schema)).toEqual([]);
    expect(warnings({ later: { driver: 'x' } }, schema)).toMatchObject([
      { path: 'later', message: 'has no effect while "enable" is not given', hint: 'use b' },
    ]);
  });

  test('unsupported keys are refused by name, with what to do instead', () => {
    expect(problems({ later: { enable: true } }, schema)).toMatchObject([
      { path: 'later', value: 'an object', message: 'not supported in this release', hint: 'use b' },
    ]);
  });

  test.each([[null], [false], [0], [''], ['0s'], [[]], [{}], [{ enable: false, size: 5 }], [{ ENABLE: false }]])(
    '%j is a way to say that it is off',
    (value) => {
      expect(parseConfig({ later: value, old: value === null ? null : '' }, schema)).toEqual({
        value: {},
        warnings: [],
      });
    },
  );

  test('a refused value names what to do, a masked one is not shown', () => {
    expect(problems({ lb: 'MAGLEV' }, schema)).toMatchObject([
      { path: 'lb', value: '"MAGLEV"', message: 'not supported in this release', hint: 'choose RANDOM' },
    ]);
    expect(JSON.stringify(problems({ key: 'hunter2' }, schema))).not.toContain('hunter2');
  });
});

describe('values', () => {
  const one = (node: SchemaNode, value: unknown) => parse({ v: value }, object({ v: node })) as { v?: unknown };
  const wrong = (node: SchemaNode, value: unknown) => problems({ v: value }, object({ v: node }))[0];

  test.each<[SchemaNode, unknown, Partial<ConfigProblem>]>([
    [{ type: 'integer' }, '5', { value: '"5"', message: 'not a number', expected: 'a whole number' }],
    [{ type: 'integer' }, 1.5, { value: '1.5', message: 'not a whole number' }],
    [{ type: 'integer' }, 2 ** 53, { message: 'not a whole number' }],
    [
      { type: 'integer', minimum: 1, maximum: 9 },
      10,
      { message: 'out of range', expected: 'a whole number from 1 to 9' },
    ],
    [{ type: 'number', exclusiveMinimum: 0 }, 0, { message: 'out of range', expected: 'a number above 0' }],
    [{ type: 'number', exclusiveMaximum: 1 }, 1, { message: 'out of range', expected: 'a number below 1' }],
    [{ type: 'boolean' }, 'true', { value: '"true"', message: 'neither true nor false', expected: 'true or false' }],
    [{ type: 'string' }, 8080, { message: 'not a text', hint: 'write it in quotes: "8080"' }],
    [{ type: 'string', minLength: 1 }, '', { message: 'empty', expected: 'a text of at least 1 character' }],
    [{ type: 'string', minLength: 3 }, 'ab', { message: 'too short' }],
    [{ type: 'string', maxLength: 3 }, 'abcd', { message: 'too long', expected: 'a text of at most 3 characters' }],
    [
      { type: 'string', pattern: '^a$', 'x-weft-expected': 'an a' },
      'b',
      { message: 'not in the form that is expected', expected: 'an a' },
    ],
    [{ type: 'string', enum: ['one', 'two'] }, 'on', { expected: 'one of "one", "two"', hint: 'did you mean "one"?' }],
    [{ type: 'string', const: 'x' }, 'y', { expected: '"x"' }],
    [{ const: 4 }, 5, { expected: '4' }],
    [
      { type: 'array', items: {} },
      {},
      { value: 'an empty object', message: 'not a list', hint: 'write [ ] around it' },
    ],
    [{ type: 'array', minItems: 1 }, [], { message: 'empty', expected: 'a list of at least 1 entry' }],
    [{ type: 'array', minItems: 2 }, [1], { message: 'too few entries' }],
    [{ type: 'array', maxItems: 1 }, [1, 2], { value: 'a list of 2', message: 'too many entries' }],
    [
      { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 2 },
      { a: 'x', b: 7, c: 7 },
      { value: 'an object', message: 'too many entries', expected: 'an object of at most 2 entries' },
    ],
    [{ type: 'object' }, [], { value: 'an empty list', message: 'not an object', expected: 'an object' }],
    [{ type: 'object' }, 'x', { message: 'not an object' }],
    [{ type: 'integer', enum: [301, 302] }, 303, { expected: 'one of 301, 302' }],
  ])('%j refuses %j', (node, value, expected) => {
    expect(wrong(node, value)).toMatchObject({ path: 'v', ...expected });
  });

  test('durations become milliseconds', () => {
    const node: SchemaNode = { 'x-weft-format': 'duration', minimum: 0, maximum: 60_000 };
    expect(one(node, '1.5s')).toEqual({ v: 1500 });
    expect(wrong(node, '2m')).toMatchObject({
      message: 'out of range',
      expected: 'a duration such as "1s" or 0 from 0s to 1m',
    });
    expect(wrong(node, '-1s')).toMatchObject({ message: 'out of range' });
    expect(wrong(node, 'soon')).toMatchObject({ value: '"soon"', message: 'not a duration' });
    expect(wrong(node, 5)).toMatchObject({
      message: 'not a duration',
      hint: 'a number needs a unit, such as "5s" or "5ms"',
    });
  });

  test('a number of nanoseconds is a duration where MOSN writes one', () => {
    const node: SchemaNode = { 'x-weft-format': 'duration-ns', minimum: 0 };
    expect(one(node, 2_000_000)).toEqual({ v: 2 });
    expect(one(node, '2ms')).toEqual({ v: 2 });
    expect(wrong(node, 0.5)).toMatchObject({ message: 'not a duration' });
  });

  test('sizes become bytes, counts may be auto', () => {
    expect(one({ 'x-weft-format': 'bytes', minimum: 0 }, '64KiB')).toEqual({ v: 65_536 });
    expect(wrong({ 'x-weft-format': 'bytes' }, '64 parsecs')).toMatchObject({ message: 'not a size' });
    const count: SchemaNode = { 'x-weft-format': 'auto-count', minimum: 0, maximum: 8 };
    expect([one(count, 'auto').v, one(count, '3').v, one(count, 4).v]).toEqual([0, 3, 4]);
    expect(wrong(count, 9)).toMatchObject({ message: 'out of range' });
    expect(wrong(count, 'many')).toMatchObject({ message: 'neither "auto" nor a whole number' });
  });

  test('zero takes the default where it means "not given"', () => {
    const node: SchemaNode = {
      'x-weft-format': 'duration',
      default: '10s',
      minimum: 1000,
      'x-weft-zero-is-default': true,
    };
    expect(one(node, 0)).toEqual({ v: 10_000 });
    expect(parse({}, object({ v: node }))).toEqual({ v: 10_000 });
    expect(one({ type: 'string', 'x-weft-zero-is-default': true }, '')).toEqual({});
  });

  test('clamped numbers are cut with a warning', () => {
    const schema = object({ weight: { type: 'integer', minimum: 1, maximum: 128, 'x-weft-clamp': true } });
    expect(parseConfig({ weight: 500 }, schema)).toMatchObject({
      value: { weight: 128 },
      warnings: [{ path: 'weight', value: '500', message: 'above 128, so 128 is used' }],
    });
  });

  test('enumerated texts come out in the spelling of the schema', () => {
    const node: SchemaNode = { type: 'string', enum: ['INFO', 'WARN'], 'x-weft-ignore-case': true };
    expect(one(node, 'info')).toEqual({ v: 'INFO' });
  });

  test('minus zero is zero', () => {
    expect(Object.is(one({ type: 'number' }, -0).v, 0)).toBe(true);
  });

  test('a union takes the first branch that fits and tells of the branch of the same shape', () => {
    const union: SchemaNode = { anyOf: [{ type: 'string' }, object({ a: { type: 'integer' } })] };
    expect(one(union, 'x')).toEqual({ v: 'x' });
    expect(one(union, { a: 1 })).toEqual({ v: { a: 1 } });
    expect(wrong(union, { a: 'x' })).toMatchObject({ path: 'v.a', file: 'a.json', message: 'not a number' });
    expect(wrong(union, 5)).toMatchObject({
      path: 'v',
      message: 'none of the allowed forms',
      expected: 'a text, or an object',
    });
  });

  test('defaults are parsed as values are, and are frozen', () => {
    const schema = object({
      o: { ...object({ t: { 'x-weft-format': 'duration', default: '2s' } }), default: {} },
    });
    const value = parse({}, schema) as { o: { t: number } };
    expect(value).toEqual({ o: { t: 2000 } });
    expect(Object.isFrozen(value) && Object.isFrozen(value.o)).toBe(true);
  });

  test('the order of the keys of the parsed form is that of the schema', () => {
    const schema = object({ a: { type: 'integer' }, b: { type: 'integer', default: 2 }, c: { type: 'integer' } });
    expect(Object.keys(parse({ c: 3, a: 1 }, schema) as object)).toEqual(['a', 'b', 'c']);
  });
});

describe('what is hostile', () => {
  const anything: JsonSchema = {};

  test('the prototype of nothing can be set', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}, "a": {"__proto__": {"polluted": true}}}') as unknown;
    expect(problems(hostile, anything)).toMatchObject([
      { path: '__proto__', message: 'a key that is never allowed' },
      { path: 'a.__proto__' },
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('"constructor" and its kind are keys like any other', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'prototype', 'valueOf'];
    const value = Object.fromEntries(names.map((name) => [name, 'x']));
    const schema = object({ known: { type: 'string' } });
    expect(warnings(value, schema).map(({ path }) => path)).toEqual(names);
    const map = parse({ constructor: 'x' }, { type: 'object', additionalProperties: { type: 'string' } });
    expect(Object.getPrototypeOf(map)).toBe(null);
    expect(Object.getPrototypeOf(parse({ constructor: 'x' }, { 'x-weft-json': true }))).toBe(null);
  });

  test('a document has bounds', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 65; level++) deep = { a: deep };
    expect(problems(deep, anything)).toMatchObject([
      { path: 'a.a.a', message: 'nested too deeply', expected: 'at most 64 levels' },
    ]);
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    expect(problems(cyclic, anything)).toMatchObject([{ message: 'nested too deeply' }]);
    expect(problems({ list: new Array(1_000_001).fill(0) }, anything)).toMatchObject([{ message: 'too many values' }]);
    expect(problems({ text: 'x'.repeat(1_048_577) }, anything)).toMatchObject([
      { path: 'text', value: 'a text of 1048577 characters', message: 'text too long' },
    ]);
  });

  test('shared parts count each time, so that a small file is no large document', () => {
    let bomb: unknown = 'lol';
    for (let level = 0; level < 12; level++) bomb = new Array(10).fill(bomb);
    expect(problems(bomb, anything)).toMatchObject([{ message: 'too many values' }]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 5n, () => 1, Symbol('x'), new Date(0), new Map(), undefined])(
    '%s is not JSON data',
    (value) => {
      expect(problems({ v: value }, anything)[0]).toMatchObject({ path: 'v' });
    },
  );

  test('no more than 20 problems and 101 warnings are told', () => {
    const schema = object({ list: { type: 'array', items: { type: 'integer' } } });
    expect(problems({ list: new Array(100).fill('x') }, schema)).toHaveLength(20);
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`unknown_${index}`, 1]));
    const told = warnings(many, schema);
    expect(told).toHaveLength(101);
    expect(told.at(-1)?.message).toBe('50 more warnings are not shown');
  });
});
