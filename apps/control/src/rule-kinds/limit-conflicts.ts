import { type Message, message } from '@weft/api';
import type { RuleTarget } from '@weft/governance/common';
import type { LimitRuleBody, LimitSpec } from '@weft/schema/wire';
import { coversScope, type PeerRule, targetsOf } from './peers.ts';

type LimitRule = PeerRule<LimitRuleBody>;

const MAX_NAMED = 3;

/**
 * Says which of several limits for the same services, methods and conditions always comes first: the lower one. Only what is
 * certain is said: the lower one acts wherever the other would, and is the lower one in every zone.
 *
 * @param others rules of the workspace that are on
 */
export function idleLimits(rule: LimitRule, others: readonly LimitRule[]): Message[] {
  const above = others.find((other) => isIdleBeside(rule, other));
  if (above !== undefined)
    return [message('warning.limit-idle', { ...namesOf(above), other: textOf(above), own: textOf(rule) })];
  const below = others.filter((other) => isIdleBeside(other, rule)).slice(0, MAX_NAMED);
  return below.map((other) =>
    message('warning.limit-first', { ...namesOf(other), other: textOf(other), own: textOf(rule) }),
  );
}

const namesOf = ({ ruleDbId, body }: LimitRule) => ({ rule: ruleDbId, name: body.name });

function textOf({ body: { spec } }: LimitRule): Message {
  const { threshold, timeMs } = spec;
  return spec.thresholdType === 'concurrency'
    ? message('limit.at-once', { threshold })
    : message('limit.rate', { threshold, milliseconds: timeMs });
}

/** Whether one limit never refuses what the other lets pass. */
function isIdleBeside(idle: LimitRule, lower: LimitRule): boolean {
  const { body: own } = idle;
  const { body: other } = lower;
  return (
    own.direction === other.direction &&
    own.mode === other.mode &&
    own.spec.thresholdType === other.spec.thresholdType &&
    // Each of those that watch counts for itself.
    (own.mode === 'CONTROL' || own.spec.thresholdType !== 'concurrency') &&
    (other.app === '*' || other.app === own.app) &&
    isLower(lower, idle) &&
    coversScope(other.scope, own.scope) &&
    targetsOf(own).every((wanted) => targetsOf(other).some((target) => keyOf(target) === keyOf(wanted)))
  );
}

/** Proxies tell limits of one resource from each other by this. */
const keyOf = ({ resource, method, conditions }: RuleTarget): string =>
  `${resource}\n${method}\n${JSON.stringify(conditions)}`;

/** Of equal rates the rule with the smaller number acts; equal limits of concurrency refuse the same. */
function isLower(one: LimitRule, other: LimitRule): boolean {
  const zones = [one, other].flatMap(({ body }) => body.spec.zoneSpec.map(({ zone }) => zone));
  return ['', ...zones].every((zone) => {
    const less = speedIn(one.body.spec, zone) - speedIn(other.body.spec, zone);
    return less < 0 || (less === 0 && one.ruleDbId < other.ruleDbId);
  });
}

function speedIn({ thresholdType, threshold, timeMs, zoneSpec }: LimitSpec, zone: string): number {
  const here = zoneSpec.find((item) => item.zone === zone)?.threshold ?? threshold;
  return thresholdType === 'concurrency' ? here : here / timeMs;
}
