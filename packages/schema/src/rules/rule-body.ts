import { Count, Enum, Flag, List, type Parsed, Text, TextMap, Type } from '../author/index.ts';
import { Condition } from './condition.ts';

/** Rule types, as in the database; the lower-case words with `-` are used in paths, labels and headers. */
export const RULE_TYPES = [
  'LIMIT',
  'ROUTE',
  'FUSE',
  'FAULT_INJECT',
  'AUTH',
  'ISOLATE',
  'DOWNGRADE',
  'MIRROR',
  'HIJACK',
  'MAPPING',
] as const;
export type RuleType = (typeof RULE_TYPES)[number];

export const DIRECTIONS = ['SERVER', 'CLIENT'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const MODES = ['CONTROL', 'OBSERVE'] as const;
export type RuleMode = (typeof MODES)[number];

/** Spellings of other products that are taken as well. */
export const MODE_SPELLINGS = {
  reject: 'CONTROL',
  intercept: 'CONTROL',
  observer: 'OBSERVE',
  monitor: 'OBSERVE',
  pass: 'OBSERVE',
  none: 'OBSERVE',
} as const;

/** Pattern of an app name. */
export const APP_PATTERN = '[A-Za-z0-9._-]{1,128}';

const texts = (description: string) => Text({ description, minLength: 1, maxLength: 256 });

/** To which instances of the app a rule applies. All given parts must fit. */
export const RuleScope = Type.Object(
  {
    clusters: List(texts('Name of a cluster.'), {
      title: 'Clusters',
      description: 'Only instances of these clusters; all when empty.',
      maxItems: 256,
      examples: [['default']],
      form: { zh: { title: '集群', description: '仅限这些集群的实例，空表示全部。' }, widget: 'tags' },
    }),
    zones: List(texts('Name of a zone.'), {
      title: 'Zones',
      description: 'Only instances in these zones; all when empty.',
      maxItems: 256,
      examples: [['GZ00B']],
      form: { zh: { title: '可用区', description: '仅限这些可用区的实例，空表示全部。' }, widget: 'tags' },
    }),
    dataCenters: List(texts('Name of a data center.'), {
      title: 'Data centers',
      description: 'Only instances in these data centers; all when empty.',
      maxItems: 256,
      examples: [['gz']],
      form: { zh: { title: '机房', description: '仅限这些机房的实例，空表示全部。' }, widget: 'tags' },
    }),
    ips: List(texts('An IP address, or a network.'), {
      title: 'IP addresses',
      description: 'Only instances with these addresses or in these networks; all when empty.',
      maxItems: 4096,
      examples: [['10.0.0.7', '10.1.0.0/16']],
      form: { zh: { title: 'IP 地址', description: '仅限这些 IP 或网段的实例，空表示全部。' }, widget: 'tags' },
    }),
    labels: TextMap({
      title: 'Labels',
      description: 'Only instances with all of these labels.',
      default: {},
      examples: [{ version: 'v2' }],
      form: { zh: { title: '标签', description: '仅限具有全部这些标签的实例。' }, widget: 'key-values' },
    }),
    percent: Count({
      title: 'Share',
      description: 'Share of the instances, chosen by a hash of address and app: who is in stays in when it grows.',
      default: 100,
      minimum: 1,
      maximum: 100,
      unit: 'percent',
      examples: [10],
      form: {
        zh: {
          title: '比例',
          description: '生效实例的百分比，按 IP 与应用的哈希选择，比例增大时已选中的实例保持不变。',
        },
      },
    }),
  },
  {
    title: 'Scope',
    description: 'To which instances of the app the rule applies; all by default.',
    default: {},
    'x-weft-form': {
      zh: { title: '生效范围', description: '规则对应用的哪些实例生效，默认全部。' },
      advanced: true,
    },
  },
);
export type RuleScope = Parsed<typeof RuleScope>;

/** What nobody sees in a list, or what turns the text around it: control and format characters, fillers. */
const UNSEEN = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u115f\\u1160\\u2800\\u3164\\uffa0';
/** The first character stands by itself: names have one that is seen, and none at either end that is cut off or missed. */
const RULE_NAME_PATTERN = `^[^\\s\\p{M}${UNSEEN}](?:[^${UNSEEN}]*[^\\s${UNSEEN}])?$`;

/** The fields that every rule type has; `LimitRuleBody` and its like add `spec`. */
export const ruleBodyFields = {
  name: Text({
    title: 'Rule name',
    description: 'Name of the rule, unique per workspace, type and app.',
    minLength: 1,
    maxLength: 255,
    pattern: RULE_NAME_PATTERN,
    expected:
      'a name of 1 to 255 characters that begins and ends with one that is seen, without control or format characters',
    examples: ['echo-qps'],
    form: { zh: { title: '规则名称', description: '规则的名称，在工作空间、类型和应用内唯一。' } },
  }),
  app: Text({
    title: 'App',
    description:
      'App whose instances apply the rule: the provider for SERVER, the caller for CLIENT; `*` is every app.',
    pattern: `^(?:\\*|${APP_PATTERN})$`,
    expected: '`*`, or an app name of 1 to 128 letters, digits, `.`, `_` and `-`',
    examples: ['sofa-echo-server', '*'],
    form: {
      zh: { title: '应用', description: '执行规则的应用：服务端限流为提供方，客户端限流为调用方，* 表示所有应用。' },
      widget: 'select-app',
      byDirection: {
        SERVER: {
          en: { title: "Server's app", description: 'App that provides the service; * is every app.' },
          zh: { title: '服务端应用', description: '提供服务的应用，* 表示所有应用。' },
        },
        CLIENT: {
          en: { title: "Client's app", description: 'App that calls the service; * is every app.' },
          zh: { title: '客户端应用', description: '调用服务的应用，* 表示所有应用。' },
        },
      },
    },
  }),
  direction: Enum(DIRECTIONS, {
    title: 'Direction',
    description: 'SERVER acts at the provider on what comes in, CLIENT at the caller on what goes out.',
    default: 'SERVER',
    ignoreCase: true,
    examples: ['CLIENT'],
    form: {
      zh: { title: '方向', description: 'SERVER 在提供方对入流量生效，CLIENT 在调用方对出流量生效。' },
      widget: 'radio',
      values: {
        SERVER: { en: 'Server side', zh: '服务端' },
        CLIENT: { en: 'Client side', zh: '客户端' },
      },
    },
  }),
  services: List(
    Text({ description: 'The dataId of a service, or `*`.', minLength: 1, maxLength: 512, examples: ['*'] }),
    {
      title: 'Services',
      description: 'dataIds of the services, `*` for all. Several count independently, as that many rules would.',
      minItems: 1,
      maxItems: 100,
      examples: [['com.alipay.sofa.ms.service.SofaEchoService:1.0@DEFAULT'], ['reviews.bookinfo:9080@Http1']],
      form: {
        zh: { title: '服务', description: '服务的 dataId，* 表示全部；多个服务各自独立计数。' },
        widget: 'select-service',
        byDirection: {
          SERVER: {
            en: { title: "Server's services", description: 'Services that the app provides; * is all.' },
            zh: { title: '提供的服务', description: '该应用提供的服务，* 表示全部。' },
          },
          CLIENT: {
            en: { title: 'Referenced services', description: 'Services that the app calls; * is all.' },
            zh: { title: '引用的服务', description: '该应用调用的服务，* 表示全部。' },
          },
        },
      },
    },
  ),
  methods: List(
    Text({
      description: 'A method, `*`, or for HTTP `[VERB ]path`, where the path may end in `*` or be `~` and a regex.',
      minLength: 1,
      maxLength: 1024,
    }),
    {
      title: 'Methods',
      description:
        'RPC methods, or for HTTP `[VERB ]path`: `GET /reviews/0`, `/reviews/*` (prefix), `~^/reviews/\\d+$` (regex). `*` is all.',
      default: ['*'],
      minItems: 1,
      maxItems: 100,
      examples: [['echo'], ['GET /reviews/*']],
      form: {
        zh: {
          title: '方法',
          description:
            'RPC 方法名；HTTP 为“[动词 ]路径”，如 GET /reviews/0、/reviews/*（前缀）、~^/reviews/\\d+$（正则），* 表示全部。',
        },
        widget: 'select-method',
      },
    },
  ),
  mode: Enum(MODES, {
    title: 'Mode',
    description: 'CONTROL enforces the verdict. OBSERVE only logs and counts what CONTROL would have done.',
    default: 'CONTROL',
    ignoreCase: true,
    spellings: MODE_SPELLINGS,
    examples: ['OBSERVE'],
    form: {
      zh: { title: '运行模式', description: '拦截模式执行判定；观察者模式只记录日志和指标。' },
      widget: 'radio',
      values: { CONTROL: { en: 'Control', zh: '拦截模式' }, OBSERVE: { en: 'Observe', zh: '观察者模式' } },
    },
  }),
  enabled: Flag({
    title: 'State',
    description: 'Whether the rule acts. New rules are off until they are switched on.',
    default: false,
    examples: [true],
    form: { zh: { title: '状态', description: '规则是否生效，新建的规则默认关闭。' }, widget: 'switch' },
  }),
  conditions: List(Condition, {
    title: 'Exact traffic match',
    description: 'Only requests that meet every condition; all when empty. Evaluated in this order.',
    maxItems: 32,
    examples: [[{ type: 'HEADER', field: 'user', operation: 'IN', value: ['a', 'b'] }]],
    form: {
      zh: { title: '流量精确匹配', description: '仅匹配满足全部条件的请求，按顺序判断，空表示全部流量。' },
      widget: 'conditions',
    },
  }),
  scope: RuleScope,
  description: Text({
    title: 'Description',
    description: 'A note for people.',
    default: '',
    maxLength: 1024,
    examples: ['Protects the database behind echo.'],
    form: { zh: { title: '描述', description: '给人看的备注。' }, widget: 'textarea', advanced: true },
  }),
} as const;

/** The body of a rule of any type, without its `spec`. */
export const RuleBody = Type.Object(ruleBodyFields, { description: 'A rule.', 'x-weft-strict': true });
export type RuleBody = Parsed<typeof RuleBody>;
