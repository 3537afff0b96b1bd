import type { AddressRoute } from '@weft/sdk';
import { expect, test } from 'vitest';
import { compileAddressRoutes } from './address-routes.ts';

const route = (clusterName: string, conditions: Partial<AddressRoute> = {}): AddressRoute => ({
  clusterName,
  sources: [],
  destinations: [],
  sourcePorts: [],
  destinationPorts: [],
  ...conditions,
});

test.each([
  ['by the block of the caller', { sources: ['10.1.0.0/16'] }, '10.1.255.255:9', '1.1.1.1:80', true],
  ['outside the block of the caller', { sources: ['10.1.0.0/16'] }, '10.2.0.0:9', '1.1.1.1:80', false],
  ['by one address, which needs no length', { sources: ['10.1.2.3'] }, '10.1.2.3:9', '1.1.1.1:80', true],
  ['by one address of several', { sources: ['10.0.0.0/8', '192.168.0.1'] }, '192.168.0.1:9', '1.1.1.1:80', true],
  ['beside one address', { sources: ['10.1.2.3'] }, '10.1.2.4:9', '1.1.1.1:80', false],
  ['by everything', { sources: ['0.0.0.0/0'] }, '203.0.113.9:9', '1.1.1.1:80', true],
  ['by an IPv6 block', { sources: ['2001:db8::/32'] }, '[2001:db8::7]:9', '[::1]:80', true],
  ['by an IPv6 address', { destinations: ['::1'] }, '[2001:db8::7]:9', '[::1]:80', true],
  ['of another family', { sources: ['0.0.0.0/0'] }, '[2001:db8::7]:9', '[::1]:80', false],
  ['by where the connection came to', { destinations: ['1.1.1.0/24'] }, '10.0.0.1:9', '1.1.1.1:80', true],
  ['by a port of the caller', { sourcePorts: [[9, 9]] }, '10.0.0.1:9', '1.1.1.1:80', true],
  [
    'by the ends of a range of ports',
    {
      destinationPorts: [
        [1, 2],
        [80, 81],
      ],
    },
    '10.0.0.1:9',
    '1.1.1.1:81',
    true,
  ],
  [
    'beside a range of ports',
    {
      destinationPorts: [
        [1, 79],
        [81, 99],
      ],
    },
    '10.0.0.1:9',
    '1.1.1.1:80',
    false,
  ],
  [
    'where one of two conditions fails',
    { sources: ['10.0.0.0/8'], destinationPorts: [[1, 2]] },
    '10.0.0.1:9',
    '1.1.1.1:80',
    false,
  ],
] as const)('%s', (_, conditions, remote, local, taken) => {
  const choose = compileAddressRoutes([route('some', conditions), route('others')]);
  expect(choose(remote, local)).toBe(taken ? 'some' : 'others');
});

test('the first that fits is taken, and none where none does', () => {
  const choose = compileAddressRoutes([
    route('a', { sources: ['10.1.0.0/16'] }),
    route('b', { sources: ['10.0.0.0/8'] }),
  ]);
  expect(['10.1.0.1:1', '10.2.0.1:1', '11.0.0.1:1'].map((remote) => choose(remote, '1.1.1.1:80'))).toEqual([
    'a',
    'b',
    '',
  ]);
  expect(compileAddressRoutes([])('10.0.0.1:1', '1.1.1.1:80')).toBe('');
});

test('a route for everything asks nothing, not even for an address that can be read', () => {
  expect(compileAddressRoutes([route('all')])('', '')).toBe('all');
});
