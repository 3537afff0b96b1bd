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
const OBSERVES: BacktestResult['warningMessages'][number] = { id: 'backtest.observes', params: {} };
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

test('what is about the time or the proxies is said once, above the rules, and what is about one rule at it', async () => {
  writeFileSync(file, '- { name: qps, app: shop }\n- { name: qps, app: cart }');
  const answers = ['01', '02'].map((second, index) =>
    played({
      warnings: [`not the whole time: since ${second}`, ...(index === 0 ? ['only of the first'] : [])],
      warningMessages: [{ id: 'backtest.since', params: {} }, ...(index === 0 ? [OBSERVES] : [])],
      silent: [{ proxyId: 'p1', proxy: 'shop-1', reason: 'gone' }],
    }),
  );
  const ms = { previewLimitRule: async () => ({ warnings: [] }), backtestRule: async () => answers.shift() };
  const { text } = await simulate({ ms } as unknown as ApiClient, { file, minutes: '10' });
  const [shop = '', cart = ''] = text.split(/\n+(?=cart\/qps: )/);
  expect(shop).toMatch(/^! not the whole time: since 01\n! shop-1 did not answer: gone\n\nshop\/qps: /);
  expect(shop).toMatch(/\n {2}! only of the first$/);
  expect(cart).toContain('the rule is for 50');
  expect(cart).not.toContain('!');
});

test('what the rule is not about is called other traffic, and has no caller and no method', async () => {
  writeFileSync(file, '- { name: qps, app: shop }');
  const count = { requests: 11_629, sampled: 9, matched: 0, rejected: 0, delayed: 0, copied: 0 };
  const text = await textOf({ rows: [{ caller: '', service: '', method: '', ...count }] });
  expect(text).toMatch(/\nother traffic of these proxies +11629 +0 /);
});

test('what a rule would make up is answered and not refused', async () => {
  const count = { requests: 50, sampled: 50, matched: 50, rejected: 50, delayed: 0, copied: 0 };
  const rows = [{ caller: 'front', service: 's@Http1', method: 'GET', ...count }];
  const textWith = async (action: string) => {
    writeFileSync(file, `{ type: downgrade, name: off, app: shop, spec: { action: ${action} } }`);
    const ms = {
      previewDowngradeRule: async () => ({ warnings: [] }),
      backtestRule: async () => played({ rejected: 50, rows }),
    };
    return (await simulate({ ms } as unknown as ApiClient, { file, minutes: '10' })).text;
  };
  expect(await textWith('MOCK')).toMatch(/ 50 would be answered \(100 % of those\)[\s\S]* ANSWERED /);
  expect(await textWith('REJECT')).toMatch(/ 50 would be refused \(100 % of those\)[\s\S]* REFUSED /);
});

test('what a fault fails is failed on purpose and not refused, and one that delays is told by what it delays', async () => {
  const count = { requests: 50, sampled: 50, matched: 50, rejected: 40, delayed: 0, copied: 0 };
  const rows = [{ caller: 'front', service: 's@Http1', method: 'GET', ...count }];
  const textWith = async (ruleType: string, change: Partial<BacktestResult>) => {
    writeFileSync(file, `{ type: fault-inject, name: drill, app: shop, spec: { ruleType: ${ruleType} } }`);
    const ms = {
      previewFaultInjectRule: async () => ({ warnings: [] }),
      backtestRule: async () => played({ rows, ...change }),
    };
    return (await simulate({ ms } as unknown as ApiClient, { file, minutes: '10' })).text;
  };
  const aborted = await textWith('ABORT', { rejected: 40 });
  expect(aborted).toMatch(/ 40 would be failed on purpose \(80 % of those\)[\s\S]* FAILED ON PURPOSE /);
  expect(aborted).not.toMatch(/would be refused/);
  const delayed = await textWith('DELAY', { rejected: 0, delayed: 25 });
  expect(delayed).toContain('the rule is for 50; 25 would be delayed (50 % of those)\n');
});

test('rules of one name have their types at it, and those of one type, too, their places in the file', async () => {
  const headings = async (text: string) => {
    writeFileSync(file, text);
    const preview = async () => ({ warnings: [] });
    const ms = { previewLimitRule: preview, previewFuseRule: preview, backtestRule: async () => played({}) };
    const outcome = await simulate({ ms } as unknown as ApiClient, { file, minutes: '10' });
    return outcome.text.split('\n').flatMap((line) => /^(.+): of 200 requests/.exec(line)?.[1] ?? []);
  };
  expect(await headings('- { name: qps, app: shop }\n- { name: qps, app: cart }')).toEqual(['shop/qps', 'cart/qps']);
  expect(await headings('- { name: qps, app: shop }\n- { name: qps, app: shop, type: fuse }')).toEqual([
    'shop/qps (limit)',
    'shop/qps (fuse)',
  ]);
  expect(await headings('- { name: qps, app: shop }\n- { name: qps, app: shop }')).toEqual([
    `shop/qps (${file}: rule 1)`,
    `shop/qps (${file}: rule 2)`,
  ]);
});
