import { expect, test } from 'vitest';
import { missedCalls, sumOfUnread, type UnreadCalls } from './unread-calls.ts';

const ECHO = 'com.example.Echo:1.0@DEFAULT';
const calls = (service: string, count: number, change: Partial<UnreadCalls> = {}): UnreadCalls => ({
  direction: 'SERVER',
  protocol: 'bolt',
  service,
  reason: 'no header says the method',
  count,
  ...change,
});
const seen = [
  calls(ECHO, 3),
  calls(ECHO, 5, { direction: 'CLIENT' }),
  calls('com.example.Other:1.0@DEFAULT', 7),
  calls('', 11, { protocol: 'dubbo' }),
];
const rule = { direction: 'SERVER' as const, services: [ECHO], methods: ['echo'] };
const published = (service: string) => new Set(service === ECHO ? ['bolt'] : []);

test.each([
  ['of its service, on its side', {}, [3]],
  ['of every service', { services: ['*'] }, [3, 7, 11]],
  ['on the other side', { direction: 'CLIENT' as const }, [5]],
  ['none with a service for a rule on every method', { services: ['*'], methods: ['echo', '*'] }, [11]],
  ['none of another service', { services: ['com.example.None:1.0@DEFAULT'], methods: ['*'] }, [11]],
])('calls that a rule misses as they cannot be read: %s', (_title, change, counts) => {
  expect(missedCalls({ ...rule, ...change }, seen, published).map(({ count }) => count)).toEqual(counts);
});

test('calls of an unknown service are its own where it is published with their protocol', () => {
  const protocols = (name: string) => missedCalls(rule, [calls('', 2, { protocol: 'Dubbo' })], () => new Set([name]));
  expect([protocols('dubbo').length, protocols('bolt').length]).toEqual([1, 0]);
});

test.each([
  ['boltv2', 'bolt', 1],
  ['bolt', 'boltv2', 1],
  ['Http2', 'tri', 1],
  ['Http2', 'bolt', 0],
  ['dubbo', 'tri', 0],
])('calls over %s may be of a service that is published with %s: %i', (protocol, published, count) => {
  expect(missedCalls(rule, [calls('', 2, { protocol })], () => new Set([published]))).toHaveLength(count);
});

test('what proxies have seen alike is one, the most first', () => {
  const sum = sumOfUnread([calls(ECHO, 1), calls('', 2), calls(ECHO, 4)]);
  expect(sum.map(({ service, count }) => [service, count])).toEqual([
    [ECHO, 5],
    ['', 2],
  ]);
});
