import type { FlowControlDocument, FlowControlRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import { asIdle, checkReject, expandDocuments, expandTargets, type IdleProgram, type Report } from '../common/index.ts';
import type { LimitEntryProgram, LimitProgram } from './program.ts';

type Draft = Omit<LimitEntryProgram, 'slot'>;

/** Compiles all documents of rate-limit rules; pure. */
export function compileLimits(
  documents: readonly RuleDocument<FlowControlDocument>[],
  node: RuleNode,
): CompiledRules<LimitProgram> {
  const expanded = expandDocuments(
    documents,
    'flowControlRules',
    node,
    (document) => document.flowControlRules,
    (rule: FlowControlRule, report) => expandRule(rule, node, report),
  );
  const idle = [...expanded.idle];
  const acting = dropFaster(expanded.drafts, idle);
  const slots: SlotPlan[] = [];
  const seen = new Map<string, number>();
  const entries = acting.map((draft): LimitEntryProgram => {
    const key = `${draft.ruleDbId}|${draft.resource}|${draft.kind === 'concurrency' ? 'c' : 'q'}|${draft.mode}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const slot =
      slots.push({
        key: count === 0 ? key : `${key}|${count}`,
        parameters: draft.kind === 'bucket' ? [draft.threshold, draft.timeMs, draft.maxBurstRatio] : [],
        ruleDbId: draft.ruleDbId,
        resource: draft.resource,
        direction: draft.direction,
        mode: draft.mode,
        countsInFlight: draft.kind === 'concurrency',
      }) - 1;
    return { ...draft, slot };
  });
  return { program: { entries, idle }, slots, active: entries.length, problems: expanded.problems, warnings: [] };
}

/** A rule for several services or methods is as many rules. */
function expandRule(rule: FlowControlRule, node: RuleNode, report: Report): Draft[] {
  const targets = expandTargets(rule, report);
  checkReject(rule, report);
  const threshold = rule.zoneSpec.find((zone) => zone.zone === node.zone)?.threshold ?? rule.threshold;
  const kind = rule.thresholdType === 'concurrency' ? 'concurrency' : threshold === 0 ? 'closed' : 'bucket';
  const text = ruleText(rule);
  return targets.map((target) => ({
    ...target,
    ruleDbId: rule.ruleDbId,
    name: rule.name,
    mode: rule.mode,
    kind,
    threshold,
    timeMs: rule.timeMs,
    maxBurstRatio: rule.maxBurstRatio,
    text,
    rejectStatus: rule.reject.status,
    rejectMessage: rule.reject.message,
  }));
}

/** The rule as the block log prints it; the order of the keys is fixed. */
export function ruleText(rule: FlowControlRule): string {
  const {
    id,
    ruleDbId,
    Resource = null,
    thresholdType,
    threshold,
    timeMs,
    mode,
    maxBurstRatio,
    httpPath,
    httpMethod,
  } = rule;
  const zoneSpec = rule.zoneSpec.length === 0 ? null : rule.zoneSpec;
  return JSON.stringify({
    id,
    ruleDbId,
    Resource,
    thresholdType,
    threshold,
    timeMs,
    mode,
    maxBurstRatio,
    httpPath,
    httpMethod,
    zoneSpec,
  });
}

/** Of rules with the same service, method and conditions only the slowest acts: per mode, and only among rates. */
function dropFaster(drafts: readonly Draft[], idle: IdleProgram[]): Draft[] {
  const slowest = new Map<string, Draft>();
  const keys = new Map<Draft, string>();
  // Equal resources have equal conditions, but for one chance in four thousand million: the text decides.
  const keyOf = (draft: Draft): string => {
    let key = keys.get(draft);
    if (key === undefined) {
      key = `${draft.resource}\n${draft.method}\n${draft.mode}\n${JSON.stringify(draft.conditions)}`;
      keys.set(draft, key);
    }
    return key;
  };
  const speed = (draft: Draft): number => draft.threshold / draft.timeMs;
  for (const draft of drafts) {
    if (draft.kind === 'concurrency') continue;
    const key = keyOf(draft);
    const known = slowest.get(key);
    const isSlower =
      known === undefined ||
      speed(draft) < speed(known) ||
      (speed(draft) === speed(known) && draft.ruleDbId < known.ruleDbId);
    if (isSlower) slowest.set(key, draft);
  }
  return drafts.filter((draft) => {
    if (draft.kind === 'concurrency') return true;
    const winner = slowest.get(keyOf(draft)) as Draft;
    if (winner === draft) return true;
    idle.push(asIdle(draft, `rule ${winner.ruleDbId} has the same service and conditions and is slower`));
    return false;
  });
}
