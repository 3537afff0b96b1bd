import { Enum, List, type Parsed, Text, Type } from '../author/index.ts';
import { RouteSpec } from './route-spec.ts';
import { APP_PATTERN, ruleBodyFields } from './rule-body.ts';

/** A routing rule, as it is created and replaced. */
export const RouteRuleBody = Type.Object(
  {
    ...ruleBodyFields,
    app: Text({
      title: 'App',
      description: 'App that provides the services. Every caller of them applies the rule.',
      pattern: `^(?:\\*|${APP_PATTERN})$`,
      expected: '`*`, or an app name of 1 to 128 letters, digits, `.`, `_` and `-`',
      examples: ['reviews'],
      form: { zh: { title: '应用', description: '提供服务的应用；规则在所有调用方生效。' }, widget: 'select-app' },
    }),
    direction: Enum(['CLIENT'], {
      title: 'Direction',
      description: 'Routing acts at the caller, which chooses the instance.',
      default: 'CLIENT',
      ignoreCase: true,
      examples: ['CLIENT'],
      form: {
        zh: { title: '方向', description: '路由在选择实例的调用方生效。' },
        widget: 'radio',
        values: { CLIENT: { en: 'Client side', zh: '客户端' } },
      },
    }),
    mode: Enum(['CONTROL'], {
      title: 'Mode',
      description: 'A routing rule chooses; `explain` and the simulation show what one would choose.',
      default: 'CONTROL',
      ignoreCase: true,
      examples: ['CONTROL'],
      form: {
        zh: { title: '运行模式', description: '路由规则总是生效；可用解释和模拟查看选择结果。' },
        widget: 'radio',
        values: { CONTROL: { en: 'Control', zh: '拦截模式' } },
        advanced: true,
      },
    }),
    services: List(Text({ description: 'The dataId of a service.', minLength: 1, maxLength: 512 }), {
      title: 'Services',
      description: 'Services whose callers choose by this rule.',
      minItems: 1,
      maxItems: 100,
      examples: [['reviews.bookinfo:9080@Http1']],
      form: { zh: { title: '服务', description: '按此规则选择实例的服务。' }, widget: 'select-service' },
    }),
    spec: RouteSpec,
  },
  {
    title: 'Routing rule',
    description: 'A routing rule.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '路由规则', description: '服务路由规则。' } },
  },
);
export type RouteRuleBody = Parsed<typeof RouteRuleBody>;
