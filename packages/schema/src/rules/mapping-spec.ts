import { Enum, Flag, List, type Parsed, Text, TextMap, Type } from '../author/index.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const path = (description: string, zh: string, fallback: string) =>
  Text({
    title: 'Path',
    description,
    default: fallback,
    maxLength: 1024,
    examples: ['/users/{0}'],
    form: { zh: { title: '路径', description: zh } },
  });

const body = (description: string, zh: string, fallback: string) =>
  Text({
    title: 'Body',
    description,
    default: fallback,
    maxLength: 8,
    examples: ['args', 'none', '0'],
    form: { zh: { title: '请求体', description: zh } },
  });

/** What one method is over HTTP. */
const method = Type.Object(
  {
    httpMethod: Text({
      title: 'Method of HTTP',
      description: 'Method of HTTP; empty: that of `defaults`.',
      default: '',
      maxLength: 16,
      examples: ['GET'],
      form: { zh: { title: 'HTTP 方法', description: 'HTTP 方法，空表示取默认值。' } },
    }),
    path: path(
      'Path of HTTP. `{0}` is an argument, `{0.id}` a field of one, `{interface}` and `{method}` are names. Empty: that of `defaults`.',
      'HTTP 路径：{0} 为参数，{0.id} 为参数的字段，{interface}、{method} 为接口名和方法名，空表示取默认值。',
      '',
    ),
    query: TextMap({
      title: 'Query',
      description:
        'Parameters of the query: texts with the same places as `path`. One whose only place is null is left out.',
      default: {},
      examples: [{ verbose: 'true', page: '{1}' }],
      form: {
        zh: { title: '查询参数', description: '查询参数，占位符与路径相同；唯一占位符为空时省略该参数。' },
        widget: 'key-values',
        advanced: true,
      },
    }),
    headers: TextMap({
      title: 'Headers',
      description: 'Headers of HTTP: `attachments.<name>`, or a text with the same places as `path`.',
      default: {},
      examples: [{ 'x-operator': 'attachments.operator' }],
      form: {
        zh: { title: '请求头', description: 'HTTP 请求头：attachments.<名称>，或带有与路径相同占位符的文本。' },
        widget: 'key-values',
        advanced: true,
      },
    }),
    cookies: TextMap({
      title: 'Cookies',
      description: 'Cookies that arguments are taken from when the caller speaks HTTP, by their name.',
      default: {},
      examples: [{ session: '{1}' }],
      form: {
        zh: { title: 'Cookie', description: '调用方为 HTTP 时，从这些 Cookie 中取参数。' },
        widget: 'key-values',
        advanced: true,
      },
    }),
    body: body(
      '`args`: all arguments, in an array; `none`: no body; a number: this one argument. Empty: `none` for GET and DELETE, else that of `defaults`.',
      'args：全部参数组成的数组；none：无请求体；数字：该序号的参数。空：GET 和 DELETE 无请求体，其余取默认值。',
      '',
    ),
    resultType: Text({
      title: 'Type of the result',
      description:
        'Java type of the result, so that a Java caller gets an object of it. Empty: what JSON shows: text, number, map, list.',
      default: '',
      maxLength: 512,
      examples: ['com.x.User', 'java.util.List<com.x.User>'],
      form: { zh: { title: '返回类型', description: '返回值的 Java 类型，空表示按 JSON 的样子返回。' } },
    }),
    errors: TextMap({
      title: 'Exceptions',
      description: 'Class of the exception by status of HTTP, `"409": "com.x.Duplicate"`; both ways.',
      default: {},
      examples: [{ '409': 'com.x.DuplicateUserException' }],
      form: {
        zh: { title: '异常', description: 'HTTP 状态码对应的异常类，双向生效，如 409 → com.x.Duplicate。' },
        widget: 'key-values',
        advanced: true,
      },
    }),
    oneWay: Flag({
      title: 'One-way',
      description: 'The method is called without waiting for an answer.',
      default: false,
      form: { zh: { title: '单向', description: '调用后不等待应答。' }, advanced: true },
    }),
  },
  {
    title: 'Method',
    description: 'What one method is on the other side.',
    'x-weft-form': { zh: { title: '方法', description: '该方法在另一侧的样子。' } },
  },
);
export type MethodDocument = Parsed<typeof method>;

/** Far more than an interface has; what checks and compiles a mapping holds up everybody else meanwhile. */
const MAX_METHODS = 1000;
const MAX_CLASSES = 1000;

