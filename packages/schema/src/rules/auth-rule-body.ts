import { Enum, type Parsed, Type } from '../author/index.ts';
import { AuthSpec } from './auth-spec.ts';
import { ruleBodyFields } from './rule-body.ts';

/** An authorization rule, as it is created and replaced. */
export const AuthRuleBody = Type.Object(
  {
    ...ruleBodyFields,
    direction: Enum(['SERVER'], {
      title: 'Direction',
      description: 'Authorization acts at the provider, on what comes in.',
      default: 'SERVER',
      ignoreCase: true,
      examples: ['SERVER'],
      form: {
        zh: { title: '方向', description: '鉴权在提供方对入流量生效。' },
        widget: 'radio',
        values: { SERVER: { en: 'Server side', zh: '服务端' } },
      },
    }),
    spec: AuthSpec,
  },
  {
    title: 'Authorization rule',
    description: 'An authorization rule.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '鉴权规则', description: '服务鉴权规则。' } },
  },
);
export type AuthRuleBody = Parsed<typeof AuthRuleBody>;
