import type { ms } from '@weft/api';
import { ApiFailure, type Handlers } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { checkBody, pointOf } from './change-rules.ts';
import type { KeyedRule } from './rule-kind.ts';
import { simulate } from './simulate.ts';

/** What concerns rules of several types. */
export function commonRuleHandlers({
  rules,
}: MeshserverParts): Pick<Handlers<(typeof ms)['routes']>, 'listRuleTypes' | 'simulateRules'> {
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
          };
        }),
      };
    },
    simulateRules({ caller, body }) {
      const { type, app } = body;
      if (body.rules !== undefined) {
        const store = rules.bySegment(type ?? 'limit');
        if (store === null) throw noSuchType(type);
        // Whoever writes expressions says how long they take.
        caller.require(pointOf(store, 'write'));
        const given = body.rules.map(
          (input, index): KeyedRule => ({
            ruleDbId: index + 1,
            body: { ...checkBody(store, input, `rules[${index}]`), enabled: true },
          }),
        );
        return simulate([{ kind: store.kind, rules: given }], body);
      }
      const asked = rules.stores.filter((store) => type === undefined || store.contract.segment === type);
      if (asked.length === 0) throw noSuchType(type);
      const seen = asked.filter((store) => caller.can(pointOf(store, 'read')));
      // Says what is missing.
      if (seen.length === 0) for (const store of asked) caller.require(pointOf(store, 'read'));
      const inForce = seen.map((store) => ({
        kind: store.kind,
        rules: store
          .list(caller)
          .filter(
            ({ body: own }) =>
              own.enabled &&
              (store.kind.ownedBy === 'app'
                ? own.app === app || own.app === '*'
                : own.services.includes(body.service) || own.services.includes('*')),
          ),
      }));
      return simulate(inForce, body);
    },
  };
}

const noSuchType = (type: string | undefined): ApiFailure =>
  new ApiFailure(
    'NOT_FOUND',
    `this control plane has no rules of type "${type ?? 'limit'}": GET /openapi/v1/ms/rule-types`,
  );
