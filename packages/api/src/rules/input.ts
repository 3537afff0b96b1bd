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

/** A rule of any type as it may be sent, as far as all types are alike. */
export interface RuleInput {
  readonly name: string;
  readonly app: string;
  readonly spec: object;
}
