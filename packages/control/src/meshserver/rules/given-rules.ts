import type { BodyOf, ms } from '@weft/api';
import type { ConfigProblem } from '@weft/kit';
import type { KeyedRule, RuleKind } from './rule-kind.ts';
import { type LastAnswer, type SimulatedKind, simulateLast } from './simulate.ts';

/** A rule that is stored nowhere: its type in any spelling (`fault-inject`, `FAULT_INJECT`), and its body as it was written. */
export interface GivenRule {
  readonly type: string;
  readonly body: unknown;
}

/** Rules that were checked, and can be asked without a control plane. */
export interface GivenRules {
  /** By the place of each rule in the list: everything that is wrong with it. Rules with problems are never asked. */
  readonly problems: readonly (readonly ConfigProblem[])[];
  /** Numbers of rules are their places, from 1. All of them count as on. @throws ApiFailure where time is over */
  ask(request: BodyOf<(typeof ms)['routes']['simulateRules']>): LastAnswer;
}

/** Checks rules as a control plane with these types would. */
export function giveRules(kinds: readonly RuleKind[], given: readonly GivenRule[]): GivenRules {
  const byKind = new Map<RuleKind, KeyedRule[]>();
  const problems = given.map(({ type, body }, index): readonly ConfigProblem[] => {
    const word = type.toUpperCase().replaceAll('-', '_');
    const kind = kinds.find((one) => one.type === word);
    if (kind === undefined) {
      const expected = `one of ${kinds.map((one) => one.type).join(', ')}`;
      return [{ file: '', path: 'type', value: JSON.stringify(type), message: 'unknown type of rules', expected }];
    }
    const checked = kind.check(body);
    if (checked.kind === 'refused') return checked.problems;
    const rule = { ruleDbId: index + 1, body: { ...checked.body, enabled: true } };
    byKind.set(kind, [...(byKind.get(kind) ?? []), rule]);
    return [];
  });
  return {
    problems,
    ask(request) {
      const asked = [...byKind].map(([kind, rules]): SimulatedKind => {
        // A proxy has the documents of its app, and of the services that it calls.
        const own = rules.filter(({ body: { app, services } }) =>
          kind.ownedBy === 'app'
            ? app === request.app || app === '*'
            : services.includes(request.service) || services.includes('*'),
        );
        return { kind, rules: own };
      });
      return simulateLast(asked, request, { from: 'question' });
    },
  };
}
