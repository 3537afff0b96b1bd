import { expect, it } from 'vitest';
import { dubboServiceFields } from './describe.ts';

it.each([
  ['com.weft.Echo', { service: 'com.weft.Echo' }],
  ['com.weft.Echo:1.0', { service: 'com.weft.Echo', version: '1.0' }],
  ['com.weft.Echo:1.0:blue', { service: 'com.weft.Echo', version: '1.0', group: 'blue' }],
  ['com.weft.Echo::blue', { service: 'com.weft.Echo', group: 'blue' }],
])('%s is found by what its requests say', (service, expected) => {
  expect(dubboServiceFields(service)).toEqual(expected);
});
