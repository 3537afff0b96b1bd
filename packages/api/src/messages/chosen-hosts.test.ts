import { expect, test } from 'vitest';
import { chosenHosts } from './chosen-hosts.ts';

const hosts = ['h:1', 'h:2', 'h:3', 'h:4', 'h:5', 'h:6'];
const choice = (percent: number, group: string, ...names: readonly string[]) => ({ percent, group, hosts: names });

test.each([
  ['all where rules leave all, as far as they are named', [], 'h:1, h:2, h:3, h:4, h:5, …'],
  ['those of one group', [choice(100, 'version=v3', 'h:3')], 'version=v3: h:3'],
  ['those that isolation leaves', [choice(100, '', 'h:1', 'h:2')], 'h:1, h:2'],
  [
    'those of several groups, with their shares',
    [choice(10, 'version=v3', 'h:3'), choice(85.5, 'version=v1', ...hosts), choice(4.5, '*', 'h:1')],
    '10 % version=v3: h:3; 85.5 % version=v1: h:1, h:2, h:3, h:4, h:5, …; 4.5 % h:1',
  ],
  ['that the others are refused', [choice(30, 'version=v3', 'h:3')], '30 % version=v3: h:3'],
])('the hosts that a request may go to: %s', (_, choices, expected) =>
  expect(chosenHosts({ hosts, choices })).toBe(expected),
);
