import { Count, Decimal, Enum, List, type Parsed, Type } from '../author/index.ts';
import { RejectSpec, zoneSpec } from './limit-spec.ts';

export const TRIGGER_TYPES = ['errorRatio', 'avgRt'] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];

export const fuseFields = {
  triggerType: Enum(TRIGGER_TYPES, {
    title: 'Trigger',
    description: '`errorRatio` opens by the share of calls that fail, `avgRt` by the mean response time.',
    default: 'errorRatio',
    ignoreCase: true,
    examples: ['avgRt'],
    form: {
      zh: { title: '熔断类型', description: 'errorRatio 按错误比例触发，avgRt 按平均响应时间触发。' },
      widget: 'radio',
      values: {
        errorRatio: { en: 'Error ratio', zh: '错误率' },
        avgRt: { en: 'Average response time', zh: '平均 RT' },
      },
    },
  }),
  threshold: Decimal({
    title: 'Threshold',
    description: 'The circuit opens from here on: per cent of the calls that fail (above 0, at most 100), or ms.',
    minimum: 0,
    maximum: 3_600_000,
    unit: 'percent, or ms',
    examples: [50],
    form: {
      zh: { title: '阈值', description: '达到该值即熔断：错误率为百分比（大于 0，不超过 100），平均 RT 为毫秒。' },
    },
  }),
  thresholdUnit: Enum(['percent', 'ratio'], {
    title: 'Unit of the threshold',
    description: 'Error ratio only: per cent, or a ratio from 0 to 1 as other products have it.',
    default: 'percent',
    ignoreCase: true,
    examples: ['ratio'],
    form: {
      zh: { title: '阈值单位', description: '仅用于错误率：百分比，或 0 到 1 的比值。' },
      widget: 'select',
      values: { percent: { en: 'Per cent', zh: '百分比' }, ratio: { en: 'Ratio 0 to 1', zh: '0 到 1 的比值' } },
      advanced: true,
      when: { key: 'triggerType', is: 'errorRatio' },
    },
  }),
  triggerWindowMillis: Count({
    title: 'Statistics window',
    description: 'Sliding window that is judged, in ten steps.',
    default: 10_000,
    minimum: 1000,
    maximum: 600_000,
    unit: 'ms',
    examples: [10_000],
    form: { zh: { title: '统计时间窗', description: '用于判定的滑动窗口，分十段滑动。' } },
  }),
  floorRequestCount: Count({
    title: 'Minimum calls',
    description: 'Calls that must have ended within the window before anything is judged.',
    default: 20,
    minimum: 1,
    maximum: 2_147_483_647,
    unit: 'calls',
    examples: [20],
    form: { zh: { title: '最小请求数', description: '窗口内结束的请求达到该数量后才开始判定。' } },
  }),
  meltWindowMillis: Count({
    title: 'Open time',
    description: 'How long the open circuit refuses everything before it lets probes through.',
    default: 10_000,
    minimum: 1000,
    maximum: 3_600_000,
    unit: 'ms',
    examples: [10_000],
    form: { zh: { title: '熔断时长', description: '熔断后拒绝全部请求的时长，之后放行探测请求。' } },
  }),
  probeNum: Count({
    title: 'Probes',
    description: 'Requests that are let through after the open time; all must succeed for the circuit to close.',
    default: 2,
    minimum: 1,
    maximum: 1000,
    unit: 'requests',
    examples: [2],
    form: { zh: { title: '探测请求数', description: '熔断时长结束后放行的请求数，全部成功才恢复。' }, advanced: true },
  }),
  rpcTimeout: Count({
    title: 'RPC timeout',
    description: 'For clients that break the circuit themselves; proxies keep it and do not use it. 0 is none.',
    default: 0,
    minimum: 0,
    maximum: 3_600_000,
    unit: 'ms',
    examples: [3000],
    form: {
      zh: { title: 'RPC 超时', description: '供自行熔断的客户端使用，代理只保存不使用，0 表示没有。' },
      advanced: true,
    },
  }),
  meltAlgorithm: Enum(['classic'], {
    title: 'Algorithm',
    description: 'How the circuit opens.',
    default: 'classic',
    examples: ['classic'],
    form: {
      zh: { title: '熔断算法', description: '如何触发熔断。' },
      widget: 'select',
      values: { classic: { en: 'Classic', zh: '经典' } },
      advanced: true,
    },
  }),
  recoveryAlgorithm: Enum(['classic'], {
    title: 'Recovery',
    description: 'How the circuit closes again.',
    default: 'classic',
    examples: ['classic'],
    form: {
      zh: { title: '恢复算法', description: '如何从熔断中恢复。' },
      widget: 'select',
      values: { classic: { en: 'Classic', zh: '经典' } },
      advanced: true,
    },
  }),
  errorCodes: List(Count({ description: 'A status of the protocol.', maximum: 65_535 }), {
    title: 'Error codes',
    description:
      'Statuses that count as errors instead of the usual ones: of HTTP, gRPC, Bolt or Dubbo. Calls without an answer always count.',
    maxItems: 64,
    examples: [[502, 503, 504]],
    form: {
      zh: {
        title: '错误码',
        description: '代替默认规则、计为错误的状态码：HTTP、gRPC、Bolt 或 Dubbo；没有应答的请求总是计入。',
      },
      widget: 'tags',
      advanced: true,
    },
  }),
} as const;

/** `spec` of a circuit-breaking rule. */
export const FuseSpec = Type.Object(
  { ...fuseFields, zoneSpec, reject: RejectSpec },
  {
    title: 'Circuit breaker',
    description: 'When calls are refused at once instead of waiting for a service that fails.',
    'x-weft-form': { zh: { title: '熔断', description: '服务不稳定时立即拒绝请求。' } },
  },
);
export type FuseSpec = Parsed<typeof FuseSpec>;
