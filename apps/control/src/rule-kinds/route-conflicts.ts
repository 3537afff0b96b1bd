import { type Message, message } from '@weft/api';
import { comparedValues, compileCondition, type RuleTarget } from '@weft/governance/common';
import type { Condition, RouteRuleBody } from '@weft/schema/wire';
import { coversScope, type PeerRule, targetsOf } from './peers.ts';

const MAX_NAMED = 3;

type RouteRule = PeerRule<RouteRuleBody>;

/**
 * Says that a routing rule is never asked, or only where an earlier one has no instance: the earlier one is for every request
 * that it is for. Only what is certain is said: several earlier rules that together take everything are not looked for.
 *
 * @param others rules of the workspace that are on
 */
export function hiddenRoute(rule: RouteRule, others: readonly RouteRule[]): Message | null {
  const before = others
    .filter((other) => comesBefore(other, rule) && takesAll(other.body, rule.body))
    .sort((a, b) => Number(a.body.spec.fallback) - Number(b.body.spec.fallback) || (comesBefore(a, b) ? -1 : 1))[0];
  if (before === undefined) return null;
  const named = { rule: before.ruleDbId, name: before.body.name };
  return message(before.body.spec.fallback ? 'warning.route-left-over' : 'warning.route-hidden', named);
}

/**
 * Says which routing rules are never asked beside this one, or only where it has no instance; of many the first three. One that
 * is hidden itself takes nothing from others: what hides it does.
 *
 * @param others rules of the workspace that are on
 */
export function routeConflicts(rule: RouteRule, others: readonly RouteRule[]): Message[] {
  const own = hiddenRoute(rule, others);
  if (own?.id === 'warning.route-hidden') return [own];
  const id = rule.body.spec.fallback ? 'warning.route-leaves' : 'warning.route-hides';
  const behind = others.filter((other) => comesBefore(rule, other) && takesAll(rule.body, other.body));
  return [
    ...(own === null ? [] : [own]),
    ...behind.slice(0, MAX_NAMED).map(({ ruleDbId, body }) => message(id, { rule: ruleDbId, name: body.name })),
  ];
}

/** As proxies rank them. */
function comesBefore(one: RouteRule, other: RouteRule): boolean {
  const more = one.body.spec.priority - other.body.spec.priority;
  return more > 0 || (more === 0 && one.ruleDbId < other.ruleDbId);
}

function takesAll(first: RouteRuleBody, later: RouteRuleBody): boolean {
  return (
    coversScope(first.scope, later.scope) &&
    targetsOf(later).every((wanted) => targetsOf(first).some((taken) => includes(taken, wanted)))
  );
}

function includes(wide: RuleTarget, narrow: RuleTarget): boolean {
  return (
    wide.service === narrow.service &&
    (wide.method === '*' || wide.method === narrow.method) &&
    wide.conditions.every((wanted) => narrow.conditions.some((given) => implies(given, wanted)))
  );
}

/** Whether a request for which one condition holds certainly meets the other, too. */
function implies(given: Condition, wanted: Condition): boolean {
  if (given.type !== wanted.type || given.field !== wanted.field) return false;
  const isSame =
    given.operation === wanted.operation &&
    given.value.length === wanted.value.length &&
    given.value.every((value, index) => value === wanted.value[index]);
  if (isSame) return true;
  // Networks stand for more addresses than can be tried.
  if (!listsValues(given) || given.value.some((value) => value.includes('/') && given.field !== 'http.path'))
    return false;
  const { test } = compileCondition(wanted);
  return comparedValues(given).every(test);
}

const listsValues = ({ operation }: Condition): boolean => operation === 'EQUAL' || operation === 'IN';
