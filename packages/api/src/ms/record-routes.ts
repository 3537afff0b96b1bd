import { Type } from 'typebox';
import { OneOf, Params, Query, QueryInteger, QueryText, type RouteTable } from '../contract/index.ts';
import { RULE_SEGMENTS } from '../rules/index.ts';
import * as o from './records.ts';

/** What proxies remember of requests that they served. */
export const recordRoutes = {
  listRecordedRequests: {
    method: 'GET',
    path: '/traces',
    summary: 'The newest requests that rules refused or delayed, or would have',
    access: 'mesh:sidecar:read',
    query: Query({
      app: QueryText('app of the proxy, exact', 128),
      ruleDbId: QueryInteger(1, Number.MAX_SAFE_INTEGER, 'only those that this rule refused'),
      size: QueryInteger(1, 500, 'at most so many', 100),
    }),
    status: 200,
    reply: Type.Object({ items: Type.Array(o.RecordedRow), silent: Type.Array(o.Silent) }),
  },
  traceRequest: {
    method: 'GET',
    path: '/traces/{traceId}',
    summary: 'What became of one request: every proxy that it went through, and every rule that was considered there',
    access: 'mesh:sidecar:read',
    params: Params({
      traceId: Type.String({
        minLength: 2,
        maxLength: 256,
        description: 'id of the trace, as the tracer of the applications writes it: SOFATracer, B3 or W3C',
      }),
    }),
    status: 200,
    reply: o.TraceResult,
  },
  backtestRule: {
    method: 'POST',
    path: '/rules:backtest',
    summary: 'What a rule would have done with the requests that proxies remember; nothing is stored and nothing acts',
    access: 'session',
    body: o.BacktestBody,
    status: 200,
    reply: o.BacktestResult,
    readOnly: true,
  },
  whyRule: {
    method: 'GET',
    path: '/rules:why',
    summary: 'Why a rule does nothing, or what it does',
    access: 'session',
    query: Query({
      type: OneOf(RULE_SEGMENTS, 'type of the rule'),
      id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'ruleDbId' }),
    }),
    status: 200,
    reply: o.WhyResult,
  },
} as const satisfies RouteTable;
