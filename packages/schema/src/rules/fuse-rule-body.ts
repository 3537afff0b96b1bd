import { type Parsed, Type } from '../author/index.ts';
import { FuseSpec } from './fuse-spec.ts';
import { ruleBodyFields } from './rule-body.ts';

/** A circuit-breaking rule, as it is created and replaced. */
export const FuseRuleBody = Type.Object(
  { ...ruleBodyFields, spec: FuseSpec },
  {
    title: 'Circuit-breaking rule',
    description: 'A circuit-breaking rule.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '熔断规则', description: '熔断规则。' } },
  },
);
export type FuseRuleBody = Parsed<typeof FuseRuleBody>;
