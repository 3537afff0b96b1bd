import { Count, Decimal, Enum, List, type Parsed, Text, Type } from '../author/index.ts';

export const THRESHOLD_TYPES = ['invokeTimes', 'concurrency'] as const;
export type ThresholdType = (typeof THRESHOLD_TYPES)[number];

export const MAX_THRESHOLD = 2_147_483_647;

const QPS_ONLY = { key: 'thresholdType', is: 'invokeTimes' } as const;

export const limitFields = {
  thresholdType: Enum(THRESHOLD_TYPES, {
    title: 'Limit type',
    description: '`invokeTimes` limits calls per unit of time, `concurrency` calls at one moment.',
    default: 'invokeTimes',
    ignoreCase: true,
    examples: ['concurrency'],
    form: {
      zh: { title: '限流类型', description: 'invokeTimes 限制单位时间内的请求数，concurrency 限制同时处理的请求数。' },
      widget: 'radio',
      values: {
        invokeTimes: { en: 'QPS', zh: 'QPS' },
        concurrency: { en: 'Max concurrency', zh: '最大并发数' },
      },
    },
  }),
  threshold: Count({
    title: 'Threshold',
    description: 'QPS: requests per unit of time. Concurrency: requests at one moment. Per instance. 0 rejects all.',
    minimum: 0,
    maximum: MAX_THRESHOLD,
    unit: 'requests',
    examples: [100],
    form: {
      zh: {
        title: '阈值',
        description: 'QPS 为单位时间内的请求数，并发为同一时刻的请求数；按单个实例计算，0 表示全部拒绝。',
      },
    },
  }),
  timeMs: Count({
    title: 'Unit of time',
    description: 'The time that the threshold is counted over. QPS only.',
    default: 1000,
    minimum: 1,
    maximum: 3_600_000,
    unit: 'ms',
    examples: [10_000],
    form: { zh: { title: '单位时间', description: '阈值对应的时间长度，仅用于 QPS。' }, when: QPS_ONLY },
  }),
  maxBurstRatio: Decimal({
    title: 'Bucket coefficient',
    description:
      'Tokens that the bucket holds at most, as a multiple of the permits of one second; at least 1 token. QPS only.',
    default: 1,
    minimum: 0,
    maximum: 1000,
    unit: 'times the permits of one second',
    examples: [2],
    form: {
      zh: { title: '桶系数', description: '令牌桶上限为每秒令牌数的倍数，至少 1 个令牌，仅用于 QPS。' },
      when: QPS_ONLY,
    },
  }),
} as const;

export const ZoneThreshold = Type.Object(
  {
    zone: Text({
      title: 'Zone',
      description: 'Name of the zone.',
      minLength: 1,
      maxLength: 256,
      examples: ['GZ00B'],
      form: { zh: { title: '可用区', description: '可用区的名称。' } },
    }),
    threshold: Count({
      title: 'Threshold',
      description: 'The threshold for instances in this zone.',
      minimum: 0,
      maximum: MAX_THRESHOLD,
      unit: 'requests',
      examples: [50],
      form: { zh: { title: '阈值', description: '该可用区实例的阈值。' } },
    }),
  },
  { description: 'Another threshold for one zone.' },
);
export type ZoneThreshold = Parsed<typeof ZoneThreshold>;

export const zoneSpec = List(ZoneThreshold, {
  title: 'Thresholds per zone',
  description: 'Other thresholds for instances in certain zones.',
  maxItems: 256,
  examples: [[{ zone: 'GZ00B', threshold: 50 }]],
  form: { zh: { title: '分区阈值', description: '特定可用区的实例使用的阈值。' }, widget: 'table', advanced: true },
});

/** What a refused caller sees instead of the usual answer. */
export const RejectSpec = Type.Object(
  {
    status: Count({
      title: 'HTTP status',
      description:
        'HTTP status of the answer, 400 to 599; 0 stands for the usual one: 429 for a limit, 503 for a breaker, 403 for an authorization. RPC protocols keep theirs.',
      default: 0,
      minimum: 0,
      maximum: 599,
      examples: [429],
      form: {
        zh: {
          title: 'HTTP 状态码',
          description:
            '拒绝时返回的 HTTP 状态码，400 至 599，0 表示默认：限流 429，熔断 503，鉴权 403。RPC 协议使用各自的状态。',
        },
      },
    }),
    message: Text({
      title: 'Message',
      description: 'Text of the answer; the usual one when empty.',
      default: '',
      maxLength: 512,
      pattern: '^[^\\u0000-\\u001f\\u007f]*$',
      expected: 'a text of at most 512 characters without control characters',
      examples: ['too many requests, please try again'],
      form: { zh: { title: '提示信息', description: '拒绝时返回的文本，空表示默认。' } },
    }),
  },
  {
    title: 'Answer',
    description: 'What a refused caller sees.',
    default: {},
    'x-weft-form': { zh: { title: '拒绝响应', description: '被拒绝的调用方看到的内容。' }, advanced: true },
  },
);
export type RejectSpec = Parsed<typeof RejectSpec>;

/** `spec` of a rate-limit rule. */
export const LimitSpec = Type.Object(
  { ...limitFields, zoneSpec, reject: RejectSpec },
  {
    title: 'Limit',
    description: 'How much is let through.',
    'x-weft-form': { zh: { title: '限流', description: '允许通过的流量。' } },
  },
);
export type LimitSpec = Parsed<typeof LimitSpec>;
