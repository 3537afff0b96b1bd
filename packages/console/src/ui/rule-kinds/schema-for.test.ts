import { isWithin } from '@weft/api/rules';
import { expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { type FieldSchema, type FormObject, isShown, validate, withDefaults } from '../schema-form/index.ts';
import { KINDS, kindOf, type RuleKind } from './rule-kind.ts';
import { askedValue, schemaFor } from './schema-for.ts';
import { rangesOf } from './spec-checks.ts';

const { schema } = kindOf('downgrade') as { readonly schema: FieldSchema };

/** Fields that the form asks for when an answer is given. */
const asked = (services: readonly string[], spec: object = {}): string[] => {
  const of = schemaFor('downgrade', schema, { services, spec }).properties?.['spec']?.properties ?? {};
  return ['body', 'descriptorSet', 'tripleInterface'].filter((key) => isShown(of[key] ?? {}, { action: 'MOCK' }));
};

test.each([
  [[], ['body', 'descriptorSet', 'tripleInterface']],
  [['*'], ['body', 'descriptorSet', 'tripleInterface']],
  [['reviews:9080@Http1'], ['body']],
  [['a.B:1.0@DEFAULT', 'a.B@dubbo', 'a.B@tars'], ['body']],
  [['a.B@grpc'], ['body', 'descriptorSet']],
  [
    ['reviews:9080@Http1', 'a.B@grpc'],
    ['body', 'descriptorSet'],
  ],
  [['a.B@tri'], ['body', 'descriptorSet', 'tripleInterface']],
])('of %j the form of degradation asks for %j', (services, wanted) => expect(asked(services)).toEqual(wanted));

test('what has a value stays in sight', () => {
  expect(asked(['reviews:9080@Http1'], { descriptorSet: 'CgA=' })).toEqual(['body', 'descriptorSet']);
  expect(asked(['reviews:9080@Http1'], { descriptorSet: '', tripleInterface: 'UNSAID' })).toEqual(['body']);
});

test('other types keep the schema that they have', () => {
  const limit = kindOf('limit')?.schema as FieldSchema;
  expect(schemaFor('limit', limit, { services: ['reviews:9080@Http1'] })).toBe(limit);
});

/** What the form of a new rule of faults begins with, and what it says of it. */
function newFault(spec: FormObject) {
  const { schema: of } = kindOf('fault-inject') as RuleKind;
  const rule = withDefaults(of, { spec }) as FormObject;
  return { rule, said: validate(of, rule, translator('en'), rangesOf('fault-inject', rule)).get('/spec/fixedDelay') };
}

test('the form of a fault begins without a delay, and asks for one where requests shall wait', () => {
  const { rule, said } = newFault({ ruleType: 'DELAY' });
  expect(rule['spec']).not.toHaveProperty('fixedDelay');
  expect(said).toBe('This is needed. Example: 500');
  expect(newFault({ ruleType: 'DELAY', fixedDelay: 500 }).said).toBe(undefined);
  expect(newFault({ ruleType: 'ABORT' }).said).toBe(undefined);
});

test('a stored fault without a delay comes back so, and other values as they are', () => {
  const spec = { ruleType: 'ABORT', code: 503, ttlSeconds: 0 };
  expect(askedValue('fault-inject', { name: 'a', spec: { ...spec, fixedDelay: 0 } })).toEqual({ name: 'a', spec });
  const delayed = { spec: { ruleType: 'DELAY', fixedDelay: 500 } };
  expect(askedValue('fault-inject', delayed)).toEqual(delayed);
  expect(askedValue('limit', { spec: { fixedDelay: 0 } })).toEqual({ spec: { fixedDelay: 0 } });
});

test('no form begins with a number that proxies refuse', () => {
  const wrong = KINDS.flatMap(({ segment, schema: of }) => {
    const { spec } = withDefaults(of, {}) as { readonly spec?: FormObject };
    return [...rangesOf(segment, {})].flatMap(([pointer, range]) => {
      const value = spec?.[pointer.slice('/spec/'.length)];
      return value === undefined || isWithin(range, Number(value)) ? [] : [`${segment}${pointer} ${value}`];
    });
  });
  expect(wrong).toEqual([]);
});
