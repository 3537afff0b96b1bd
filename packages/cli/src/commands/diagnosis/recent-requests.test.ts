import type { ApiClient, RecordedRow } from '@weft/api';
import { expect, test } from 'vitest';
import { recentRequests } from './trace.ts';

const row = (second: number, change: Partial<RecordedRow> = {}): RecordedRow => ({
  traceId: '-',
  at: `2026-01-01T00:00:0${second}.000Z`,
  proxyId: 'p',
  proxy: 'details',
  app: 'details',
  direction: 'SERVER',
  protocol: 'Http1',
  service: 'details@Http1',
  method: 'GET',
  path: '/details/0',
  sourceApp: 'productpage',
  sourceIp: '',
  verdict: 'reject',
  ruleDbId: 2,
  refusedBy: 'limit',
  status: 429,
  answer: '',
  durationMs: 1,
  ...change,
});
const recent = async (...items: RecordedRow[]) => {
  const ms = { listRecordedRequests: async () => ({ items, silent: [] }) };
  return recentRequests({ ms } as unknown as ApiClient);
};

test('requests that differ in their time alone are one line, which says how many and when the last came', async () => {
  const { text, json } = await recent(row(5), row(4, { ruleDbId: 3 }), row(3), row(1));
  const lines = text.split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/^3 × {4}2026-01-01T00:00:05.000Z .* reject by limit 2 /);
  expect(lines[2]).toMatch(/^1 × {4}2026-01-01T00:00:04.000Z .* reject by limit 3 /);
  expect(lines[3]).toMatch(/^trace -: the caller sent no trace id/);
  expect(json).toMatchObject({ items: { length: 4 } });
});

test('what a rule answered, or failed on purpose, is not called refused, and what it refused with an error is', async () => {
  const { text } = await recent(
    row(2, { refusedBy: 'downgrade', status: 200 }),
    row(1, { refusedBy: 'downgrade', status: 503 }),
    row(0, { refusedBy: 'downgrade', status: 200, verdict: 'would_answer' }),
    row(0, { refusedBy: 'fault-inject', status: 503 }),
    row(0, { refusedBy: 'fault-inject', status: 200, verdict: 'would_reject' }),
    row(0, { refusedBy: 'limit', status: 200, verdict: 'would_reject' }),
  );
  expect(text.split('\n')[1]).toContain(' answered by downgrade 2 ');
  expect(text.split('\n')[2]).toContain(' reject by downgrade 2 ');
  expect(text.split('\n')[3]).toContain(' would_answer by downgrade 2 ');
  expect(text.split('\n')[4]).toContain(' failed on purpose by fault-inject 2 ');
  expect(text.split('\n')[5]).toContain(' would_fail by fault-inject 2 ');
  expect(text.split('\n')[6]).toContain(' would_reject by limit 2 ');
});

test('a rule is named where its name is known', async () => {
  const { text } = await recent(row(2, { ruleName: 'details-qps' }), row(1, { ruleDbId: 3 }));
  expect(text.split('\n')[1]).toContain(' reject by limit 2 (details-qps) ');
  expect(text.split('\n')[2]).toContain(' reject by limit 3  ');
});

test('requests of several traces are lines of their own, and nothing is said of missing ones', async () => {
  const { text } = await recent(row(2, { traceId: 'b' }), row(1, { traceId: 'a' }));
  expect(text.split('\n')).toHaveLength(3);
  expect(text).not.toContain('trace -:');
});
