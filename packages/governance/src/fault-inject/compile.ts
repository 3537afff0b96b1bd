import { FAULT_DELAY, isWithin } from '@weft/schema/ranges';
import type { FaultDocument, FaultRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import { checkConditions, expandDocuments, expandTargets, type Report, type TargetRule } from '../common/index.ts';
import type { FaultEntryProgram, FaultProgram } from './program.ts';
import { parseFaultStatus, STATUS_EXPECTED } from './status.ts';

type Draft = Omit<FaultEntryProgram, 'slot'>;

/** Compiles all documents of fault-injection rules; pure. */
export function compileFaults(
  documents: readonly RuleDocument<FaultDocument>[],
  node: RuleNode,
): CompiledRules<FaultProgram> {
  const { drafts, idle, problems } = expandDocuments(
    documents,
    'faultInjectRules',
    node,
    (document) => document.faultInjectRules,
    expandRule,
  );
  const slots: SlotPlan[] = [];
  const seen = new Map<string, number>();
  const entries = drafts.map((draft): FaultEntryProgram => {
    const key = `${draft.ruleDbId}|${draft.item}|${draft.resource}|${draft.mode}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const slot =
      slots.push({
        key: count === 0 ? key : `${key}|${count}`,
        parameters: [draft.ttlSeconds],
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

function expandRule(rule: FaultRule, report: Report): Draft[] {
  return rule.faultInjectRuleItems.flatMap((item, index): Draft[] => {
    const place = `faultInjectRuleItems[${index}]`;
    checkConditions(item.trafficConditions, `${place}.trafficConditions`, report);
    const { configs, ruleType } = item;
    const status = parseFaultStatus(configs.code);
    if (status === null) report(`${place}.configs.code`, JSON.stringify(configs.code), 'no status', STATUS_EXPECTED);
    if (ruleType === 'DELAY' && !isWithin(FAULT_DELAY, configs.fixedDelay))
      report(`${place}.configs.fixedDelay`, String(configs.fixedDelay), 'no delay', 'a delay from 1 to 3600000 ms');
    const conditions = [...rule.conditions, ...item.trafficConditions];
    const target = { ...rule, ...targetOf(rule), conditions };
    // What is wrong with services, methods and the rule's own conditions is said once.
    const targets = expandTargets(target, index === 0 ? withoutItems(report, rule.conditions.length) : () => {});
    return targets.map((own) => ({
      ...own,
      ruleDbId: rule.ruleDbId,
      name: rule.name,
      mode: item.action.type === 'PASS' ? 'OBSERVE' : rule.mode,
      trafficConditions: conditions.length,
      item: index,
      fault: ruleType,
      httpStatus: status?.http ?? 500,
      grpcStatus: status?.grpc ?? -1,
      delayMs: ruleType === 'DELAY' ? configs.fixedDelay : 0,
      percent: configs.faultPercent,
      ttlSeconds: rule.ttlSeconds,
    }));
  });
}

/** Conditions behind those of the rule are the fault's own, and have been looked at where they stand. */
function withoutItems(report: Report, own: number): Report {
  return (place, found, message, expected) => {
    const index = /^conditions\[(\d+)\]/.exec(place)?.[1];
    if (index === undefined || Number(index) < own) report(place, found, message, expected);
  };
}

/** Rules of other products name service, method and direction in fields of their own. */
function targetOf(rule: FaultRule): Partial<TargetRule> {
  if (rule.services.length > 0 || rule.resource === '') return {};
  if (/:[io]:[a-z](?:#|$)/.test(rule.resource)) return { Resource: { name: rule.resource } };
  return {
    services: [rule.resource],
    methods: rule.methodName === '' ? rule.methods : [rule.methodName],
    ...(rule.trafficType === '' ? {} : { direction: rule.trafficType === 'i' ? 'SERVER' : 'CLIENT' }),
  };
}
