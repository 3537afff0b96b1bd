/** What proxies remember of requests, for the pages that show it. */
import type { BacktestResult, RecordedRow, TracedRule, TraceHop, TraceResult, WhyResult } from '@weft/api';
import { REVIEWS } from './fixture-data.ts';

export const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

const at = '2026-11-21T06:30:12.250Z';
const row = (change: Partial<RecordedRow>): RecordedRow => ({
  traceId: TRACE,
  at,
  proxyId: 'proxy-4',
  proxy: 'reviews v1',
  app: 'reviews',
  direction: 'SERVER',
  protocol: 'Http1',
  service: REVIEWS,
  method: 'GET',
  path: '/reviews/0',
  sourceApp: 'productpage',
  sourceIp: '10.0.3.9',
  verdict: 'reject',
  ruleDbId: 341,
  refusedBy: 'limit',
  status: 429,
  answer: '',
  durationMs: 0.3,
  ...change,
});
const rule = (change: Partial<TracedRule>): TracedRule => ({
  type: 'LIMIT',
  ruleDbId: 341,
  name: 'reviews-qps',
  mode: 'CONTROL',
  matched: true,
  verdict: 'reject',
  detail: '0.2 of 100 tokens',
  effect: null,
  since: 'same',
  conditions: [],
  ...change,
});
const hop = (change: Partial<TraceHop>): TraceHop => ({
  ...row({}),
  offsetMs: 0,
  depth: 0,
  host: '',
  group: '',
  detail: '',
  rules: [],
  ...change,
});

export const trace: TraceResult = {
  traceId: TRACE,
  asked: 5,
  off: 0,
  silent: [{ proxyId: 'proxy-6', proxy: 'ratings v1', reason: 'proxy proxy-6 has not answered within 5000 ms' }],
  hops: [
    hop({
      proxyId: 'proxy-1',
      proxy: 'productpage v1',
      app: 'productpage',
      direction: 'CLIENT',
      verdict: 'pass',
      ruleDbId: null,
      refusedBy: '',
      durationMs: 1.9,
      host: '10.0.3.11:12200',
      group: 'version=v1',
      rules: [
        rule({
          type: 'ROUTE',
          ruleDbId: 351,
          name: 'reviews-gray',
          verdict: 'pass',
          detail: '100 % to version=v1; without an instance: refused',
          conditions: [{ left: 'HEADER user', operator: 'EQUAL', right: 'ann', value: 'ann', matched: true }],
        }),
      ],
    }),
    hop({
      depth: 1,
      offsetMs: 0.8,
      rules: [
        rule({
          ruleDbId: 342,
          name: 'reviews-vip',
          mode: 'OBSERVE',
          matched: false,
          verdict: 'not_matched',
          detail: '',
          since: 'changed',
          conditions: [{ left: 'HEADER tier', operator: 'IN', right: 'gold', value: '', matched: false }],
        }),
        rule({}),
      ],
    }),
  ],
};

export const recent: readonly RecordedRow[] = [
  row({ ruleName: 'reviews-qps' }),
  row({
    traceId: '5ad03418fc2b4d5c9d5c3b1f6f0f7a21',
    verdict: 'would_reject',
    ruleDbId: 307,
    refusedBy: 'fault-inject',
    status: 200,
  }),
  row({ traceId: '-', verdict: 'delay', ruleDbId: null, refusedBy: '', status: 200, durationMs: 812.5 }),
];

const said = (id: string, params: Record<string, string | number> = {}) => ({ id, params });
export const why: WhyResult = {
  ruleDbId: 341,
  type: 'LIMIT',
  name: 'reviews-qps',
  app: 'reviews',
  acts: false,
  findings: [
    {
      code: 'why.condition',
      result: 'fail',
      text: 'for 40 of 40 requests of its services HEADER user EQUAL [ann] does not hold: one had bob',
      message: said('why.condition', { condition: 'HEADER user EQUAL [ann]', value: 'bob', count: 40, considered: 40 }),
      advice: '',
      adviceMessage: null,
    },
    {
      code: 'why.pending',
      result: 'warn',
      text: 'reviews v2 has not answered for version 3 yet',
      message: said('why.pending', { proxy: 'reviews v2', version: 3 }),
      advice: 'weft rule push sends it again',
      adviceMessage: said('why.push-again'),
    },
  ],
};

export const backtest: BacktestResult = {
  requests: 12_400,
  sampled: 2960,
  matched: 12_400,
  rejected: 3120,
  delayed: 0,
  copied: 0,
  exact: false,
  margin: 84,
  refusedThen: 210,
  from: '2026-11-21T06:20:12.250Z',
  to: at,
  rows: [
    {
      caller: 'productpage',
      service: REVIEWS,
      method: 'GET /reviews/0',
      requests: 12_000,
      sampled: 2800,
      matched: 12_000,
      rejected: 3020,
      delayed: 0,
      copied: 0,
    },
    {
      caller: '10.0.3.77',
      service: REVIEWS,
      method: 'GET /reviews/7',
      requests: 400,
      sampled: 160,
      matched: 400,
      rejected: 100,
      delayed: 0,
      copied: 0,
    },
  ],
  groups: [],
  unmatched: [],
  proxies: [{ proxyId: 'proxy-4', proxy: 'reviews v1', requests: 12_400, sampled: 2960 }],
  silent: [],
  warnings: ['1 proxy remembers no requests: governance.record is off there'],
  warningMessages: [said('backtest.off', { off: 1 })],
};
