import { ISOLATE_RANGES, isWithin } from '@weft/schema/ranges';
import type { Condition, IsolateDocument, IsolateRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import { expandDocuments, expandTargets, type Report, systemField } from '../common/index.ts';
import type { IsolateEntryProgram, IsolateProgram } from './program.ts';

type Draft = Omit<IsolateEntryProgram, 'slot' | 'key' | 'rank'>;

/** Compiles all documents of isolation rules; pure. */
export function compileIsolations(
  documents: readonly RuleDocument<IsolateDocument>[],
  node: RuleNode,
): CompiledRules<IsolateProgram> {
  const { drafts, idle, problems } = expandDocuments(
    documents,
    'faultToleranceRules',
    node,
    (document) => document.faultToleranceRules,
    expandRule,
  );
  const slots: SlotPlan[] = [];
  const seen = new Map<string, number>();
  const ordered = drafts
    .map((draft, index) => ({ draft, index }))
    .sort((a, b) => compareDrafts(a.draft, b.draft) || a.index - b.index);
  const entries = ordered.map(({ draft }, rank): IsolateEntryProgram => {
    const { ruleDbId, resource, direction, mode } = draft;
    const own = `${ruleDbId}|${resource}|${mode}`;
    const count = seen.get(own) ?? 0;
    seen.set(own, count + 1);
    const key = count === 0 ? own : `${own}|${count}`;
    const slot = slots.push({ key, parameters: [], ruleDbId, resource, direction, mode, countsInFlight: false }) - 1;
    return { ...draft, key, rank, slot };
  });
  return { program: { entries, idle }, slots, active: entries.length, problems, warnings: [] };
}

function expandRule(rule: IsolateRule, report: Report): Draft[] {
  const services = rule.services.length === 0 && rule.Resource === undefined ? ['*'] : rule.services;
  const targets = expandTargets({ ...rule, services }, report);
  if (!isWithin(ISOLATE_RANGES.timeWindow, rule.timeWindow))
    report('timeWindow', String(rule.timeWindow), 'too short to judge by', 'more than 1, at most 60 s');
  if (!isWithin(ISOLATE_RANGES.leastExceptionRate, rule.leastExceptionRate))
    report(
      'leastExceptionRate',
      String(rule.leastExceptionRate),
      'no share of the calls',
      'per cent above 0, at most 100',
    );
  const parameters = {
    windowMs: rule.timeWindow * 1000,
    leastCalls: rule.leastWindowCount,
    leastRate: rule.leastExceptionRate,
    multiple: rule.exceptionRateMultiple,
    maxHosts: rule.maxIpCount,
    maxRatio: rule.maxIpRatio,
    recoverMs: rule.recoverTime,
  };
  const { ruleDbId, name, mode, exceptionTypes: errorCodes } = rule;
  return targets.map((target) => ({ ...target, ruleDbId, name, mode, parameters, errorCodes }));
}

/** Whether a condition names the called app, in how precise a way: 0 one app, 1 some, 2 by an expression or others; 3 none. */
function appRank(conditions: readonly Condition[]): number {
  let best = 3;
  for (const { type, field, operation, value } of conditions) {
    if (type !== 'SYSTEM' || systemField(field) !== 'destination.app.name') continue;
    const one = operation === 'EQUAL' || (operation === 'IN' && value.length === 1);
    best = Math.min(best, one ? 0 : operation === 'IN' ? 1 : 2);
  }
  return best;
}

/** The most specific by called app first, then those that name service and method, then by id. */
function compareDrafts(a: Draft, b: Draft): number {
  return (
    appRank(a.conditions) - appRank(b.conditions) ||
    Number(a.service === '*') - Number(b.service === '*') ||
    Number(a.method === '*') - Number(b.method === '*') ||
    a.ruleDbId - b.ruleDbId
  );
}
