import { expect, test } from 'vitest';
import { FilterChain } from '../filter/index.ts';
import type { ExchangeRecord } from './exchange-record.ts';
import { readVariable, writeVariable } from './variables.ts';

const factory = () => null;
const chain = new FilterChain([
  { name: 'tenant', onFault: 'open', variables: ['tenant_cluster'], factory },
  { name: 'other', onFault: 'open', factory },
]);

test('a filter sets what it declares and what is predefined for it, and nothing else', () => {
  const exchange = { listener: { chain }, variables: null } as unknown as ExchangeRecord;
  writeVariable(exchange, 'tenant_cluster', 'blue');
  writeVariable(exchange, 'proxy_try_timeout', '5');
  expect([readVariable(exchange, 'tenant_cluster'), readVariable(exchange, 'proxy_try_timeout')]).toEqual([
    'blue',
    '5',
  ]);
  expect(() => writeVariable(exchange, 'tenant_clutser', 'blue')).toThrow(/"tenant_clutser".*`variables`/);
  expect(() => writeVariable(exchange, 'response_code', '200')).toThrow('the variable response_code is read-only');
  expect(exchange.variables?.size).toBe(2);
});
