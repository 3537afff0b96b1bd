import { expect, test } from 'vitest';
import type { IsolatedInstance } from '../../services/rule-states.ts';
import { leftOutOf } from './left-out.ts';

const SERVICE = 'reviews:9080@Http1';
const instance = (change: Partial<IsolatedInstance> = {}): IsolatedInstance => ({
  proxyId: 'a',
  app: 'productpage',
  ip: '10.0.0.1',
  ruleDbId: 7,
  name: 'slow',
  direction: 'CLIENT',
  mode: 'CONTROL',
  host: '10.0.0.9:9080',
  service: SERVICE,
  state: 'ISOLATED',
  reason: '',
  since: '2026-01-01T00:00:00.000Z',
  until: '2026-01-01T00:01:00.000Z',
  calls: 40,
  exceptions: 30,
  rate: 75,
  ...change,
});

test('callers are counted once, and each rule named once', () => {
  const items = [instance(), instance({ name: 'errors' }), instance({ proxyId: 'b', app: 'cart' })];
  const rules = ['productpage/slow', 'productpage/errors', 'cart/slow'];
  expect([...leftOutOf([...items, instance()], SERVICE)]).toEqual([['10.0.0.9:9080', { callers: 2, rules }]]);
});

test.each([
  ['of another service', { service: 'ratings:9080@Http1' }],
  ['that its own proxy judges', { direction: 'SERVER' }],
  ['of a rule that only watches', { mode: 'OBSERVE' }],
  ['that gets calls again', { state: 'RECOVERING' }],
] as const)('one %s is not left out by callers', (_, change) => {
  expect(leftOutOf([instance(change)], SERVICE).size).toBe(0);
});
