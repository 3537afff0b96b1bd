import { Enum, List, type Parsed, Text, Type } from '../author/index.ts';
import { Condition } from './condition.ts';
import { MappingSpec } from './mapping-spec.ts';
import { APP_PATTERN, ruleBodyFields } from './rule-body.ts';

/** A mapping, as it is created and replaced. It says itself which service it is for, so that what rules have to choose requests by is fixed. */
export const MappingRuleBody = Type.Object(
  {
    ...ruleBodyFields,
    name: Text({
      title: 'Name',
      description: 'Name of the mapping, by which configurations of proxies refer to it (`mapping_refs`).',
      minLength: 1,
      maxLength: 128,
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
      expected: 'a name of 1 to 128 letters, digits, `.`, `_` and `-` that begins with a letter or digit',
      examples: ['users-v3'],
      form: { zh: { title: '名称', description: '映射的名称，代理配置的 mapping_refs 以此引用。' } },
    }),
    app: Text({
      title: 'App',
      description: 'App whose proxies convert by it: those of the callers or those of the provider; `*` is every app.',
      pattern: `^(?:\\*|${APP_PATTERN})$`,
      expected: '`*`, or an app name of 1 to 128 letters, digits, `.`, `_` and `-`',
      examples: ['user-center', '*'],
      form: {
        zh: { title: '应用', description: '由哪个应用的代理转换：调用方或提供方，* 表示所有应用。' },
        widget: 'select-app',
      },
    }),
    direction: Enum(['SERVER'], {
      title: 'Direction',
      description: 'Always SERVER: a mapping converts both requests and answers, wherever its proxies are.',
      default: 'SERVER',
      ignoreCase: true,
      examples: ['SERVER'],
      form: {
        zh: { title: '方向', description: '固定为 SERVER：映射同时转换请求与应答，与代理的位置无关。' },
        values: { SERVER: { en: 'Both ways', zh: '双向' } },
        fixed: true,
      },
    }),
    services: List(Text({ description: '`*`.', pattern: '^\\*$', expected: '`*`' }), {
      title: 'Services',
      description: 'Always `*`: the service is that of the mapping.',
      default: ['*'],
      minItems: 1,
      maxItems: 1,
      examples: [['*']],
      form: { zh: { title: '服务', description: '固定为 *：服务由映射自身指明。' }, fixed: true },
    }),
    methods: List(Text({ description: '`*`.', pattern: '^\\*$', expected: '`*`' }), {
      title: 'Methods',
      description: 'Always `*`: the methods are those of the mapping.',
      default: ['*'],
      minItems: 1,
      maxItems: 1,
      examples: [['*']],
      form: { zh: { title: '方法', description: '固定为 *：方法由映射自身列出。' }, fixed: true },
    }),
    mode: Enum(['CONTROL'], {
      title: 'Mode',
      description: 'Always CONTROL: a mapping that is on converts.',
      default: 'CONTROL',
      ignoreCase: true,
      examples: ['CONTROL'],
      form: {
        zh: { title: '运行模式', description: '固定为 CONTROL：启用的映射总是转换。' },
        values: { CONTROL: { en: 'Control', zh: '拦截模式' } },
        fixed: true,
      },
    }),
    conditions: List(Condition, {
      title: 'Exact traffic match',
      description: 'Always empty: the filter `transcoder` of a proxy chooses which calls are converted.',
      maxItems: 0,
      form: {
        zh: { title: '流量精确匹配', description: '固定为空：由代理的 transcoder 过滤器选择要转换的调用。' },
        fixed: true,
      },
    }),
    spec: MappingSpec,
  },
  {
    title: 'Mapping',
    description: 'A mapping: how a service of an RPC framework looks over HTTP.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '协议映射', description: 'RPC 服务在 HTTP 上的样子。' } },
  },
);
export type MappingRuleBody = Parsed<typeof MappingRuleBody>;
