import { type Parsed, Type } from '../author/index.ts';
import { FaultSpec } from './fault-spec.ts';
import { ruleBodyFields } from './rule-body.ts';

/** A fault-injection rule, as it is created and replaced. */
export const FaultRuleBody = Type.Object(
  { ...ruleBodyFields, spec: FaultSpec },
  {
    title: 'Fault-injection rule',
    description: 'A fault-injection rule.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '故障注入规则', description: '故障注入规则。' } },
  },
);
export type FaultRuleBody = Parsed<typeof FaultRuleBody>;
