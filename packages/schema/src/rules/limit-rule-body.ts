import { type Parsed, Type } from '../author/index.ts';
import { LimitSpec } from './limit-spec.ts';
import { ruleBodyFields } from './rule-body.ts';

/** A rate-limit rule, as it is created and replaced. */
export const LimitRuleBody = Type.Object(
  { ...ruleBodyFields, spec: LimitSpec },
  {
    title: 'Rate-limit rule',
    description: 'A rate-limit rule.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '限流规则', description: '限流规则。' } },
  },
);
export type LimitRuleBody = Parsed<typeof LimitRuleBody>;
