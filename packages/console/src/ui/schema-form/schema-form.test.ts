import { LimitRuleBody } from '@weft/api/rules';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { kindOf } from '../rule-kinds/index.ts';
import { oneOrAll } from './one-or-all.ts';
import { pathInWords } from './path-words.ts';
import { labelsOf, plainWords } from './plain-words.ts';
import {
  type FieldSchema,
  getAt,
  isShown,
  neededOf,
  pointerOf,
  setAt,
  stepOf,
  textsOf,
  valueLabel,
  withDefaults,
} from './schema.ts';
import { validate } from './validate.ts';

const RULE = LimitRuleBody as unknown as FieldSchema;
const t = translator('en');
const field = (name: string): FieldSchema => RULE.properties?.[name] ?? {};
const GOOD = withDefaults(RULE, { name: 'a', app: 'reviews', services: ['s@Http1'], spec: { threshold: 10 } });

describe('the form of a rate-limit rule', () => {
  test('labels follow the language and the direction', () => {
    expect(textsOf(field('app'), 'en', 'SERVER').title).toBe("Server's app");
    expect(textsOf(field('app'), 'en', 'CLIENT').title).toBe("Client's app");
    expect(textsOf(field('app'), 'zh', 'CLIENT').title).toBe('客户端应用');
    expect(valueLabel(field('mode'), 'OBSERVE', 'zh')).toBe('观察者模式');
  });

  test('every field has a label in both languages', () => {
    const walk = (schema: FieldSchema, path: string): void => {
      for (const [key, child] of Object.entries(schema.properties ?? {})) {
        for (const language of ['en', 'zh'] as const) {
          expect(textsOf(child, language, 'SERVER').title, `${path}/${key} ${language}`).not.toBe('');
        }
        walk(child, `${path}/${key}`);
      }
    };
    walk(RULE, '');
  });

  test('defaults fill what is missing and keep what is unknown', () => {
    expect(GOOD).toMatchObject({
      direction: 'SERVER',
      methods: ['*'],
      mode: 'CONTROL',
      spec: { timeMs: 1000, maxBurstRatio: 1 },
    });
    expect(withDefaults(RULE, { later: { x: 1 }, spec: { threshold: 1, fresh: 2 } })).toMatchObject({
      later: { x: 1 },
      spec: { fresh: 2 },
    });
  });

  test('fields for QPS go when the limit is concurrency', () => {
    const timeMs = RULE.properties?.['spec']?.properties?.['timeMs'] ?? {};
    expect(isShown(timeMs, { thresholdType: 'invokeTimes' })).toBe(true);
    expect(isShown(timeMs, { thresholdType: 'concurrency' })).toBe(false);
    const wrong = setAt(setAt(GOOD, ['spec', 'timeMs'], 0), ['spec', 'thresholdType'], 'concurrency');
    expect(validate(RULE, wrong, t).size).toBe(0);
  });

  test('a field may be there for several values of another one', () => {
    const field = { 'x-weft-form': { when: { key: 'action', is: ['RETURN_NULL', 'MOCK'] } } };
    expect(['REJECT', 'RETURN_NULL', 'MOCK'].map((action) => isShown(field, { action }))).toEqual([false, true, true]);
    expect(isShown(field, {})).toBe(true);
  });

  test('a good rule has no problem', () => expect([...validate(RULE, GOOD, t)]).toEqual([]));

  test.each([
    [['name'], '', '/name', 'This is needed.'],
    [['name'], 'x'.repeat(256), '/name', 'At most 255 characters.'],
    [['app'], 'two words', '/app', 'Expected:'],
    [['app'], '', '/app', 'This is needed.'],
    [['services'], [], '/services', 'This is needed.'],
    [['direction'], 'BOTH', '/direction', 'Choose one of SERVER, CLIENT.'],
    [['spec', 'threshold'], undefined, '/spec/threshold', 'This is needed.'],
    [['spec', 'threshold'], -1, '/spec/threshold', 'Must be between 0 and 2147483647.'],
    [['spec', 'threshold'], 1.5, '/spec/threshold', 'Enter a whole number.'],
    [['spec', 'timeMs'], 3_600_001, '/spec/timeMs', 'Must be between 1 and 3600000\u00a0ms.'],
    [['spec', 'maxBurstRatio'], 1001, '/spec/maxBurstRatio', 'Must be between 0 and 1000.'],
    [['scope', 'percent'], 101, '/scope/percent', 'Must be between 1 and 100\u00a0%.'],
    [
      ['conditions'],
      [{ type: 'HEADER', field: 'a b', operation: 'EQUAL', value: ['x'] }],
      '/conditions/0/field',
      'Expected:',
    ],
    [
      ['conditions'],
      [{ type: 'SYSTEM', field: 'source.app.name', operation: 'EQUAL', value: [''] }],
      '/conditions/0/value',
      'This is needed. Example: productpage',
    ],
    [
      ['conditions'],
      [{ type: 'HEADER', field: 'a', operation: 'IN', value: [] }],
      '/conditions/0/value',
      'This is needed. Example: vip',
    ],
    [
      ['conditions'],
      [{ type: 'HEADER', field: 'a', operation: 'REGEX', value: ['(?=x)'] }],
      '/conditions/0/value',
      'Not an expression',
    ],
    [
      ['conditions'],
      [{ type: 'HEADER', field: 'a', operation: 'REGEX', value: ['('] }],
      '/conditions/0/value',
      'Not an expression',
    ],
  ])('%j = %j is one problem at %s', (path, value, pointer, message) => {
    const problems = validate(RULE, setAt(GOOD, path, value), t);
    expect([...problems.keys()]).toEqual([pointer]);
    expect(problems.get(pointer)).toContain(message);
  });
});

