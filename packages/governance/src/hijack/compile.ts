import type { HijackDocument, HijackRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import { asIdle, checkReject, expandDocuments, expandTargets, type Report } from '../common/index.ts';
import type { HijackEntryProgram, HijackProgram } from './program.ts';

type Draft = Omit<HijackEntryProgram, 'slot'>;

/** Compiles all documents of limits of hijacked apps; pure. */
export function compileHijacks(
  documents: readonly RuleDocument<HijackDocument>[],
  node: RuleNode,
): CompiledRules<HijackProgram> {
  const expanded = expandDocuments(
    documents,
    'hijackRules',
    node,
    (document) => document.hijackRules,
    (rule: HijackRule, report) => expandRule(rule, report),
  );
  const idle = [...expanded.idle];
  const slots: SlotPlan[] = [];
  const seen = new Map<string, number>();
  const entries: HijackEntryProgram[] = [];
  for (const draft of expanded.drafts) {
    if (draft.maxRequests === 0) {
      idle.push(asIdle(draft, '0 requests are no limit'));
      continue;
    }
    const { ruleDbId, resource, direction, mode, port, unit, maxRequests } = draft;
    const key = `${ruleDbId}|${resource}|${port}|${unit}|${mode}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const concurrency = unit === 'concurrency';
    const slot =
      slots.push({
        key: count === 0 ? key : `${key}|${count}`,
        parameters: concurrency ? [] : [maxRequests],
        ruleDbId,
        resource,
        direction,
        mode,
        countsInFlight: concurrency,
      }) - 1;
    entries.push({ ...draft, slot });
  }
  return { program: { entries, idle }, slots, active: entries.length, problems: expanded.problems, warnings: [] };
}

function expandRule(rule: HijackRule, report: Report): Draft[] {
  const services = rule.services.length === 0 && rule.Resource === undefined ? ['*'] : rule.services;
  const targets = expandTargets({ ...rule, services, direction: 'SERVER' }, report);
  if (rule.direction !== 'SERVER')
    report('direction', JSON.stringify(rule.direction), 'acts at the provider only', 'SERVER');
  checkReject(rule, report);
  const { ruleDbId, name, mode, port, maxRequests, unit, reject } = rule;
  const text = JSON.stringify({ ruleDbId, port, maxRequests, unit, mode });
  return targets.map((target) => ({
    ...target,
    ruleDbId,
    name,
    mode,
    port,
    maxRequests,
    unit,
    text,
    rejectStatus: reject.status,
    rejectMessage: reject.message,
  }));
}
