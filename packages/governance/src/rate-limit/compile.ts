import type { ConfigProblem } from '@weft/kit';
import { DataIdError, parseServiceDataId } from '@weft/schema/data-id';
import { regexProblem } from '@weft/schema/regex';
import type { Condition, Direction, FlowControlDocument, FlowControlRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import {
  conditionId,
  conditionProblem,
  effectiveConditions,
  outOfScope,
  parseMethodEntry,
  resourceName,
} from '../common/index.ts';
import type { IdleEntryProgram, LimitEntryProgram, LimitProgram } from './program.ts';

/** Rules times services times methods, of all documents together. */
export const MAX_ENTRIES = 50_000;
const MAX_PROBLEMS = 20;

type Problem = ConfigProblem & { readonly dataId: string };
type Draft = Omit<LimitEntryProgram, 'slot'>;

/** Compiles all documents of rate-limit rules; pure. */
export function compileLimits(
  documents: readonly RuleDocument<FlowControlDocument>[],
  node: RuleNode,
): CompiledRules<LimitProgram> {
  const problems: Problem[] = [];
  const warnings: ConfigProblem[] = [];
  const drafts: Draft[] = [];
  const idle: IdleEntryProgram[] = [];
  for (const { dataId, value } of documents) {
    for (const [index, rule] of value.flowControlRules.entries()) {
      const path = `flowControlRules[${index}]`;
      const report = (place: string, found: string | undefined, message: string, expected: string): void => {
        if (problems.length >= MAX_PROBLEMS) return;
        const shown = found === undefined ? {} : { value: found };
        problems.push({ dataId, file: dataId, path: `${path}.${place}`, message, expected, ...shown });
      };
      const expanded = expandRule(rule, node, report);
      const why = whyIdle(value, rule, node);
      if (why !== '') for (const draft of expanded) idle.push({ ...draft, why });
      else drafts.push(...expanded);
      if (drafts.length > MAX_ENTRIES) {
        report(
          'services',
          String(drafts.length),
          'too many rules',
          `at most ${MAX_ENTRIES} rules × services × methods`,
        );
        return { program: { entries: [], idle: [] }, slots: [], active: 0, problems, warnings };
      }
    }
  }
  const acting = dropFaster(drafts, idle);
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
  return { program: { entries, idle }, slots, active: entries.length, problems, warnings };
}

function whyIdle(document: FlowControlDocument, rule: FlowControlRule, node: RuleNode): string {
  if (!document.enabled) return 'the document is switched off';
  if (!rule.enabled) return 'the rule is switched off';
  return outOfScope(rule.scope, node);
}

type Report = (place: string, found: string | undefined, message: string, expected: string) => void;

/** A rule for several services or methods is as many rules. */
function expandRule(rule: FlowControlRule, node: RuleNode, report: Report): Draft[] {
  const named =
    rule.services.length > 0 ? { services: rule.services, direction: rule.direction } : fromResource(rule, report);
  if (named === null) return [];
  for (const [index, service] of rule.services.entries()) checkService(service, index, report);
  for (const [index, condition] of rule.conditions.entries()) {
    const problem = conditionProblem(condition);
    if (problem !== null)
      report(`conditions[${index}].${problem.path}`, JSON.stringify(problem.value), problem.message, problem.expected);
  }
  if (rule.httpPath !== '') {
    const problem = regexProblem(rule.httpPath);
    if (problem !== null) report('httpPath', JSON.stringify(rule.httpPath), problem.message, problem.expected);
  }
  if (rule.reject.status !== 0 && rule.reject.status < 400)
    report('reject.status', String(rule.reject.status), 'no status of an error', '0, or a status from 400 to 599');
  const threshold = rule.zoneSpec.find((zone) => zone.zone === node.zone)?.threshold ?? rule.threshold;
  const drafts: Draft[] = [];
  const direction: Direction = named.direction;
  const common = {
    ruleDbId: rule.ruleDbId,
    name: rule.name,
    direction,
    mode: rule.mode,
    kind:
      rule.thresholdType === 'concurrency'
        ? ('concurrency' as const)
        : threshold === 0
          ? ('closed' as const)
          : ('bucket' as const),
    threshold,
    timeMs: rule.timeMs,
    maxBurstRatio: rule.maxBurstRatio,
    text: ruleText(rule),
    rejectStatus: rule.reject.status,
    rejectMessage: rule.reject.message,
  };
  const methods = named.method === undefined ? rule.methods : [named.method];
  for (const [index, entry] of methods.entries()) {
    const parsed = parseMethodEntry(entry);
    if ('message' in parsed) {
      report(`methods[${index}]`, JSON.stringify(entry), parsed.message, parsed.expected);
      continue;
    }
    // An entry of its own kind says more than the fields that were derived from it.
    const httpMethod = parsed.httpMethod || rule.httpMethod;
    const httpPath = parsed.httpPath || rule.httpPath;
    const effective = effectiveConditions(rule.conditions, httpMethod, httpPath);
    const id = conditionId(effective);
    const conditions =
      parsed.exactPath === ''
        ? effective
        : withExactPath(effectiveConditions(rule.conditions, httpMethod, ''), parsed.exactPath);
    for (const service of named.services)
      drafts.push({
        ...common,
        service,
        method: parsed.method,
        conditions,
        resource: resourceName(service, parsed.method, direction, id),
        conditionId: id,
      });
  }
  return drafts;
}

/** Equality instead of an expression: many rules for single paths are found by the path. */
function withExactPath(conditions: Condition[], path: string): Condition[] {
  return [...conditions, { type: 'SYSTEM', field: 'http.path', operation: 'EQUAL', value: [path] }];
}

function checkService(service: string, index: number, report: Report): void {
  if (service === '*') return;
  try {
    parseServiceDataId(service);
  } catch (error) {
    if (!(error instanceof DataIdError)) throw error;
    report(
      `services[${index}]`,
      JSON.stringify(service),
      `not the id of a service, position ${error.position}`,
      error.expected,
    );
  }
}

/** `<service>[.<method>]:<i|o>:r[#id]` as service, method and direction. */
function fromResource(
  rule: FlowControlRule,
  report: Report,
): { readonly services: readonly string[]; readonly direction: Direction; readonly method?: string } | null {
  const name = rule.Resource?.name ?? '';
  const parts = /^(.*):([io]):[a-z](?:#.*)?$/.exec(name);
  if (parts === null) {
    if (name === '') report('services', undefined, 'missing', 'at least one service, or a Resource with a name');
    else report('Resource.name', JSON.stringify(name), 'not a resource', '`<service>[.<method>]:<i or o>:r`');
    return null;
  }
  const direction: Direction = parts[2] === 'i' ? 'SERVER' : 'CLIENT';
  const base = parts[1] as string;
  if (base === '*' || base === '*.*') return { services: ['*'], direction };
  if (isService(base)) return { services: [base], direction };
  const dot = base.lastIndexOf('.');
  const service = base.slice(0, Math.max(dot, 0));
  if (service !== '*' && !isService(service)) {
    report(
      'Resource.name',
      JSON.stringify(name),
      'not a resource',
      '`<service>[.<method>]:<i or o>:r` with the id of a service',
    );
    return null;
  }
  return { services: [service], direction, method: base.slice(dot + 1) };
}

function isService(text: string): boolean {
  try {
    parseServiceDataId(text);
    return true;
  } catch (error) {
    if (error instanceof DataIdError) return false;
    throw error;
  }
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
function dropFaster(drafts: readonly Draft[], idle: IdleEntryProgram[]): Draft[] {
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
    idle.push({ ...draft, why: `rule ${winner.ruleDbId} has the same service and conditions and is slower` });
    return false;
  });
}
