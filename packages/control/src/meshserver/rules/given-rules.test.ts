import { expect, test } from 'vitest';
import { giveRules } from './given-rules.ts';
import type { RuleKind } from './rule-kind.ts';

/** Refuses whom it is for, and takes bodies with a name. */
const kindOf = (type: string, ownedBy: 'app' | 'service'): RuleKind =>
  ({
    type,
    ownedBy,
    order: { SERVER: 1, CLIENT: 1 },
    check: (body: { readonly name: string }) =>
      body.name === ''
        ? { kind: 'refused', problems: [{ file: '', path: 'name', message: 'empty', expected: 'a name' }] }
        : { kind: 'ok', body: { ...body, enabled: false } },
    simulate: (rules: readonly { ruleDbId: number; body: { enabled: boolean } }[]) => [
      { rejected: true, ruleDbId: rules[0]?.ruleDbId, rejection: null, delayMs: 0, group: '', rules: [], on: rules },
    ],
  }) as unknown as RuleKind;
const KINDS = [kindOf('FAULT_INJECT', 'app'), kindOf('ROUTE', 'service')];
const QUESTION = { direction: 'SERVER', app: 'a', service: 's@Http1' } as const;
const body = (app: string, service = 's@Http1', name = 'n') => ({ name, app, services: [service] });

test.each([
  ['its app', 'fault-inject', body('a'), 1],
  ['every app', 'FAULT_INJECT', body('*'), 1],
  ['another app', 'fault-inject', body('b'), null],
  ['the service, whatever its app', 'route', body('b'), 1],
  ['another service', 'route', body('a', 't@Http1'), null],
])('a rule for %s is asked, or not', (_title, type, given, refusing) => {
  const { problems, ask } = giveRules(KINDS, [{ type, body: given }]);
  expect(problems).toEqual([[]]);
  expect(ask(QUESTION).result.ruleDbId).toBe(refusing);
});

test.each([
  [{ verdict: 'reject' }, 'refused by rule qps'],
  [{ verdict: 'reject', effect: { kind: 'answer' } }, 'answered by rule qps'],
  [{ verdict: 'reject', effect: { kind: 'fault' } }, 'failed on purpose by rule qps'],
  [{ verdict: 'unknown', mode: 'CONTROL' }, 'unknown: rule qps asks for the address of the caller, give --source-ip'],
])('a rule of a file is told by its name: it has no number that somebody knows (%j)', (met, title) => {
  const rule = { ruleDbId: 1, name: 'qps', mode: 'CONTROL', matched: true, detail: '', conditions: [], ...met };
  const rejected = met.verdict === 'reject';
  const answer = { rejected, ruleDbId: rejected ? 1 : null, rejection: null, delayMs: 0, group: '', rules: [rule] };
  const kind = { ...kindOf('FAULT_INJECT', 'app'), simulate: () => [answer] } as unknown as RuleKind;
  const { ask } = giveRules([kind], [{ type: 'fault-inject', body: body('a') }]);
  expect(ask(QUESTION).result.steps.at(-1)?.title).toBe(title);
});

test('what is wrong stands at the place of its rule, and is never asked', () => {
  const { problems, ask } = giveRules(KINDS, [
    { type: 'limits', body: body('a') },
    { type: 'route', body: body('a', 's@Http1', '') },
    { type: 'route', body: body('a') },
  ]);
  expect(problems.map((found) => found.map(({ path }) => path))).toEqual([['type'], ['name'], []]);
  expect(ask(QUESTION).result.ruleDbId).toBe(3);
});
