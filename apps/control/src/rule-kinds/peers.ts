import type { AnyRuleBody } from '@weft/control';
import { expandTargets, type RuleTarget } from '@weft/governance/common';
import type { RuleScope } from '@weft/schema/wire';

/** A rule of one type beside others of it; one that is not stored yet has the largest number. */
export interface PeerRule<Body extends AnyRuleBody> {
  readonly ruleDbId: number;
  readonly body: Body;
}

/** Bodies are never changed, and lists of rules ask for the same ones again and again. */
const known = new WeakMap<AnyRuleBody, readonly RuleTarget[]>();

/** What requests a rule is for, as proxies expand it: one target for each of its services and methods. */
export function targetsOf(body: AnyRuleBody): readonly RuleTarget[] {
  let targets = known.get(body);
  if (targets === undefined) {
    // What was stored went through the check of its type: there is nothing to report.
    targets = expandTargets({ ...body, httpMethod: '', httpPath: '' }, () => {});
    known.set(body, targets);
  }
  return targets;
}

/** Whether every instance in one scope is certainly in the other. */
export function coversScope(wide: RuleScope, narrow: RuleScope): boolean {
  const isEverywhere =
    wide.percent >= 100 &&
    [wide.clusters, wide.zones, wide.dataCenters, wide.ips].every((list) => list.length === 0) &&
    Object.keys(wide.labels).length === 0;
  return isEverywhere || JSON.stringify(wide) === JSON.stringify(narrow);
}
