import { createFakeClock } from '@weft/kit/testing';
import { expect, test } from 'vitest';
import { Refusals } from './refusals.ts';

const UNKNOWN = { cause: 'unknown-key', reason: 'the access key is unknown or disabled' } as const;
const node = (id: string) => ({ id, app: 'shop' }) as never;

test('a proxy that comes again is one entry, newest first, until it is let in', () => {
  const clock = createFakeClock();
  const refusals = new Refusals(clock);
  refusals.add('10.0.0.1:4711', node('a'), 'K', null, UNKNOWN);
  refusals.add('[::1]:4712', node('b'), 'K', null, UNKNOWN);
  clock.advance(1000);
  refusals.add('10.0.0.1:4799', node('a'), 'K', null, UNKNOWN);
  const [first, second] = refusals.list();
  expect(first).toMatchObject({ proxyId: 'a', address: '10.0.0.1', app: 'shop', count: 2 });
  expect((first?.lastAtMs ?? 0) - (first?.firstAtMs ?? 0)).toBe(1000);
  expect(second).toMatchObject({ proxyId: 'b', address: '::1', count: 1 });
  refusals.accepted('a');
  expect(refusals.list().map(({ proxyId }) => proxyId)).toEqual(['b']);
});

test('the list is bounded, and forgets after a day', () => {
  const clock = createFakeClock();
  const refusals = new Refusals(clock);
  for (let i = 0; i < 500; i++) refusals.add(`10.0.0.${i}:1`, undefined, 'x'.repeat(1000), null, UNKNOWN);
  expect(refusals.list()).toHaveLength(200);
  expect(refusals.list()[0]).toMatchObject({ address: '10.0.0.499', proxyId: '', accessKeyId: 'x'.repeat(128) });
  clock.advance(25 * 3_600_000);
  expect(refusals.list()).toEqual([]);
});
