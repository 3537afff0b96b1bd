import type { ApiClient } from '@weft/api';
import { expect, test } from 'vitest';
import { listChanges } from './change.ts';

test('says of what the control plane did by itself that it did', async () => {
  const change = { changeId: '0b9f6c1e-1', at: 'then', object: 'limit/7', result: 'done' };
  const items = [
    { ...change, actor: 'weft', operation: 'rollout promote' },
    { ...change, actor: 'anna', operation: 'rollout' },
  ];
  const client = { ms: { listChanges: async () => ({ items }) } } as unknown as ApiClient;
  const { text, json } = await listChanges(client, { last: '20' });
  expect(text).toMatch(/then +weft \(by itself\) +rollout promote limit\/7/);
  expect(text).toMatch(/then +anna +rollout limit\/7/);
  expect(json).toEqual({ ok: true, items });
});
