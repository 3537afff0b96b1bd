import { describe, expect, test } from 'vitest';
import { kindOf } from '../rule-kinds/index.ts';
import { placeProblems } from './place.ts';
import type { FieldSchema } from './schema.ts';

const schemaOf = (segment: Parameters<typeof kindOf>[0]) => kindOf(segment)?.schema as FieldSchema;
const VALUE = {
  services: ['reviews'],
  conditions: [{ type: 'HEADER', field: 'a', operation: 'IN', value: ['b'] }],
  spec: { targetAddresses: ['nosuchhost'], destinations: [{ weight: 1, labels: { a: 'b' } }], zoneSpec: [] },
};
const placed = (segment: Parameters<typeof kindOf>[0], path: string) => {
  const { at, elsewhere } = placeProblems(schemaOf(segment), VALUE, [{ path, message: 'wrong' }], ['enabled']);
  return [...at.keys(), ...elsewhere.map((problem) => `elsewhere ${problem.path}`)];
};

describe('what the server says of a rule stands at its field', () => {
  test.each(['limit', 'fuse', 'auth', 'fault-inject', 'mirror', 'isolate', 'downgrade', 'hijack', 'route'] as const)(
    'a service of %s',
    (segment) => expect(placed(segment, '/services/0')).toEqual(['/services']),
  );

  test.each([
    ['mirror', '/spec/targetAddresses/0', '/spec/targetAddresses'],
    ['fuse', '/spec/threshold', '/spec/threshold'],
    ['limit', '/conditions/0/value/0', '/conditions/0/value'],
    ['limit', '/conditions/0/operation', '/conditions/0/value'],
    ['limit', '/conditions/0/field', '/conditions/0/field'],
    ['limit', '/conditions/7/field', '/conditions'],
    ['limit', '/conditions', '/conditions'],
    ['route', '/spec/destinations/0/weight', '/spec/destinations/0/weight'],
    ['route', '/spec/destinations/0/labels/a', '/spec/destinations/0/labels'],
    ['route', '/spec/destinations/0', '/spec/destinations'],
    ['limit', '/scope/labels/a', '/scope/labels'],
    ['limit', '/spec', 'elsewhere /spec'],
    ['limit', '', 'elsewhere '],
    ['limit', '/enabled', 'elsewhere /enabled'],
    ['limit', '/nothing/here', 'elsewhere /nothing/here'],
  ] as const)('of %s %s at %s', (segment, path, wanted) => expect(placed(segment, path)).toEqual([wanted]));

  test('several of a field are said together, the same once', () => {
    const problems = ['a', 'b', 'a'].map((message, at) => ({ path: `/services/${at}`, message }));
    expect([...placeProblems(schemaOf('limit'), VALUE, problems).at]).toEqual([['/services', 'a b']]);
  });
});
