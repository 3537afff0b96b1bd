import { RULE_KINDS, SYSTEM_FIELDS } from '@weft/api/rules';
import { expect, test } from 'vitest';
import { exampleOf, examplePair, SYSTEM_EXAMPLES } from './example.ts';
import { type FieldSchema, isShown, recordOf } from './schema.ts';

test.each([
  [{ examples: ['echo-qps'] }, 'echo-qps', 'echo-qps'],
  [{ examples: [100] }, '100', '100'],
  [{ examples: [['10.0.0.7', '10.1.0.0/16']] }, '10.0.0.7, 10.1.0.0/16', '10.0.0.7, 10.1.0.0/16'],
  [{ examples: ['too many requests, please'] }, 'too many requests, please', undefined],
  [{ examples: [{ version: 'v2' }] }, undefined, undefined],
  [{ examples: [['*']] }, undefined, undefined],
  [{}, undefined, undefined],
])('the example of %j is %j, for readers of Chinese %j', (schema, en, zh) => {
  expect(exampleOf(schema, 'en')).toBe(en);
  expect(exampleOf(schema, 'zh')).toBe(zh);
});

test('of pairs the first is shown', () => {
  expect(examplePair({ examples: [{ version: 'v2', zone: 'a' }] })).toEqual(['version', 'v2']);
  expect(examplePair({ examples: ['v2'] })).toBe(undefined);
});

test('system fields of the examples are there', () => {
  expect(Object.keys(SYSTEM_EXAMPLES).filter((field) => !SYSTEM_FIELDS.some((known) => known === field))).toEqual([]);
});

/** Texts, numbers and lists that are empty at first and have no example. */
function withoutExample(schema: FieldSchema, path: string): string[] {
  const found: string[] = [];
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    if (!isShown(field, {})) continue;
    const here = `${path}/${key}`;
    const typed = field.enum === undefined && ['string', 'integer', 'number', 'array'].includes(field.type ?? '');
    const empty = field.default === undefined || field.default === '' || JSON.stringify(field.default) === '[]';
    if (typed && empty && field.items?.type !== 'object' && exampleOf(field, 'en') === undefined) found.push(here);
    found.push(...withoutExample(field, here));
    const inner = field.items ?? recordOf(field);
    if (inner !== undefined) found.push(...withoutExample(inner, `${here}/*`));
  }
  return found;
}

test('a field that a stranger has to fill has an example', () => {
  const found = RULE_KINDS.flatMap(({ segment, body }) => withoutExample(body as unknown as FieldSchema, segment));
  expect(found).toEqual([]);
});
