import { expect, test } from 'vitest';
import type { SearchHit } from '../services/search.ts';
import { groupsOf, listOf, targetOf } from './search-options.ts';

const hit = (own: Partial<SearchHit> & Pick<SearchHit, 'kind' | 'id'>): SearchHit => ({
  title: own.id,
  app: '',
  address: '',
  segment: null,
  enabled: null,
  ...own,
});

test('every kind of hit leads to the page that has it', () => {
  expect(targetOf(hit({ kind: 'service', id: 'a/b:1@Http1' }))).toEqual({ to: '/services/a%2Fb%3A1%40Http1' });
  expect(targetOf(hit({ kind: 'app', id: 'shop' }))).toEqual({ to: '/proxies', search: { app: 'shop' } });
  expect(targetOf(hit({ kind: 'proxy', id: 'p1' }))).toEqual({ to: '/proxies', search: { proxy: 'p1' } });
  expect(targetOf(hit({ kind: 'rule', id: '7', segment: 'fault-inject' }))).toEqual({ to: '/rules/fault-inject/7' });
  expect(targetOf(hit({ kind: 'trace', id: 'abc' }))).toEqual({
    to: '/explain',
    search: { mode: 'trace', trace: 'abc' },
  });
});

test('groups stand in the order of the answer, say how many more there are, and are left out when empty', () => {
  const items = [hit({ kind: 'service', id: 'a' }), hit({ kind: 'service', id: 'b' }), hit({ kind: 'rule', id: '1' })];
  const totals = [
    { kind: 'service', total: 12 },
    { kind: 'app', total: 0 },
    { kind: 'rule', total: 1 },
  ] as const;
  expect(groupsOf({ items, totals: [...totals] }).map(({ kind, hits, more }) => [kind, hits.length, more])).toEqual([
    ['service', 2, 10],
    ['rule', 1, 0],
  ]);
});

test('lists that can be filtered by the text take the rest', () => {
  expect(listOf('service', 'shop')).toEqual({ to: '/services', search: { keyword: 'shop' } });
  expect(listOf('rule', 'shop')).toBeNull();
});
