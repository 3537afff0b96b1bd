import { expect, test } from 'vitest';
import { type FieldSchema, isShown } from '../schema-form/index.ts';
import { kindOf } from './rule-kind.ts';
import { schemaFor } from './schema-for.ts';

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
