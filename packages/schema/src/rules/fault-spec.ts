import { GRPC_STATUSES } from '@weft/kit/grpc-status';
import { Count, Decimal, Enum, Json, List, type Parsed, Text, Type } from '../author/index.ts';
import { Condition } from './condition.ts';

export const FAULT_TYPES = ['ABORT', 'DELAY'] as const;
export type FaultType = (typeof FAULT_TYPES)[number];

const ABORT_ONLY = { key: 'ruleType', is: 'ABORT' } as const;
const DELAY_ONLY = { key: 'ruleType', is: 'DELAY' } as const;
const RPC_STATUSES = ['', ...GRPC_STATUSES.slice(1)] as const;

const ruleType = Enum(FAULT_TYPES, {
  title: 'Fault',
  description: '`ABORT` answers at once with an error, `DELAY` lets the request wait and then go on.',
  default: 'ABORT',
  ignoreCase: true,
  examples: ['DELAY'],
  form: {
    zh: { title: '故障类型', description: 'ABORT 立即返回错误，DELAY 等待后继续处理。' },
    widget: 'radio',
    values: { ABORT: { en: 'Abort', zh: '中断' }, DELAY: { en: 'Delay', zh: '延时' } },
  },
});
const fixedDelay = Count({
  title: 'Delay',
  description: 'How long the request waits. DELAY only.',
  default: 0,
  minimum: 0,
  maximum: 3_600_000,
  unit: 'ms',
  examples: [500],
  form: { zh: { title: '延时', description: '请求等待的时间，仅用于延时。' }, when: DELAY_ONLY },
});
const faultPercent = Decimal({
  title: 'Share',
  description: 'Share of the matching requests that the fault hits, each by chance of its own.',
  default: 100,
  minimum: 0,
  maximum: 100,
  unit: 'percent',
  examples: [80],
  form: { zh: { title: '比例', description: '命中故障的请求百分比，每个请求独立随机。' } },
});
const ttlSeconds = Count({
  title: 'Expiry',
  description: 'The rule stops acting by itself this long after it began; 0 is never.',
  default: 0,
  minimum: 0,
  maximum: 2_592_000,
  unit: 's',
  examples: [3600],
  form: { zh: { title: '有效期', description: '规则生效多久后自动停止，0 表示不停止。' } },
});

/** `spec` of a fault-injection rule. */
export const FaultSpec = Type.Object(
  {
    ruleType,
    code: Count({
      title: 'Status',
      description: 'HTTP status of the answer, 200 to 599; other protocols translate it. ABORT only.',
      default: 500,
      minimum: 200,
      maximum: 599,
      unit: 'HTTP status',
      examples: [503],
      form: {
        zh: { title: '状态码', description: '返回的 HTTP 状态码，其他协议自动转换，仅用于中断。' },
        when: ABORT_ONLY,
      },
    }),
    rpcStatus: Enum(RPC_STATUSES, {
      title: 'RPC status',
      description: 'Status by its gRPC name, instead of the HTTP status. ABORT only.',
      default: '',
      examples: ['UNAVAILABLE'],
      form: {
        zh: { title: 'RPC 状态', description: '用 gRPC 名称指定状态，代替 HTTP 状态码，仅用于中断。' },
        widget: 'select',
        values: Object.fromEntries(
          RPC_STATUSES.map((name) => [
            name,
            name === '' ? { en: 'by HTTP status', zh: '按 HTTP 状态码' } : { en: name, zh: name },
          ]),
        ),
        when: ABORT_ONLY,
        advanced: true,
      },
    }),
    fixedDelay,
    faultPercent,
    ttlSeconds,
  },
  {
    title: 'Fault',
    description: 'What happens to the requests instead of, or before, their service.',
    'x-weft-form': { zh: { title: '故障', description: '请求遭遇的故障。' } },
  },
);
export type FaultSpec = Parsed<typeof FaultSpec>;

const FaultConfigs = Type.Object(
  {
    faultPercent,
    code: Json({
      description: 'Status of the answer: an HTTP status from 200 to 599, or the name of a gRPC status.',
      default: 500,
      examples: [503, 'UNAVAILABLE'],
    }),
    fixedDelay,
  },
  { description: 'The fault.', default: {}, additionalProperties: true },
);

/** One fault of a wire rule. */
export const FaultItem = Type.Object(
  {
    ruleType,
    configs: FaultConfigs,
    trafficConditions: List(Condition, { description: 'Only requests that meet every condition.', maxItems: 32 }),
    action: Type.Object(
      {
        type: Enum(['REJECT', 'PASS'], {
          description: 'PASS watches, whatever the mode of the rule.',
          default: 'REJECT',
          ignoreCase: true,
        }),
      },
      { description: 'Whether the fault is injected.', default: {}, additionalProperties: true },
    ),
  },
  { description: 'One fault.', additionalProperties: true },
);

/** Fields of a wire rule beside those that all types have. */
export const faultWireFields = {
  resource: Text({
    description: 'dataId of the service, or a resource such as `a:80@Http1:i:r`, where `services` says nothing.',
    default: '',
    maxLength: 2048,
    examples: ['details.bookinfo:9080@Http1'],
  }),
  trafficType: Enum(['', 'i', 'o'], {
    description: 'Direction of `resource`: `i` comes in, `o` goes out.',
    default: '',
    examples: ['o'],
  }),
  methodName: Text({
    description: 'Method of `resource`; any when empty.',
    default: '',
    maxLength: 1024,
    examples: ['echo'],
  }),
  ttlSeconds,
  faultInjectRuleItems: List(FaultItem, {
    description: 'The faults; the first whose conditions hold is the one.',
    minItems: 1,
    maxItems: 16,
    examples: [[{ ruleType: 'ABORT', configs: { code: 503 } }]],
  }),
} as const;
