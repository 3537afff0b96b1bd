import type {
  AuthRuleBody,
  Condition,
  DowngradeRuleBody,
  FaultRuleBody,
  FuseRuleBody,
  HijackRuleBody,
  IsolateRuleBody,
  LimitRuleBody,
  MappingRuleBody,
  MappingSpec,
  MethodDocument,
  MirrorRuleBody,
  RejectSpec,
  RouteRuleBody,
  RouteSpec,
  RuleBody,
  RuleScope,
} from '@weft/schema/rules';

type ConditionInput = Partial<Condition> & Pick<Condition, 'field' | 'value'>;

/** A body as it may be sent: what has a default may be missing; `Needed` of its spec may not. */
type InputOf<Body extends RuleBody & { readonly spec: object }, Needed extends keyof Body['spec']> = Partial<
  Omit<Body, 'name' | 'app' | 'services' | 'spec' | 'scope' | 'conditions'>
> &
  Pick<Body, 'name' | 'app' | 'services'> & {
    readonly spec: Partial<Omit<Body['spec'], 'reject'>> &
      Pick<Body['spec'], Needed> & { readonly reject?: Partial<RejectSpec> };
    readonly scope?: Partial<RuleScope>;
    readonly conditions?: readonly ConditionInput[];
  };

export type LimitRuleInput = InputOf<LimitRuleBody, 'threshold'>;
export type AuthRuleInput = InputOf<AuthRuleBody, never>;
export type DowngradeRuleInput = InputOf<DowngradeRuleBody, never>;
export type HijackRuleInput = Omit<InputOf<HijackRuleBody, 'port' | 'maxRequests'>, 'services'> & {
  readonly services?: HijackRuleBody['services'];
};
export type IsolateRuleInput = Omit<InputOf<IsolateRuleBody, 'leastExceptionRate'>, 'services'> & {
  readonly services?: IsolateRuleBody['services'];
};
export type MappingRuleInput = Partial<Omit<MappingRuleBody, 'name' | 'app' | 'spec' | 'scope'>> &
  Pick<MappingRuleBody, 'name' | 'app'> & {
    readonly spec: Partial<Omit<MappingSpec, 'methods' | 'defaults'>> &
      Pick<MappingSpec, 'service'> & {
        readonly methods?: Readonly<Record<string, Partial<MethodDocument>>>;
        readonly defaults?: Partial<MappingSpec['defaults']>;
      };
    readonly scope?: Partial<RuleScope>;
  };
export type MirrorRuleInput = InputOf<MirrorRuleBody, never>;
export type RouteRuleInput = Omit<InputOf<RouteRuleBody, never>, 'spec'> & {
  readonly spec: Partial<Omit<RouteSpec, 'destinations'>> & {
    readonly destinations: readonly Partial<RouteSpec['destinations'][number]>[];
  };
};
export type FuseRuleInput = InputOf<FuseRuleBody, 'threshold'>;
export type FaultRuleInput = InputOf<FaultRuleBody, never>;

/** A rule of any type as it may be sent, as far as all types are alike. */
export interface RuleInput {
  readonly name: string;
  readonly app: string;
  readonly spec: object;
}