/** A service, and how its methods look over HTTP: as mappings of the configuration and mapping rules have it. */
export const mappingFields = {
  service: Text({
    title: 'Interface',
    description: 'The Java interface.',
    minLength: 1,
    maxLength: 512,
    examples: ['com.x.UserService'],
    form: { zh: { title: '接口', description: 'Java 接口的全名。' } },
  }),
  version: Text({
    title: 'Version',
    description: 'Version of the service; empty: any.',
    default: '',
    maxLength: 64,
    examples: ['1.0'],
    form: { zh: { title: '版本', description: '服务的版本，空表示任意版本。' } },
  }),
  group: Text({
    title: 'Group',
    description: 'Group of the service; empty: any.',
    default: '',
    maxLength: 128,
    examples: ['blue'],
    form: { zh: { title: '分组', description: '服务的分组，空表示任意分组。' } },
  }),
  target: Text({
    title: 'Application behind HTTP',
    description:
      'The HTTP application, as its registry names it; what stands before `@` becomes the `Host` of requests. Empty: the interface.',
    default: '',
    maxLength: 256,
    examples: ['user-center@springcloud'],
    form: {
      zh: {
        title: 'HTTP 应用',
        description: '注册中心中的 HTTP 应用名，@ 之前的部分作为请求的 Host，空表示用接口名。',
      },
    },
  }),
  methods: Type.Unsafe<Readonly<Record<string, MethodDocument>>>({
    type: 'object',
    additionalProperties: method,
    maxProperties: MAX_METHODS,
    title: 'Methods',
    description:
      'Methods by name, with the Java types of their parameters where they are to be known: `getUser(java.lang.String)`.',
    default: {},
    examples: [{ 'getUser(java.lang.String)': { httpMethod: 'GET', path: '/users/{0}' } }],
    'x-weft-form': {
      zh: { title: '方法', description: '按方法名列出，需要时写出参数的 Java 类型，如 getUser(java.lang.String)。' },
      widget: 'records',
    },
  }),
  defaults: Type.Object(
    {
      httpMethod: Enum(METHODS, {
        title: 'Method of HTTP',
        description: 'Method of HTTP.',
        default: 'POST',
        form: {
          zh: { title: 'HTTP 方法', description: '默认的 HTTP 方法。' },
          values: Object.fromEntries(METHODS.map((name) => [name, { en: name, zh: name }])),
        },
      }),
      path: path('Path of HTTP.', '默认的 HTTP 路径。', '/{interface}/{method}'),
      body: body('What the body is.', '默认的请求体。', 'args'),
      unlisted: Flag({
        title: 'Unlisted methods',
        description:
          'Methods can be called that are not among `methods`, by these defaults. Without `methods` they always can.',
        default: false,
        form: {
          zh: { title: '未列出的方法', description: '允许按默认值调用未列出的方法；没有列出任何方法时始终允许。' },
        },
      }),
    },
    {
      title: 'Defaults',
      description: 'What methods have that say nothing of their own, or are not listed.',
      default: {},
      'x-weft-form': {
        zh: { title: '默认值', description: '没有写明的方法，以及未列出的方法所用的值。' },
        advanced: true,
      },
    },
  ),
  types: Type.Unsafe<Readonly<Record<string, Readonly<Record<string, string>>>>>({
    type: 'object',
    additionalProperties: TextMap({ description: 'Java types by name of the field.' }),
    maxProperties: MAX_CLASSES,
    title: 'Types of fields',
    description:
      'Java types of the fields of classes, where JSON does not show them: dates, longs, nested objects of a class.',
    default: {},
    examples: [{ 'com.x.User': { born: 'java.util.Date', address: 'com.x.Address' } }],
    'x-weft-form': {
      zh: { title: '字段类型', description: 'JSON 看不出的字段 Java 类型：日期、长整数、嵌套的对象等。' },
      widget: 'records',
    },
  }),
  enums: List(Text({ description: 'A class.', maxLength: 512 }), {
    title: 'Enums',
    description: 'Classes that are enums, where their constants are not written in capitals.',
    maxItems: 1024,
    examples: [['com.x.Color']],
    form: {
      zh: { title: '枚举类', description: '常量不是全大写的枚举类。' },
      widget: 'tags',
      advanced: true,
    },
  }),
  bigNumbers: Enum(['raw', 'string'], {
    title: 'Large numbers',
    description: 'Numbers of Java that JavaScript cannot hold: all digits as a number, or as a string.',
    default: 'raw',
    form: {
      zh: { title: '大数', description: 'JavaScript 无法精确表示的数：写成完整数字，或写成字符串。' },
      widget: 'radio',
      values: { raw: { en: 'Number', zh: '数字' }, string: { en: 'String', zh: '字符串' } },
      advanced: true,
    },
  }),
  dates: Enum(['epoch', 'iso'], {
    title: 'Dates',
    description: 'Dates as milliseconds since 1970, or as ISO 8601.',
    default: 'epoch',
    form: {
      zh: { title: '日期', description: '日期写成 1970 年以来的毫秒数，或 ISO 8601 文本。' },
      widget: 'radio',
      values: { epoch: { en: 'Milliseconds', zh: '毫秒' }, iso: { en: 'ISO 8601', zh: 'ISO 8601' } },
      advanced: true,
    },
  }),
  keepTypes: Flag({
    title: 'Keep classes',
    description:
      'Writes the class of an object as its field `@type`, and reads it. Who calls can then choose classes: for callers that you trust.',
    default: false,
    form: {
      zh: {
        title: '保留类名',
        description: '将对象的类名写入 @type 字段并读取；调用方可借此指定类，仅用于可信的调用方。',
      },
      advanced: true,
    },
  }),
} as const;

/** `spec` of a mapping rule. */
export const MappingSpec = Type.Object(
  { ...mappingFields },
  {
    title: 'Mapping',
    description: 'A service, and how its methods look over HTTP.',
    'x-weft-form': { zh: { title: '映射', description: '服务及其方法在 HTTP 上的样子。' } },
  },
);
export type MappingSpec = Parsed<typeof MappingSpec>;
