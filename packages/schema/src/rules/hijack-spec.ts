import { Count, Enum, type Parsed, Type } from '../author/index.ts';
import { MAX_THRESHOLD, RejectSpec } from './limit-spec.ts';

export const HIJACK_UNITS = ['perSecond', 'concurrency'] as const;

export const hijackFields = {
  port: Count({
    title: 'Port',
    description:
      'Port for which requests come: that of the listener, or for HTTP that of the host as callers name it (host:9080).',
    minimum: 1,
    maximum: 65_535,
    unit: 'port',
    examples: [8080],
    form: {
      zh: { title: '端口', description: '请求的目标端口：监听端口，HTTP 也可为调用方所写主机的端口（host:9080）。' },
    },
  }),
  maxRequests: Count({
    title: 'Maximum requests',
    description: 'Requests that reach the app, per instance; 0 is unlimited.',
    minimum: 0,
    maximum: MAX_THRESHOLD,
    unit: 'requests',
    examples: [100],
    form: { zh: { title: '最大请求数', description: '单个实例允许到达应用的请求数，0 表示不限制。' } },
  }),
  unit: Enum(HIJACK_UNITS, {
    title: 'Counted',
    description: '`perSecond` counts requests in a second, `concurrency` requests at one moment.',
    default: 'perSecond',
    ignoreCase: true,
    examples: ['concurrency'],
    form: {
      zh: { title: '计数方式', description: 'perSecond 按每秒请求数，concurrency 按同时处理的请求数。' },
      widget: 'radio',
      values: { perSecond: { en: 'Per second', zh: '每秒' }, concurrency: { en: 'At one moment', zh: '并发' } },
    },
  }),
} as const;

/** `spec` of a limit on a hijacked app. */
export const HijackSpec = Type.Object(
  { ...hijackFields, reject: RejectSpec },
  {
    title: 'Maximum requests',
    description: 'How many requests reach a port of the app.',
    'x-weft-form': { zh: { title: '最大请求数', description: '允许到达应用端口的请求数。' } },
  },
);
export type HijackSpec = Parsed<typeof HijackSpec>;
