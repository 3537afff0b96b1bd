import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ApiClient, BacktestResult } from '@weft/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { simulate } from './rule-simulate.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-simulate-'));
  file = path.join(folder, 'rules.yaml');
  writeFileSync(file, '- { name: qps, app: shop }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const played = (change: Partial<BacktestResult>): BacktestResult => ({
  requests: 200,
  sampled: 200,
  matched: 50,
  rejected: 20,
  delayed: 0,
  copied: 0,
  exact: true,
  margin: 0,
  refusedThen: 0,
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-01T00:10:00.000Z',
  rows: [],
  groups: [],
  unmatched: [],
  proxies: [],
  silent: [],
  warnings: [],
  warningMessages: [],
  ...change,
});
const textOf = async (change: Partial<BacktestResult>): Promise<string> => {
  const ms = { previewLimitRule: async () => ({ warnings: [] }), backtestRule: async () => played(change) };
  return (await simulate({ ms } as unknown as ApiClient, { file, minutes: '10' })).text;
};

test('a share is one of the requests that the rule is for, and not of all of the proxy', async () => {
  expect(await textOf({})).toContain('of 200 requests');
  expect(await textOf({})).toContain('the rule is for 50; 20 would be refused (40 % of those)');
  expect(await textOf({ rejected: 0, copied: 5 })).toContain('about 5 would be copied (10 % of those)');
  expect(await textOf({ matched: 0, rejected: 0 })).toContain('the rule is for 0; 0 would be refused (0 % of those)');
});
