import { Count, Decimal, Flag, List, type Parsed, Text, TextMap, Type } from '../author/index.ts';

export const mirrorFields = {
  percent: Decimal({
    title: 'Share',
    description: 'Share of the matching requests that are copied.',
    default: 100,
    minimum: 0,
    maximum: 100,
    unit: 'percent',
    examples: [10],
    form: { zh: { title: '比例', description: '被复制的匹配请求的百分比。' } },
  }),
  targetDataId: Text({
    title: 'Target service',
    description:
      'dataId of the service that gets the copies; the app must subscribe it, or the file have a cluster of that name. One target is needed: a service, a cluster or addresses.',
    default: '',
    maxLength: 512,
    examples: ['reviews-next.bookinfo:9080@Http1'],
    form: {
      zh: {
        title: '目标服务',
        description:
          '接收副本的服务 dataId，应用须已订阅该服务，或配置中有同名集群。目标服务、集群、地址须且只能填一项。',
      },
      widget: 'select-service',
    },
  }),
  targetCluster: Text({
    title: 'Target cluster',
    description: 'Name of a cluster in the file of the proxy; in place of a service.',
    default: '',
    maxLength: 512,
    examples: ['shadow'],
    form: { zh: { title: '目标集群', description: '代理配置中的集群名，代替目标服务。' } },
  }),
  targetAddresses: List(Text({ description: '`ip:port`.', minLength: 1, maxLength: 64 }), {
    title: 'Target addresses',
    description: 'Instances that get the copies in turn; in place of a service.',
    maxItems: 64,
    examples: [['10.0.0.7:8080']],
    form: {
      zh: { title: '目标地址', description: '轮流接收副本的实例地址，代替目标服务。' },
      widget: 'tags',
    },
  }),
  amplification: Count({
    title: 'Copies',
    description: 'How many copies are made of each request.',
    default: 1,
    minimum: 1,
    maximum: 100,
    unit: 'copies',
    examples: [3],
    form: { zh: { title: '放大倍数', description: '每个请求复制的份数。' } },
  }),
  broadcast: Flag({
    title: 'To every instance',
    description: 'Every instance of the target gets the copies, instead of one of them.',
    default: false,
    examples: [true],
    form: { zh: { title: '广播', description: '副本发往目标的每个实例，而不是其中之一。' }, advanced: true },
  }),
  stripHeaders: List(Text({ description: 'Name of a header.', minLength: 1, maxLength: 256 }), {
    title: 'Headers removed',
    description: 'Headers that copies do not have.',
    maxItems: 64,
    examples: [['authorization']],
    form: { zh: { title: '删除的头', description: '副本中删除的请求头。' }, widget: 'tags', advanced: true },
  }),
  addHeaders: TextMap({
    title: 'Headers set',
    description: 'Headers that copies have; they tell copies from requests.',
    default: { 'x-weft-mirror': '1' },
    examples: [{ 'x-weft-mirror': '1' }],
    form: {
      zh: { title: '设置的头', description: '副本中设置的请求头，用于区分副本与原请求。' },
      widget: 'key-values',
      advanced: true,
    },
  }),
  hostSuffix: Text({
    title: 'Suffix of the host',
    description: 'Appended to the host that copies of HTTP requests name.',
    default: '-shadow',
    maxLength: 64,
    pattern: '^[A-Za-z0-9._-]*$',
    expected: 'letters, digits, `.`, `_` and `-`, or nothing',
    examples: ['-shadow'],
    form: { zh: { title: '主机名后缀', description: 'HTTP 副本的主机名后追加的后缀。' }, advanced: true },
  }),
  maxBodyBytes: Count({
    title: 'Longest body',
    description: 'Requests with longer bodies are not copied, and counted.',
    default: 1_048_576,
    minimum: 0,
    maximum: 16_777_216,
    unit: 'bytes',
    examples: [1_048_576],
    form: { zh: { title: '请求体上限', description: '请求体超过该值的请求不复制，只计数。' }, advanced: true },
  }),
  maxPending: Count({
    title: 'Copies under way',
    description: 'So many copies of a proxy are under way at one time, at most; more are dropped, and counted.',
    default: 1000,
    minimum: 1,
    maximum: 100_000,
    unit: 'copies',
    examples: [1000],
    form: {
      zh: { title: '未完成副本上限', description: '单个代理同时未完成的副本数上限，超过则丢弃并计数。' },
      advanced: true,
    },
  }),
} as const;

/** `spec` of a mirroring rule. */
export const MirrorSpec = Type.Object(
  { ...mirrorFields },
  {
    title: 'Mirroring',
    description: 'Where copies of requests go; their answers are thrown away.',
    'x-weft-form': {
      zh: { title: '流量镜像', description: '请求副本的去向，其应答会被丢弃。' },
      exactlyOne: ['targetDataId', 'targetCluster', 'targetAddresses'],
    },
  },
);
export type MirrorSpec = Parsed<typeof MirrorSpec>;
