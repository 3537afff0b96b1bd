import { Enum, Flag, type Parsed, Type } from '../author/index.ts';
import { RejectSpec } from './limit-spec.ts';

export const AUTH_TYPES = ['WHITELIST', 'BLACKLIST'] as const;
export type AuthType = (typeof AUTH_TYPES)[number];
export const GRANULARITIES = ['APP', 'SERVICE', 'METHOD'] as const;

export const authType = Enum(AUTH_TYPES, {
  title: 'List',
  description: '`WHITELIST`: who matches may call, others may not. `BLACKLIST`: who matches may not.',
  default: 'WHITELIST',
  ignoreCase: true,
  examples: ['BLACKLIST'],
  form: {
    zh: { title: '类型', description: '白名单：匹配的来源允许调用，其他拒绝；黑名单：匹配的来源拒绝调用。' },
    widget: 'radio',
    values: { WHITELIST: { en: 'Whitelist', zh: '白名单' }, BLACKLIST: { en: 'Blacklist', zh: '黑名单' } },
  },
});

/** `spec` of an authorization rule. */
export const AuthSpec = Type.Object(
  {
    type: authType,
    granularity: Enum(GRANULARITIES, {
      title: 'Granularity',
      description: '`APP`: every service of the app. `SERVICE`: the services that are named. `METHOD`: their methods.',
      default: 'SERVICE',
      ignoreCase: true,
      examples: ['APP'],
      form: {
        zh: { title: '粒度', description: '应用的全部服务、指定的服务，或服务的指定方法。' },
        widget: 'radio',
        values: {
          APP: { en: 'App', zh: '应用' },
          SERVICE: { en: 'Service', zh: '服务' },
          METHOD: { en: 'Method', zh: '方法' },
        },
      },
    }),
    defaultDeny: Flag({
      title: 'Deny without rules',
      description: 'A whitelist of which every rule is off denies everybody instead of nobody.',
      default: false,
      examples: [true],
      form: {
        zh: { title: '默认拒绝', description: '白名单中的规则全部关闭时拒绝所有来源，而不是全部放行。' },
        widget: 'switch',
        advanced: true,
      },
    }),
    reject: RejectSpec,
  },
  {
    title: 'Authorization',
    description: 'Who may call.',
    'x-weft-form': { zh: { title: '服务鉴权', description: '谁可以调用。' } },
  },
);
export type AuthSpec = Parsed<typeof AuthSpec>;
