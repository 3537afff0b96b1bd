import { Count, Enum, Flag, type Parsed, Text, TextMap, Type } from '../author/index.ts';

export const DOWNGRADE_ACTIONS = ['REJECT', 'RETURN_NULL', 'MOCK'] as const;
export type DowngradeAction = (typeof DOWNGRADE_ACTIONS)[number];
export const LOG_LEVELS = ['ERROR', 'WARN', 'INFO', 'DEBUG'] as const;

const REJECT_ONLY = { key: 'action', is: 'REJECT' } as const;
const MOCK_ONLY = { key: 'action', is: 'MOCK' } as const;

/** `spec` of a degradation rule. */
export const DowngradeSpec = Type.Object(
  {
    action: Enum(DOWNGRADE_ACTIONS, {
      title: 'Answer',
      description:
        '`REJECT`: callers get the status and message below. `RETURN_NULL`: a success without content, null over RPC. `MOCK`: the body below. The last two for HTTP, SOFARPC and Dubbo.',
      default: 'REJECT',
      ignoreCase: true,
      examples: ['MOCK'],
      form: {
        zh: {
          title: '降级方式',
          description:
            'REJECT：调用方收到下方的状态码和提示信息；RETURN_NULL：收到没有内容的成功响应（RPC 为 null）；MOCK：收到下方填写的内容。后两种仅用于 HTTP、SOFARPC 和 Dubbo。',
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
      description: 'HTTP status of the error, 400 to 599; that of the profile when 0. RPC protocols keep theirs.',
      default: 0,
      minimum: 0,
      maximum: 599,
      unit: 'HTTP status',
      examples: [503],
      form: { zh: { title: 'HTTP 状态码', description: '错误的 HTTP 状态码，0 表示默认。' }, when: REJECT_ONLY },
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
        'Body of the answer of MOCK; JSON unless a header says otherwise. For RPC the JSON of what the method returns.',
      default: '',
      maxLength: 65_536,
      examples: ['{"reviews":[]}'],
      form: {
        zh: { title: '响应内容', description: 'MOCK 返回的内容，默认为 JSON；RPC 服务须为方法返回值的 JSON。' },
        widget: 'textarea',
        when: MOCK_ONLY,
      },
    }),
    headers: TextMap({
      title: 'Headers',
      description: 'Headers of the answer of MOCK, for HTTP.',
      default: {},
      examples: [{ 'content-type': 'text/plain' }],
      form: {
        zh: { title: '响应头', description: 'MOCK 返回的响应头，仅用于 HTTP。' },
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
