import type { ApiClient } from '@weft/api';
import { expect, test } from 'vitest';
import { showIsolated } from './rule-isolation.ts';

/** A control plane that has asked so many proxies, none of which leaves an instance out. */
const planeOf = (asked: number): ApiClient =>
  ({ ms: { listIsolated: async () => ({ items: [], asked, silent: [] }) } }) as unknown as ApiClient;

test('that no instance is isolated says so, and that nobody could isolate one, with what was asked for', async () => {
  const said = async (asked: number, filter: { readonly app?: string } = {}) =>
    (await showIsolated(planeOf(asked), undefined, filter)).text;
  expect(await said(2)).toBe('no instance is isolated');
  expect(await said(2, { app: 'reviews' })).toBe('no instance is isolated');
  expect(await said(0)).toBe('no connected proxy has an isolation rule');
  expect(await said(0, { app: 'reviews' })).toBe('no connected proxy has an isolation rule of these');
});
