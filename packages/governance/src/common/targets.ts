import { DataIdError, parseServiceDataId } from '@weft/schema/data-id';
import { ERROR_STATUS, isWithin } from '@weft/schema/ranges';
import { regexProblem } from '@weft/schema/regex';
import type { Condition, Direction, RuleMode, RuleScope } from '@weft/schema/wire';
import type { RuleDocument, RuleNode } from '@weft/sdk';
import { conditionId, effectiveConditions } from './condition-id.ts';
import { conditionProblem } from './conditions.ts';
import { parseMethodEntry } from './method-entry.ts';
import { type Report, type RuleProblem, reporter } from './report.ts';
import { resourceName } from './resource.ts';
import { checkScope, outOfScope } from './scope.ts';

/** Rules times services times methods, of all documents together. */
export const MAX_ENTRIES = 50_000;

/** What a wire rule says of the requests that it is for. */
export interface TargetRule {
  readonly Resource?: { readonly name: string };
  readonly services: readonly string[];
  readonly methods: readonly string[];
  readonly direction: Direction;
  readonly conditions: readonly Condition[];
  readonly httpMethod: string;
  readonly httpPath: string;
}

/** What a wire rule of any type has. */
export interface WireRule extends TargetRule {
  readonly ruleDbId: number;
  readonly name: string;
  readonly mode: RuleMode;
  readonly enabled: boolean;
  readonly scope: RuleScope;
  readonly reject: { readonly status: number; readonly message: string };
}

/** One service and method that a rule is for, as plain data. */
export interface RuleTarget {
  readonly direction: Direction;
  readonly service: string;
  /** Method, HTTP verb, or `*`. */
  readonly method: string;
  /** Conditions, with those that the HTTP method and path stand for. */
  readonly conditions: readonly Condition[];
  readonly resource: string;
  readonly conditionId: string;
}

/** What a compiled rule of any type has, on one service and method. */
export interface EntryProgram extends RuleTarget {
  readonly ruleDbId: number;
  readonly name: string;
  readonly mode: RuleMode;
}

/** A rule that is there and does not act, and why. */
export interface IdleProgram extends EntryProgram {
  readonly why: string;
}

/** What compiling the documents of a type gives before slots are planned. */
export interface Expanded<Draft> {
  readonly drafts: readonly Draft[];
  readonly idle: readonly IdleProgram[];
  readonly problems: readonly RuleProblem[];
}

/**
 * Goes through the rules of all documents.
 *
 * @param expand a rule as entries, one for each service and method; reports what is wrong with it
 */
export function expandDocuments<
  Document extends { readonly enabled: boolean },
  Rule extends Pick<WireRule, 'enabled' | 'scope'>,
  Draft extends EntryProgram,
>(
  documents: readonly RuleDocument<Document>[],
  list: string,
  node: RuleNode,
  rulesOf: (document: Document) => readonly Rule[],
  expand: (rule: Rule, report: Report) => readonly Draft[],
): Expanded<Draft> {
  const problems: RuleProblem[] = [];
  const drafts: Draft[] = [];
  const idle: IdleProgram[] = [];
  for (const { dataId, value } of documents) {
    for (const [index, rule] of rulesOf(value).entries()) {
      const report = reporter(problems, dataId, `${list}[${index}]`);
      checkScope(rule.scope, report);
      const expanded = expand(rule, report);
      const why = whyIdle(value.enabled, rule, node);
      if (why !== '') for (const draft of expanded) idle.push(asIdle(draft, why));
      else drafts.push(...expanded);
      if (drafts.length > MAX_ENTRIES) {
        report(
          'services',
          String(drafts.length),
          'too many rules',
          `at most ${MAX_ENTRIES} rules × services × methods`,
        );
        return { drafts: [], idle: [], problems };
      }
    }
  }
  return { drafts, idle, problems };
}

/** What of an entry a rule that does not act is shown with. */
export function asIdle(entry: EntryProgram, why: string): IdleProgram {
  const { ruleDbId, name, mode, direction, service, method, conditions, resource, conditionId: id } = entry;
  return { ruleDbId, name, mode, direction, service, method, conditions, resource, conditionId: id, why };
}

/** Why a rule does not act, in words; '' when it does. */
export function whyIdle(documentEnabled: boolean, rule: Pick<WireRule, 'enabled' | 'scope'>, node: RuleNode): string {
  if (!documentEnabled) return 'the document is switched off';
  if (!rule.enabled) return 'the rule is switched off';
  return outOfScope(rule.scope, node);
}

/** Reports what is wrong with the answer that a rule wants. */
export function checkReject({ reject }: Pick<WireRule, 'reject'>, report: Report): void {
  if (!isWithin(ERROR_STATUS, reject.status))
    report('reject.status', String(reject.status), 'no status of an error', '0, or a status from 400 to 599');
}

/** A rule for several services or methods is as many rules. */
export function expandTargets(rule: TargetRule, report: Report): RuleTarget[] {
  const named =
    rule.services.length > 0 ? { services: rule.services, direction: rule.direction } : fromResource(rule, report);
  if (named === null) return [];
  for (const [index, service] of rule.services.entries()) checkService(service, index, report);
  checkConditions(rule.conditions, 'conditions', report);
  if (rule.httpPath !== '') {
    const problem = regexProblem(rule.httpPath);
    if (problem !== null) report('httpPath', JSON.stringify(rule.httpPath), problem.message, problem.expected);
  }
  const targets: RuleTarget[] = [];
  const { direction } = named;
  const methods = named.method === undefined ? rule.methods : [named.method];
  for (const [index, entry] of methods.entries()) {
    if (methods.indexOf(entry) < index) continue;
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
    // The same one twice is one: it would count, delay or copy twice.
    for (const service of new Set(named.services))
      targets.push({
        direction,
        service,
        method: parsed.method,
        conditions,
        resource: resourceName(service, parsed.method, direction, id),
        conditionId: id,
      });
  }
  return targets;
}

/** Reports what is wrong with conditions at `place`. */
export function checkConditions(conditions: readonly Condition[], place: string, report: Report): void {
  for (const [index, condition] of conditions.entries()) {
    const problem = conditionProblem(condition);
    if (problem !== null)
      report(`${place}[${index}].${problem.path}`, JSON.stringify(problem.value), problem.message, problem.expected);
  }
}

/** Equality instead of an expression: many rules for single paths are found by the path. */
function withExactPath(conditions: Condition[], path: string): Condition[] {
  return [...conditions, { type: 'SYSTEM', field: 'http.path', operation: 'EQUAL', value: [path] }];
}

export function checkService(service: string, index: number, report: Report, place = 'services'): void {
  if (service === '*') return;
  try {
    parseServiceDataId(service);
  } catch (error) {
    if (!(error instanceof DataIdError)) throw error;
    report(
      `${place}[${index}]`,
      JSON.stringify(service),
      `not the id of a service, position ${error.position}`,
      error.expected,
    );
  }
}

/** `<service>[.<method>]:<i|o>:r[#id]` as service, method and direction. */
function fromResource(
  rule: TargetRule,
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
