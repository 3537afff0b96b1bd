import { Count, Enum, Flag, type Parsed, Text, TextMap, Type } from '../author/index.ts';

export const DOWNGRADE_ACTIONS = ['REJECT', 'RETURN_NULL', 'MOCK'] as const;
export type DowngradeAction = (typeof DOWNGRADE_ACTIONS)[number];
/** What a service of Triple is made of. */
export const TRIPLE_INTERFACES = ['UNSAID', 'PROTO', 'JAVA'] as const;
export const LOG_LEVELS = ['ERROR', 'WARN', 'INFO', 'DEBUG'] as const;

const REJECT_ONLY = { key: 'action', is: 'REJECT' } as const;
const MADE_UP_ONLY = { key: 'action', is: ['RETURN_NULL', 'MOCK'] } as const;
const MOCK_ONLY = { key: 'action', is: 'MOCK' } as const;

/** `spec` of a degradation rule. */
export const DowngradeSpec = Type.Object(
  {
    action: Enum(DOWNGRADE_ACTIONS, {
      title: 'Answer',
      description:
        '`REJECT`: callers get the status and message below. `RETURN_NULL`: a success without content; null, over gRPC the message without fields, over Tars and Dubbo thrift the answer of a method that returns nothing. `MOCK`: the body below.',
      default: 'REJECT',
      ignoreCase: true,
      examples: ['MOCK'],
      form: {
        zh: {
          title: '降级方式',
          description:
            'REJECT：调用方收到下方的状态码和提示信息；RETURN_NULL：收到没有内容的成功响应（RPC 为 null，gRPC 为没有字段的消息，Tars 和 Dubbo thrift 为无返回值方法的应答）；MOCK：收到下方填写的内容。',
        },
        widget: 'radio',
        values: {
          REJECT: { en: 'Error', zh: '返回错误' },
          RETURN_NULL: { en: 'Empty answer', zh: '返回空' },
          MOCK: { en: 'Given answer', zh: '返回指定内容' },
        },
      },
    }),
    status: Count({
      title: 'HTTP status',
      description: 'HTTP status of the error, 400 to 599; 0 stands for 503. RPC protocols keep theirs.',
      default: 0,
      minimum: 0,
      maximum: 599,
      unit: 'HTTP status',
      examples: [503],
      form: {
        zh: {
          title: 'HTTP 状态码',
          description: '错误的 HTTP 状态码，400 至 599，0 表示 503。RPC 协议使用各自的状态。',
        },
        when: REJECT_ONLY,
      },
    }),
    message: Text({
      title: 'Message',
      description: 'Text of the error; the usual one when empty.',
      default: '',
      maxLength: 512,
      pattern: '^[^\\u0000-\\u001f\\u007f]*$',
      expected: 'a text of at most 512 characters without control characters',
      examples: ['reviews are off for now'],
      form: { zh: { title: '提示信息', description: '错误的文本，空表示默认。' }, when: REJECT_ONLY },
    }),
    body: Text({
      title: 'Body',
      description:
        'Body of the answer of MOCK; JSON unless a header says otherwise. For RPC the JSON of what the method returns, for a stream of gRPC the list of its messages, at most 1000; for Tars an object by tags such as `{"0":"text"}`, for Dubbo thrift the result in the JSON of Thrift such as `{"0":{"str":"text"}}`.',
      default: '',
      maxLength: 65_536,
      examples: ['{"reviews":[]}'],
      form: {
        zh: {
          title: '响应内容',
          description:
            'MOCK 返回的内容，默认为 JSON；RPC 服务须为方法返回值的 JSON，gRPC 流为消息列表，最多 1000 条；Tars 服务为以 tag 为键的对象，如 {"0":"text"}；Dubbo thrift 服务为 Thrift 的 JSON 格式的结果，如 {"0":{"str":"text"}}。',
        },
        widget: 'textarea',
        when: MOCK_ONLY,
      },
    }),
    descriptorSet: Text({
      title: 'Descriptor set',
      description:
        "For MOCK of gRPC and of Triple with a `.proto`: what describes the messages of the service, in base64, as `protoc --include_imports --descriptor_set_out=/dev/stdout orders.proto | base64 | tr -d '\\n'` prints it.",
      default: '',
      maxLength: 262_144,
      pattern: '^[A-Za-z0-9+/=\\s]*$',
      expected: 'base64',
      examples: ['CgxvcmRlcnMucHJvdG8SBHNob3A='],
      form: {
        zh: {
          title: '描述符集',
          description:
            "gRPC 服务和由 .proto 定义的 Triple 服务使用 MOCK 时必填：描述服务消息的 base64 文本，由 `protoc --include_imports --descriptor_set_out=/dev/stdout orders.proto | base64 | tr -d '\\n'` 输出。",
        },
        widget: 'textarea',
        when: MOCK_ONLY,
      },
    }),
    tripleInterface: Enum(TRIPLE_INTERFACES, {
      title: 'Triple service',
      description:
        'For RETURN_NULL and MOCK of Triple: whether the service is that of a `.proto` or a Java interface, which calls do not say. With a descriptor set that of a `.proto`, unless said.',
      default: 'UNSAID',
      ignoreCase: true,
      examples: ['JAVA'],
      form: {
        zh: {
          title: 'Triple 服务',
          description:
            'Triple 服务使用 RETURN_NULL 或 MOCK 时填写：服务由 .proto 定义还是 Java 接口，请求本身不说明；填写了描述符集时默认为 .proto。',
        },
        widget: 'radio',
        values: {
          UNSAID: { en: 'Not said', zh: '未说明' },
          PROTO: { en: 'A .proto', zh: '.proto' },
          JAVA: { en: 'A Java interface', zh: 'Java 接口' },
        },
        when: MADE_UP_ONLY,
        advanced: true,
      },
    }),
    headers: TextMap({
      title: 'Headers',
      description: 'Headers of the answer of MOCK, for HTTP and gRPC.',
      default: {},
      examples: [{ 'content-type': 'text/plain' }],
      form: {
        zh: { title: '响应头', description: 'MOCK 返回的响应头，用于 HTTP 和 gRPC。' },
        widget: 'key-values',
        when: MOCK_ONLY,
        advanced: true,
      },
    }),
    logEnabled: Flag({
      title: 'Log hits',
      description: 'Whether a request that is answered is a line in the log.',
      default: true,
      examples: [false],
      form: { zh: { title: '记录日志', description: '命中的请求是否写日志。' }, widget: 'switch', advanced: true },
    }),
    logLevel: Enum(LOG_LEVELS, {
      title: 'Level of the log',
      description: 'Level of that line.',
      default: 'INFO',
      ignoreCase: true,
      examples: ['WARN'],
      form: {
        zh: { title: '日志级别', description: '该日志的级别。' },
        widget: 'select',
        values: Object.fromEntries(LOG_LEVELS.map((level) => [level, { en: level, zh: level }])),
        advanced: true,
      },
    }),
  },
  {
    title: 'Degradation',
    description: 'What callers get instead of the service.',
    'x-weft-form': { zh: { title: '服务降级', description: '代替服务返回给调用方的内容。' } },
  },
);
export type DowngradeSpec = Parsed<typeof DowngradeSpec>;
