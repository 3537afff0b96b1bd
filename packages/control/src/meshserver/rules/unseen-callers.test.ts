import { messageText } from '@weft/api';
import { expect, test } from 'vitest';
import { unseenCallers } from './unseen-callers.ts';

type Condition = Parameters<typeof unseenCallers>[0]['conditions'][number];

const SEEN = ['productpage', 'reviews'];
const condition = (value: string[], change: Partial<Condition> = {}): Condition => ({
  type: 'SYSTEM',
  field: 'source.app.name',
  operation: 'IN',
  value,
  ...change,
});
const saidOf = (conditions: Condition[], type = 'WHITELIST', seen: readonly string[] = SEEN): string[] =>
  unseenCallers({ spec: { type }, conditions }, new Set(seen)).map((item) => messageText(item));

test('a whitelist of an app that no proxy is of lets nobody in, and the app that is meant is named', () => {
  const said = ['no proxy of an app productpge is known: this whitelist lets nobody in with it; is productpage meant?'];
  expect(saidOf([condition(['productpge'])])).toEqual(said);
  expect(saidOf([condition(['productpge'], { field: 'System.sourceApp', operation: 'EQUAL' })])).toEqual(said);
});

test('apps like no other are said together', () => {
  expect(saidOf([condition(['gateway', 'batch-jobs'])])).toEqual([
    expect.stringMatching(/^no proxy of an app gateway, batch-jobs is known: .* nobody in/),
  ]);
});

test('beside an app that is there a slip is said', () => {
  expect(saidOf([condition(['reviews', 'productpge', 'gateway'])])).toEqual([
    'no proxy of an app productpge is known: is productpage meant?',
  ]);
});

test.each<[title: string, conditions: Condition[]]>([
  ['of apps that are there', [condition(['reviews', 'productpage'])]],
  ['of one that is there and one that may have no proxy', [condition(['reviews', 'gateway'])]],
  ['of callers that say no name', [condition([''], { operation: 'EQUAL' })]],
  ['of all but one', [condition(['productpge'], { operation: 'NOT_IN' })]],
  ['by a header', [condition(['productpge'], { type: 'HEADER' })]],
  ['by address', [condition(['10.0.0.1'], { field: 'source.ip' })]],
  ['of everybody', []],
])('nothing is said of a whitelist %s', (_title, conditions) => expect(saidOf(conditions)).toEqual([]));

test('a blacklist of an app that no proxy is of refuses nobody', () => {
  expect(saidOf([condition(['productpge'])], 'BLACKLIST')).toEqual([
    'no proxy of an app productpge is known: this blacklist refuses nobody with it; is productpage meant?',
  ]);
  expect(saidOf([condition(['gateway', 'batch-jobs'])], 'BLACKLIST')).toEqual([
    expect.stringMatching(/^no proxy of an app gateway, batch-jobs is known: this blacklist refuses nobody/),
  ]);
  expect(saidOf([condition(['reviews', 'productpge', 'gateway'])], 'BLACKLIST')).toEqual([
    'no proxy of an app productpge is known: is productpage meant?',
  ]);
  expect(saidOf([condition(['reviews', 'gateway'])], 'BLACKLIST')).toEqual([]);
});

test('nothing is said of rules without a list, nor before the first proxy', () => {
  expect(saidOf([condition(['productpge'])], '')).toEqual([]);
  for (const type of ['WHITELIST', 'BLACKLIST']) expect(saidOf([condition(['productpge'])], type, [])).toEqual([]);
});
