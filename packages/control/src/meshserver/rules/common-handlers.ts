import { isRuleSegment, type ms } from '@weft/api';
import { ApiFailure, type Caller, type Handlers } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { checkBody, pointOf } from './change-rules.ts';
import { rollbackChanges } from './rollback-changes.ts';
import type { KeyedRule, RuleKind } from './rule-kind.ts';
import { type SimulatedKind, simulate } from './simulate.ts';

/** What concerns rules of several types. */
export function commonRuleHandlers(
  parts: MeshserverParts,
): Pick<Handlers<(typeof ms)['routes']>, 'listRuleTypes' | 'simulateRules' | 'rollbackChanges'> {
  const { rules } = parts;
  return {
    listRuleTypes({ caller }) {
      const seen = rules.stores.filter((store) => caller.can(pointOf(store, 'read')));
      return {
        items: seen.map((store) => {
          const own = store.list(caller);
          return {
            type: store.kind.type,
            segment: store.contract.segment,
            title: store.contract.title,
            rules: own.length,
            enabled: own.filter(({ body }) => body.enabled).length,
            canWrite: caller.can(pointOf(store, 'write')),
            canPublish: caller.can(pointOf(store, 'publish')),
            fourEyes: parts.fourEyes.on,
          };
        }),
      };
    },
    rollbackChanges: (call) => rollbackChanges(parts, call),
    simulateRules({ caller, body }) {
      const { type, app } = body;
      if (body.rules !== undefined) {
        return simulate(givenKinds(parts, caller, body.rules, type), body, { from: 'question' });
      }
      const asked = rules.stores.filter((store) => type === undefined || store.contract.segment === type);
      if (asked.length === 0) throw noSuchType(type);
      const seen = asked.filter((store) => caller.can(pointOf(store, 'read')));
      // Says what is missing.
      if (seen.length === 0) for (const store of asked) caller.require(pointOf(store, 'read'));
      const concerned = (on: boolean): SimulatedKind[] =>
        seen.map((store) => ({
          kind: store.kind,
          rules: store
            .list(caller)
            .filter(
              ({ body: own }) =>
                own.enabled === on &&
                (store.kind.ownedBy === 'app'
                  ? own.app === app || own.app === '*'
                  : own.services.includes(body.service) || own.services.includes('*')),
            )
            .map((rule) => ({ ...rule, offAt: store.offAt(rule) })),
        }));
      return simulate(concerned(true), body, { from: 'store', off: concerned(false) });
    },
  };
}

/** Rules of a request, each of its own `type` where it has one, else of that of the request. */
function givenKinds(
  { rules }: MeshserverParts,
  caller: Caller,
  inputs: readonly unknown[],
  type: string | undefined,
): SimulatedKind[] {
  const byKind = new Map<RuleKind, KeyedRule[]>();
  inputs.forEach((input, index) => {
    const { type: own, ...rest } = (input ?? {}) as Readonly<Record<string, unknown>>;
    const word = typeof own === 'string' ? own.toLowerCase().replaceAll('_', '-') : (type ?? 'limit');
    const store = isRuleSegment(word) ? rules.bySegment(word) : null;
    if (store === null) throw noSuchType(word);
    // Whoever writes expressions says how long they take.
    caller.require(pointOf(store, 'write'));
    const body = { ...checkBody(store, rest, `rules[${index}]`), enabled: true };
    byKind.set(store.kind, [...(byKind.get(store.kind) ?? []), { ruleDbId: index + 1, body }]);
  });
  return [...byKind].map(([kind, own]) => ({ kind, rules: own }));
}

const noSuchType = (type: string | undefined): ApiFailure =>
  new ApiFailure(
    'NOT_FOUND',
    `this control plane has no rules of type "${type ?? 'limit'}": GET /openapi/v1/ms/rule-types`,
  );
