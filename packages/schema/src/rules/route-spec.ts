import { Count, Flag, List, type Parsed, TextMap, Type } from '../author/index.ts';

/** Groups of one rule. */
export const MAX_DESTINATIONS = 16;
/** Larger first. */
export const MAX_PRIORITY = 2_147_483_647;

const RouteDestination = Type.Object(
  {
    weight: Count({
      title: 'Weight',
      description: 'Share of the matching requests; the weights of a rule sum to 100.',
      default: 100,
      minimum: 0,
      maximum: 100,
      unit: 'percent',
      examples: [90],
      form: { zh: { title: '权重', description: '匹配流量的百分比，一条规则的权重之和为 100。' } },
    }),
    labels: TextMap({
      title: 'Instances with',
      description:
        'Labels that an instance must all have: those it publishes, or `ip`, `zone`, `idc`, `city`, `cluster`, `version`. All instances when empty.',
      default: {},
      examples: [{ version: 'v2' }],
      form: {
        zh: {
          title: '实例标签',
          description: '实例须具有全部标签：发布时的标签，或 ip、zone、idc、city、cluster、version；空表示全部实例。',
        },
        widget: 'key-values',
      },
    }),
  },
  {
    title: 'Destination',
    description: 'A group of instances and its share.',
    'x-weft-form': { zh: { title: '目标分组', description: '一组实例及其流量比例。' } },
  },
);

/** `spec` of a routing rule. */
export const RouteSpec = Type.Object(
  {
    priority: Count({
      title: 'Priority',
      description: 'Of several rules of a service that match, the one with the larger number comes first.',
      default: 0,
      minimum: -MAX_PRIORITY,
      maximum: MAX_PRIORITY,
      examples: [10],
      form: { zh: { title: '优先级', description: '同一服务的多条规则匹配时，数值大的优先。' } },
    }),
    destinations: List(RouteDestination, {
      title: 'Destinations',
      description: 'Groups of instances; each request goes to one of them, by weight.',
      minItems: 1,
      maxItems: MAX_DESTINATIONS,
      examples: [
        [
          { weight: 90, labels: { version: 'v1' } },
          { weight: 10, labels: { version: 'v3' } },
        ],
      ],
      form: { zh: { title: '路由目标', description: '实例分组，每个请求按权重进入其中之一。' }, widget: 'table' },
    }),
    faultProtection: Flag({
      title: 'Fall back to other groups',
      description:
        'When the chosen group has no healthy instance, the other groups are tried, the heaviest first (diversion).',
      default: false,
      examples: [true],
      form: {
        zh: { title: '回退到其他分组', description: '引流开关：所选分组没有可用实例时，按权重从大到小尝试其他分组。' },
        widget: 'switch',
      },
    }),
    fallback: Flag({
      title: 'Fall back to all instances',
      description:
        'When no group has a healthy instance, rules behind this one are tried, at last all instances (downgrade).',
      default: false,
      examples: [true],
      form: {
        zh: {
          title: '回退到全部实例',
          description: '降级开关：全部分组都没有可用实例时，尝试优先级更低的规则，最后是全部实例。',
        },
        widget: 'switch',
      },
    }),
    strict: Flag({
      title: 'Strict',
      description:
        'With "Fall back to all instances" on: when no rule behind this one has an instance, the request fails.',
      default: false,
      examples: [true],
      form: {
        zh: {
          title: '严格',
          description: '“回退到全部实例”打开时：后续规则都没有可用实例则请求失败，不使用全部实例。',
        },
        widget: 'switch',
        advanced: true,
      },
    }),
  },
  {
    title: 'Routing',
    description: 'Which instances answer.',
    'x-weft-form': { zh: { title: '服务路由', description: '由哪些实例处理请求。' } },
  },
);
export type RouteSpec = Parsed<typeof RouteSpec>;
