import { messageText } from '@weft/api';
import { expect, test } from 'vitest';
import { absentGroups } from './absent-groups.ts';

const INSTANCES: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  's@Http1': [
    { version: 'v1', zone: 'z1' },
    { version: 'v2', zone: 'z2' },
  ],
};
const saidOf = (...destinations: readonly (readonly [weight: number, labels: object])[]): string[] => {
  const spec = { destinations: destinations.map(([weight, labels]) => ({ weight, labels })) };
  const body = { services: ['s@Http1', 'nobody@Http1'], spec };
  return absentGroups(body, (service) => INSTANCES[service] ?? []).map((item) => messageText(item));
};

test('a group without an instance is said, with what there is', () => {
  expect(saidOf([90, { version: 'v1' }], [10, { version: 'v9' }])).toEqual([
    '10 % of the requests for s@Http1 go to version=v9, which no instance has now; there are version=v1; version=v2',
  ]);
  expect(saidOf([100, { version: 'v1', zone: 'z2' }])).toEqual([
    expect.stringContaining('there are version=v1,zone=z1; version=v2,zone=z2'),
  ]);
  expect(saidOf([100, { colour: 'blue' }])).toEqual([
    '100 % of the requests for s@Http1 go to colour=blue; no instance has a label colour now',
  ]);
});

test.each([
  ['that is there', [100, { version: 'v1' }]],
  ['that gets nothing', [0, { version: 'v9' }]],
  ['of all instances', [100, {}]],
  ['by the long name of a label', [100, { 'com.alipay.sofa.label.version': 'v2' }]],
] as const)('nothing is said of a group %s', (_title, destination) => expect(saidOf(destination)).toEqual([]));

test('a rule of another type has no groups', () => {
  expect(absentGroups({ services: ['s@Http1'], spec: {} }, () => [{}])).toEqual([]);
});
