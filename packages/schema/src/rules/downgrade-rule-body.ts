import { Enum, type Parsed, Type } from '../author/index.ts';
import { DowngradeSpec } from './downgrade-spec.ts';
import { ruleBodyFields } from './rule-body.ts';

/** A degradation rule, as it is created and replaced. */
export const DowngradeRuleBody = Type.Object(
  {
    ...ruleBodyFields,
    direction: Enum(['CLIENT'], {
      title: 'Direction',
      description: 'Degradation acts at the caller, before anything is sent.',
      default: 'CLIENT',
      ignoreCase: true,
      examples: ['CLIENT'],
      form: {
        zh: { title: '方向', description: '降级在调用方生效，不发出请求。' },
        widget: 'radio',
        values: { CLIENT: { en: 'Client side', zh: '客户端' } },
      },
    }),
    spec: DowngradeSpec,
  },
  {
    title: 'Degradation rule',
    description: 'A degradation rule.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '降级规则', description: '服务降级规则。' } },
  },
);
export type DowngradeRuleBody = Parsed<typeof DowngradeRuleBody>;
