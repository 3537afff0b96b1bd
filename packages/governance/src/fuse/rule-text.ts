import type { FuseRule } from '@weft/schema/wire';
import type { RuleTarget } from '../common/index.ts';

/** The rule as it came, in the order of keys that the block log has. */
export function ruleText(rule: FuseRule): string {
  const { id, ruleDbId, Resource = null, mode, meltAlgorithm, recoveryAlgorithm, triggerWindowMillis } = rule;
  const { floorRequestCount, probeNum, meltWindowMillis, threshold, triggerType } = rule;
  const zoneSpec = rule.zoneSpec.length === 0 ? null : rule.zoneSpec;
  return JSON.stringify({
    id,
    ruleDbId,
    Resource,
    mode,
    meltAlgorithm,
    recoveryAlgorithm,
    triggerWindowMillis,
    floorRequestCount,
    probeNum,
    meltWindowMillis,
    threshold,
    triggerType,
    zoneSpec,
  });
}

const REQUEST = 2;
/** From the beginning on: a resource that came may hold anything. */
const WITHOUT_RESOURCE = /^\{"id":\d+,"ruleDbId":\d+,"Resource":null/;

/**
 * The rule as the block log prints it: with the resource that was computed for it, where it came without one. Made when a line is
 * written, so that the services and methods of a rule share one text until then.
 *
 * @param resource `<service>[.<method>]:<i|o>:r[#<conditionId>]` as the line has it
 */
export function shownRule(text: string, { direction, conditionId }: RuleTarget, resource: string): string {
  const isInbound = direction === 'SERVER';
  const computed = {
    name: resource.slice(0, resource.lastIndexOf(isInbound ? ':i:' : ':o:')),
    resourceType: REQUEST,
    trafficType: isInbound ? 0 : 1,
    env: '',
    conditionId,
  };
  return text.replace(WITHOUT_RESOURCE, (head) => `${head.slice(0, -'null'.length)}${JSON.stringify(computed)}`);
}
