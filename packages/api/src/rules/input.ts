import type { Condition, LimitRuleBody, LimitSpec, RuleScope } from '@weft/schema/rules';

type ConditionInput = Partial<Condition> & Pick<Condition, 'field' | 'value'>;
type SpecInput = Partial<Omit<LimitSpec, 'reject'>> &
  Pick<LimitSpec, 'threshold'> & { readonly reject?: Partial<LimitSpec['reject']> };

/** A rate-limit rule as it may be sent: what has a default may be missing. */
export type LimitRuleInput = Partial<
  Omit<LimitRuleBody, 'name' | 'app' | 'services' | 'spec' | 'scope' | 'conditions'>
> &
  Pick<LimitRuleBody, 'name' | 'app' | 'services'> & {
    readonly spec: SpecInput;
    readonly scope?: Partial<RuleScope>;
    readonly conditions?: readonly ConditionInput[];
  };
