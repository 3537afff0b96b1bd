import { messageText } from '@weft/api';
import { expect, test } from 'vitest';
import type { AnyRuleBody } from './rule-kind.ts';
import { uncalledServices } from './uncalled-services.ts';

const CALLERS: Readonly<Record<string, readonly string[]>> = { 'called@Http1': ['front'], 'provided@Http1': [] };
const saidOf = (service: string, change: object = {}): string[] =>
  uncalledServices({ app: 'back', direction: 'CLIENT', services: [service], ...change } as unknown as AnyRuleBody, {
    isKnown: (name) => name in CALLERS,
    nearest: (name) => (name === 'slip@Http1' ? 'called@Http1' : undefined),
    callers: (name) => new Set(CALLERS[name]),
  }).map((item) => messageText(item));

test('a service that is not there, with one of a like name, is said on both sides', () => {
  for (const direction of ['CLIENT', 'SERVER'])
    expect(saidOf('slip@Http1', { direction })).toEqual([
      'nobody provides or calls slip@Http1: is called@Http1 meant?',
    ]);
});

test('a service that only others call is said where the rule acts in callers', () => {
  expect(saidOf('called@Http1')).toEqual([
    'app back does not call called@Http1, others do: CLIENT rules act in the callers',
  ]);
});

test.each([
  ['its caller', 'called@Http1', { app: 'front' }],
  ['every app', 'called@Http1', { app: '*' }],
  ['its provider', 'called@Http1', { direction: 'SERVER' }],
  ['a service that nobody calls yet', 'provided@Http1', {}],
  ['a service like no other, which may be in files of proxies', 'static@Http1', {}],
  ['all services', '*', {}],
])('nothing is said of a rule for %s', (_title, service, change) => expect(saidOf(service, change)).toEqual([]));
