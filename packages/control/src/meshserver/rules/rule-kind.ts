import type { ConfigProblem } from '@weft/kit';
import type { LimitRuleBody } from '@weft/schema/rules';

/** A rule with its key in the database, as documents have it. */
export interface KeyedRule {
  readonly ruleDbId: number;
  readonly body: LimitRuleBody;
}

/** A request in the words of the interface, for a simulation. */
export interface SimulatedCall {
  readonly direction: 'SERVER' | 'CLIENT';
  readonly app: string;
  readonly zone: string;
  /** dataId. */
  readonly service: string;
  readonly method: string;
  readonly httpMethod: string;
  readonly httpPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sourceApp: string;
  readonly sourceIp: string;
  /** That many, at one instant. */
  readonly requests: number;
}

/** What one rule said of one request. */
export interface SimulatedRule {
  readonly ruleDbId: number;
  readonly name: string;
  readonly mode: 'CONTROL' | 'OBSERVE';
  readonly matched: boolean;
  readonly verdict: 'pass' | 'reject' | 'would_reject' | 'not_matched' | 'skipped';
  readonly detail: string;
  readonly conditions: readonly { readonly condition: string; readonly actual: string; readonly matched: boolean }[];
}

export interface SimulatedAnswer {
  readonly rejected: boolean;
  /** Rule that refused it. */
  readonly ruleDbId: number | null;
  readonly rules: readonly SimulatedRule[];
}

/**
 * The code of one type of rules, as proxies have it. The composition root brings it: what is checked and simulated here
 * is what acts there.
 */
export interface RuleKind {
  readonly type: 'LIMIT';
  /** The body, completed with its defaults, or everything that is wrong with it. */
  check(
    input: unknown,
  ):
    | { readonly kind: 'ok'; readonly body: LimitRuleBody }
    | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] };
  /** The document of an app; `*` is that of the rules for every app. */
  toDocument(app: string, rules: readonly KeyedRule[]): unknown;
  /** What a proxy would refuse in a document; empty when nothing. */
  documentProblems(text: string): readonly ConfigProblem[];
  preview(
    spec: LimitRuleBody['spec'],
    instances: number,
  ): { readonly ratePerSecond: number | null; readonly burst: number; readonly total: number };
  simulate(rules: readonly KeyedRule[], call: SimulatedCall): readonly SimulatedAnswer[];
}
