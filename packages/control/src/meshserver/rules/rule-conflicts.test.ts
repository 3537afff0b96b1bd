import { message } from '@weft/api';
import { expect, test } from 'vitest';
import { ruleConflicts } from './rule-conflicts.ts';
import type { RuleKind } from './rule-kind.ts';
import type { StoredRule } from './rule-store.ts';

const rule = (ruleDbId: number, change: object = {}, workspaceId = 'w'): StoredRule =>
  ({
    ruleDbId,
    workspaceId,
    body: { name: `r${ruleDbId}`, app: 'a', enabled: true, services: ['s@Http1'], ...change },
  }) as unknown as StoredRule;

/** Which rules a type is asked about. */
function askedOf(rules: readonly StoredRule[], own: StoredRule): { readonly own: number; readonly others: number[] } {
  let asked = { own: -1, others: [] as number[] };
  const conflicts: RuleKind['conflicts'] = ({ ruleDbId }, others) => {
    asked = { own: ruleDbId, others: others.map((other) => other.ruleDbId) };
    return [message('simulate.passed')];
  };
  expect(ruleConflicts({ conflicts }, rules, own)).toEqual([message('simulate.passed')]);
  return asked;
}

test('a type is asked about the rules that are on, of the workspace, and for one of the services', () => {
  const rules = [
    rule(1),
    rule(2, { enabled: false }),
    rule(3, { services: ['t@Http1'] }),
    rule(4, {}, 'other'),
    rule(5, { services: ['t@Http1', 's@Http1'] }),
    rule(7),
  ];
  expect(askedOf(rules, rule(7))).toEqual({ own: 7, others: [1, 5] });
});

test('one that is new comes last; one that is not stored yet as it is written keeps its number', () => {
  expect(askedOf([rule(1)], rule(0, { name: 'new' })).own).toBe(Number.POSITIVE_INFINITY);
  expect(askedOf([rule(1), rule(2)], rule(0, { name: 'r2' }))).toEqual({ own: 2, others: [1] });
});

test('a type without conflicts has none', () => expect(ruleConflicts({}, [rule(1)], rule(2))).toEqual([]));
