import { messageText } from '@weft/api';
import { expect, test } from 'vitest';
import { uncalledServices } from './uncalled-services.ts';

type Rule = Parameters<typeof uncalledServices>[0];

const CALLERS: Readonly<Record<string, readonly string[]>> = { 'called@Http1': ['front'], 'provided@Http1': [] };
const saidOf = (service: string, change: Partial<Rule> = {}): string[] =>
  uncalledServices(
    { app: 'back', direction: 'CLIENT', services: [service], ...change },
    {
      isKnown: (name) => name in CALLERS,
      nearest: (name) => (name === 'slip@Http1' ? 'called@Http1' : undefined),
      callers: (name) => new Set(CALLERS[name]),
    },
  ).map((item) => messageText(item));

test('a service that is not there, with one of a like name, is said on both sides', () => {
  for (const direction of ['CLIENT', 'SERVER'] as const)
    expect(saidOf('slip@Http1', { direction })).toEqual([
      'nobody provides or calls slip@Http1: is called@Http1 meant?',
    ]);
});

test('a service that only others call is said where the rule acts in callers', () => {
  expect(saidOf('called@Http1')).toEqual([
    'app back does not call called@Http1, others do: CLIENT rules act in the callers',
  ]);
});

test.each<[title: string, service: string, change: Partial<Rule>]>([
  ['its caller', 'called@Http1', { app: 'front' }],
  ['every app', 'called@Http1', { app: '*' }],
  ['its provider', 'called@Http1', { direction: 'SERVER' }],
  ['a service that nobody calls yet', 'provided@Http1', {}],
  ['a service like no other, which may be in files of proxies', 'static@Http1', {}],
  ['all services', '*', {}],
])('nothing is said of a rule for %s', (_title, service, change) => expect(saidOf(service, change)).toEqual([]));
