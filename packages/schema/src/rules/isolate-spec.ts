import { Count, Decimal, List, type Parsed, Type } from '../author/index.ts';

export const isolateFields = {
  timeWindow: Decimal({
    title: 'Statistics window',
    description: 'Calls of this time are judged together: more than 1, at most 60.',
    default: 10,
    minimum: 1,
    maximum: 60,
    unit: 's',
    examples: [10],
    form: { zh: { title: '时间窗口', description: '统计时间窗口，大于 1 秒，最多 60 秒。' } },
  }),
  leastWindowCount: Count({
    title: 'Minimum calls',
    description: 'An instance with fewer calls in the window is not judged.',
    default: 10,
    minimum: 0,
    maximum: 2_147_483_647,
    unit: 'calls',
    examples: [20],
    form: { zh: { title: '窗口内最低调用次数', description: '窗口内调用次数低于该值的实例不参与判定。' } },
  }),
  leastExceptionRate: Decimal({
    title: 'Error ratio',
    description: 'An instance is abnormal from here on: per cent of its calls that fail, above 0, at most 100.',
    minimum: 0,
    maximum: 100,
    unit: 'percent',
    examples: [20],
    form: { zh: { title: '异常率阈值', description: '调用异常率达到该值的实例为异常实例，大于 0，不超过 100。' } },
  }),
  exceptionRateMultiple: Decimal({
    title: 'Multiple of the error ratio',
    description: 'The error ratio is multiplied by it; at 0 a single error is enough.',
    default: 1,
    minimum: 0,
    maximum: 1000,
    unit: 'times',
    examples: [2],
    form: {
      zh: { title: '异常率倍数', description: '异常率阈值乘以该倍数，0 表示出现一次异常即为异常实例。' },
      advanced: true,
    },
  }),
  maxIpCount: Count({
    title: 'Most instances',
    description:
      'So many instances of a service, with SERVER of the app, are left out at one time, at most; 0 leaves none out.',
    default: 1,
    minimum: 0,
    maximum: 65_535,
    unit: 'instances',
    examples: [1],
    form: {
      zh: { title: '最大隔离数', description: '同一服务（服务端：同一应用）同时隔离的实例数上限，0 表示不隔离。' },
    },
  }),
  maxIpRatio: Decimal({
    title: 'Most of the instances',
    description:
      'At most this share of the instances of a service is left out at one time. The last healthy one never is.',
    default: 0.5,
    minimum: 0,
    maximum: 1,
    unit: 'share, 0 to 1',
    examples: [0.3],
    form: {
      zh: { title: '最大隔离比例', description: '同一服务同时隔离的实例比例上限；最后一个健康实例不会被隔离。' },
      advanced: true,
    },
  }),
  recoverTime: Count({
    title: 'Recovery time',
    description:
      'How long an instance is left out. It comes back over 10 s; left out again soon, it stays away twice as long, up to four times.',
    default: 900_000,
    minimum: 1000,
    maximum: 86_400_000,
    unit: 'ms',
    examples: [60_000],
    form: {
      zh: { title: '隔离时长', description: '实例被隔离的时长，之后 10 秒内逐步恢复；再次异常则加倍，最多四倍。' },
    },
  }),
  exceptionTypes: List(Count({ description: 'A status of the protocol.', maximum: 65_535 }), {
    title: 'Error codes',
    description:
      'Statuses that count as errors instead of the usual ones: of HTTP, gRPC, Bolt or Dubbo. Calls without an answer always count.',
    maxItems: 64,
    examples: [[502, 503, 504]],
    form: {
      zh: {
        title: '异常类型',
        description: '代替默认规则、计为异常的状态码：HTTP、gRPC、Bolt 或 Dubbo；没有应答的请求总是计入。',
      },
      widget: 'tags',
      advanced: true,
    },
  }),
} as const;

/** `spec` of a rule that isolates instances. */
export const IsolateSpec = Type.Object(
  { ...isolateFields },
  {
    title: 'Fault isolation',
    description: 'Which instances are left out for a while because many of their calls fail.',
    'x-weft-form': { zh: { title: '故障隔离', description: '暂时隔离调用异常率高的实例。' } },
  },
);
export type IsolateSpec = Parsed<typeof IsolateSpec>;