test('the switches of routing say what they do, not the name of another type of rules', () => {
  const spec = kindOf('route')?.schema.properties?.['spec'];
  const titles = (key: string) =>
    (['en', 'zh'] as const).map((language) => textsOf(spec?.properties?.[key] ?? {}, language, 'CLIENT').title);
  expect(titles('faultProtection')).toEqual(['Fall back to other groups', '回退到其他分组']);
  expect(titles('fallback')).toEqual(['Fall back to all instances', '回退到全部实例']);
});

describe('paths', () => {
  test('what is set is read back, what is beside it is the same object', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
        fc.jsonValue(),
        (path, value) => {
          fc.pre(!path.includes('__proto__'));
          const before = { beside: { a: 1 } };
          const after = setAt(before, path, value);
          expect(getAt(after, path)).toEqual(value);
          if (path[0] !== 'beside') expect((after as typeof before).beside).toBe(before.beside);
          expect(before).toEqual({ beside: { a: 1 } });
        },
      ),
    );
  });
  test('undefined takes a key out, a list keeps its other items', () => {
    expect(setAt({ a: 1, b: 2 }, ['a'], undefined)).toEqual({ b: 2 });
    expect(setAt({ list: [1, 2, 3] }, ['list', 1], 9)).toEqual({ list: [1, 9, 3] });
  });
  test('pointers escape as RFC 6901 says', () => expect(pointerOf(['a/b', 0, 'c~d'])).toBe('/a~1b/0/c~0d'));
});

test.each([
  [['a', '*'], ['a'], ['*']],
  [['*', 'a'], ['*'], ['a']],
  [[' a ', 'a', ''], [], ['a']],
  [['*'], [], ['*']],
])('%j after %j is %j', (next, before, wanted) => expect(oneOrAll(next, before)).toEqual(wanted));

