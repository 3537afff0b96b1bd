import { fuseThresholdRange, isWithin } from '@weft/schema/ranges';
import type { FuseDocument, FuseRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import { checkReject, expandDocuments, expandTargets, type Report } from '../common/index.ts';
import type { BreakerParameters } from './algorithm.ts';
import type { FuseEntryProgram, FuseProgram } from './program.ts';
import { ruleText } from './rule-text.ts';

type Draft = Omit<FuseEntryProgram, 'slot'>;

/** Compiles all documents of circuit-breaking rules; pure. */
export function compileFuses(
  documents: readonly RuleDocument<FuseDocument>[],
  node: RuleNode,
): CompiledRules<FuseProgram> {
  const { drafts, idle, problems } = expandDocuments(
    documents,
    'fuseRules',
    node,
    (document) => document.fuseRules,
    (rule: FuseRule, report) => expandRule(rule, node, report),
  );
  const slots: SlotPlan[] = [];
  const seen = new Map<string, number>();
  const entries = drafts.map((draft): FuseEntryProgram => {
    const key = `${draft.ruleDbId}|${draft.resource}|${draft.mode}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const { trigger, windowMs, threshold, floor, openMs, probes } = draft.breaker;
    const slot =
      slots.push({
        key: count === 0 ? key : `${key}|${count}`,
        parameters: [trigger === 'errorRatio' ? 0 : 1, windowMs, threshold, floor, openMs, probes],
        ruleDbId: draft.ruleDbId,
        resource: draft.resource,
        direction: draft.direction,
        mode: draft.mode,
        countsInFlight: false,
      }) - 1;
    return { ...draft, slot };
  });
  return { program: { entries, idle }, slots, active: entries.length, problems, warnings: [] };
}

function expandRule(rule: FuseRule, node: RuleNode, report: Report): Draft[] {
  const targets = expandTargets(rule, report);
  checkReject(rule, report);
  checkThreshold(rule, rule.threshold, 'threshold', report);
  for (const [index, zone] of rule.zoneSpec.entries())
    checkThreshold(rule, zone.threshold, `zoneSpec[${index}].threshold`, report);
  const breaker: BreakerParameters = {
    trigger: rule.triggerType,
    windowMs: rule.triggerWindowMillis,
    threshold: thresholdOf(rule, node),
    floor: rule.floorRequestCount,
    openMs: rule.meltWindowMillis,
    probes: rule.probeNum,
  };
  const text = ruleText(rule);
  return targets.map((target) => ({
    ...target,
    ruleDbId: rule.ruleDbId,
    name: rule.name,
    mode: rule.mode,
    breaker,
    errorCodes: rule.errorCodes,
    text,
    rejectStatus: rule.reject.status,
    rejectMessage: rule.reject.message,
  }));
}

/** The threshold of the instance, in per cent or ms. */
function thresholdOf(rule: FuseRule, node: RuleNode): number {
  const value = rule.zoneSpec.find((zone) => zone.zone === node.zone)?.threshold ?? rule.threshold;
  if (rule.triggerType !== 'errorRatio' || rule.thresholdUnit !== 'ratio') return value;
  // 0.55 are 55 per cent, not a little more.
  return Math.round(value * 1e11) / 1e9;
}

function checkThreshold(rule: FuseRule, value: number, place: string, report: Report): void {
  const range = fuseThresholdRange(rule);
  if (isWithin(range, value)) return;
  const [what, expected] =
    rule.triggerType === 'avgRt'
      ? ['no response time', `a mean response time from ${range.from} to ${range.to} ms`]
      : [
          'no share of the calls',
          `${rule.thresholdUnit === 'ratio' ? 'a ratio' : 'per cent'} above ${range.from}, at most ${range.to}`,
        ];
  report(place, String(value), what, expected);
}
