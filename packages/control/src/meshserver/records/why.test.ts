import { expect, test } from 'vitest';
import { methodlessCalls } from './why.ts';

const ECHO = 'com.example.Echo:1.0@DEFAULT';
const seen = { [`SERVER ${ECHO}`]: 3, [`CLIENT ${ECHO}`]: 5, 'SERVER com.example.Other:1.0@DEFAULT': 7 };
const rule = { direction: 'SERVER' as const, services: [ECHO], methods: ['echo'] };

test.each([
  ['of its service, on its side', {}, [3]],
  ['of every service', { services: ['*'] }, [3, 7]],
  ['on the other side', { direction: 'CLIENT' as const }, [5]],
  ['none for a rule on every method', { methods: ['echo', '*'] }, []],
  ['none of another service', { services: ['com.example.None:1.0@DEFAULT'] }, []],
])('calls without a method that a rule never meets: %s', (_title, change, counts) => {
  expect(methodlessCalls({ ...rule, ...change }, seen).map(({ count }) => count)).toEqual(counts);
});

test('a proxy of before says nothing of them', () => expect(methodlessCalls(rule, undefined)).toEqual([]));