describe('fields of which exactly one is filled', () => {
  const schema: FieldSchema = {
    properties: { service: { type: 'string', default: '' }, addresses: { type: 'array', default: [] } },
    'x-weft-form': { exactlyOne: ['service', 'addresses'] },
  };
  const problemsOf = (value: object) => [...validate(schema, value, t)];

  test.each([
    [{}, [['/service', 'This, or one of the other targets, is needed.']]],
    [{ service: '', addresses: [] }, [['/service', 'This, or one of the other targets, is needed.']]],
    [{ service: 'a', addresses: [] }, []],
    [{ service: '', addresses: ['10.0.0.1:80'] }, []],
    [{ service: 'a', addresses: ['b'] }, [['/addresses', 'There is another target already: leave one.']]],
  ])('%j', (value, wanted) => expect(problemsOf(value)).toEqual(wanted));

  test('each of them says that one is needed, until one is filled', () => {
    const needed = (value: Record<string, unknown>) =>
      ['service', 'addresses'].map((key) => neededOf(key, schema, value));
    expect(needed({})).toEqual(['one-of-these', 'one-of-these']);
    expect(needed({ service: '', addresses: [] })).toEqual(['one-of-these', 'one-of-these']);
    expect(needed({ addresses: ['10.0.0.1:80'] })).toEqual(['no', 'yes']);
    expect(neededOf('name', { required: ['name'], properties: { name: {} } }, {})).toBe('yes');
    expect(neededOf('mode', { required: ['mode'], properties: { mode: { default: 'ON' } } }, {})).toBe('no');
    expect(neededOf('note', { properties: { note: {} } }, {})).toBe('no');
  });

  test('the targets of a mirroring rule are such', () => {
    const mirror = kindOf('mirror')?.schema as FieldSchema;
    const hint = mirror.properties?.['spec']?.['x-weft-form']?.exactlyOne ?? [];
    expect(hint).toHaveLength(3);
    for (const key of hint) expect(mirror.properties?.['spec']?.properties).toHaveProperty(key);
  });
});

describe('words in place of codes', () => {
  const schema: FieldSchema = {
    properties: {
      mode: {
        title: 'Mode',
        enum: ['CONTROL', 'OBSERVE'],
        'x-weft-form': {
          zh: { title: '模式', description: '' },
          values: { CONTROL: { en: 'Intercept', zh: '拦截' }, OBSERVE: { en: 'Observe', zh: '观察' } },
        },
      },
      spec: {
        title: 'Limit',
        properties: { zones: { title: 'Zones', items: { properties: { zone: { title: 'Zone' } } } } },
      },
    },
  };

  test.each([
    ['en', 'CONTROL enforces, `OBSERVE` counts.', '"Intercept" enforces, "Observe" counts.'],
    ['zh', 'CONTROL 执行', '“拦截” 执行'],
    ['en', 'CONTROLS is another word.', 'CONTROLS is another word.'],
  ] as const)('in %s %j reads %j', (language, text, wanted) =>
    expect(plainWords(text, labelsOf(schema, language), language)).toBe(wanted),
  );

  test.each([
    ['/mode', 'Mode'],
    ['/spec/zones/2/zone', 'Limit › Zones 3 › Zone'],
    ['/spec/other', 'Limit › other'],
    ['', ''],
  ])('the place %j reads %j', (pointer, wanted) => expect(pathInWords(schema, pointer, 'en', 'SERVER')).toBe(wanted));
});

test('a field with known values has the example that is one of them, not another one beside it', () => {
  const problems = validate(RULE, withDefaults(RULE, { name: '', app: '', spec: {} }), t);
  expect(problems.get('/app')).toBe('This is needed.');
  expect(problems.get('/spec/threshold')).toMatch(/^This is needed\. Example: \d+$/);
});

test('whole numbers stay whole: only the arrows of what is at most 1 go by tenths', () => {
  const stepIn = (segment: string, name: string, to?: number): number =>
    stepOf(
      kindOf(segment)?.schema.properties?.['spec']?.properties?.[name] ?? {},
      to === undefined ? undefined : { from: 0, above: true, to },
    );
  expect([stepIn('isolate', 'timeWindow'), stepIn('isolate', 'exceptionRateMultiple')]).toEqual([1, 1]);
  expect(stepIn('isolate', 'maxIpRatio')).toBe(0.1);
  expect([stepIn('fuse', 'threshold', 100), stepIn('fuse', 'threshold', 1)]).toEqual([1, 0.1]);
});
