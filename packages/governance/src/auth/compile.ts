import type { Condition, RbacDocument, RbacEntry, RbacRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import {
  asIdle,
  checkConditions,
  checkReject,
  checkScope,
  checkService,
  conditionId,
  effectiveConditions,
  type IdleProgram,
  MAX_ENTRIES,
  parseMethodEntry,
  type Report,
  type RuleProblem,
  reporter,
  resourceName,
  whyIdle,
} from '../common/index.ts';
import type { AuthListProgram, AuthProgram, AuthRuleProgram } from './program.ts';

type Draft = Omit<AuthRuleProgram, 'slot' | 'entry'>;

/** Compiles all documents of authorization rules; pure. */
export function compileAuth(
  documents: readonly RuleDocument<RbacDocument>[],
  node: RuleNode,
): CompiledRules<AuthProgram> {
  const problems: RuleProblem[] = [];
  const idle: IdleProgram[] = [];
  const lists: AuthListProgram[] = [];
  const rules: AuthRuleProgram[] = [];
  const slots: SlotPlan[] = [];
  const seen = new Map<string, number>();
  for (const { dataId, value } of documents) {
    for (const [index, entry] of value.rbacRules.entries()) {
      const path = `rbacRules[${index}]`;
      checkEntry(entry, reporter(problems, dataId, path));
      const { service, whiteListEnabled: white, blackListEnabled: black, defaultDeny } = entry;
      const place = value.enabled ? lists.push({ service, white, black, defaultDeny }) - 1 : -1;
      for (const [at, rule] of entry.rules.entries()) {
        const report = reporter(problems, dataId, `${path}.rules[${at}]`);
        checkScope(rule.scope, report);
        const drafts = expandRule(rule, entry, report);
        const why = whyIdle(value.enabled, rule, node) || whyListIsOff(rule, entry);
        if (why !== '') {
          for (const draft of drafts) idle.push(asIdle(draft, why));
          continue;
        }
        for (const draft of drafts) {
          const key = `${draft.ruleDbId}|${draft.resource}|${draft.mode}`;
          const count = seen.get(key) ?? 0;
          seen.set(key, count + 1);
          const slot = slots.push({ ...planOf(draft), key: count === 0 ? key : `${key}|${count}` }) - 1;
          rules.push({ ...draft, entry: place, slot });
        }
        if (rules.length > MAX_ENTRIES) {
          report('rules', String(rules.length), 'too many rules', `at most ${MAX_ENTRIES} rules × methods`);
          return { program: { lists: [], rules: [], idle: [] }, slots: [], active: 0, problems, warnings: [] };
        }
      }
    }
  }
  return { program: { lists, rules, idle }, slots, active: rules.length, problems, warnings: [] };
}

function planOf({ ruleDbId, resource, mode }: Draft): Omit<SlotPlan, 'key'> {
  return { parameters: [], ruleDbId, resource, direction: 'SERVER', mode, countsInFlight: false };
}

function checkEntry({ service }: RbacEntry, report: Report): void {
  // A list has one service: its place has no index.
  checkService(service, 0, (_place, ...rest) => report('service', ...rest));
}

function whyListIsOff({ type }: RbacRule, { whiteListEnabled, blackListEnabled }: RbacEntry): string {
  if (type === 'WHITELIST') return whiteListEnabled ? '' : 'the whitelist of the service is switched off';
  return blackListEnabled ? '' : 'the blacklist of the service is switched off';
}

/** A rule for several HTTP paths is as many rules; methods of RPC are one more condition. */
function expandRule(rule: RbacRule, { service }: RbacEntry, report: Report): Draft[] {
  checkConditions(rule.conditions, 'conditions', report);
  checkReject(rule, report);
  const plain: string[] = [];
  const paths: (readonly [httpMethod: string, httpPath: string])[] = [];
  for (const [index, text] of rule.methods.entries()) {
    const entry = parseMethodEntry(text);
    if ('message' in entry) report(`methods[${index}]`, JSON.stringify(text), entry.message, entry.expected);
    else if (entry.httpMethod === '' && entry.httpPath === '') plain.push(entry.method);
    else paths.push([entry.httpMethod, entry.httpPath]);
  }
  const variants = paths.map(([httpMethod, httpPath]) => effectiveConditions(rule.conditions, httpMethod, httpPath));
  if (plain.includes('*')) variants.unshift(effectiveConditions(rule.conditions, '', ''));
  else if (plain.length > 0) variants.unshift([...effectiveConditions(rule.conditions, '', ''), methodIn(plain)]);
  return variants.map((conditions) => {
    const id = conditionId(conditions);
    return {
      direction: 'SERVER',
      service,
      method: '*',
      conditions,
      resource: resourceName(service, '*', 'SERVER', id),
      conditionId: id,
      ruleDbId: rule.ruleDbId,
      name: rule.name,
      mode: rule.mode,
      list: rule.type,
      rejectStatus: rule.reject.status,
      rejectMessage: rule.reject.message,
    };
  });
}

const methodIn = (value: readonly string[]): Condition => ({
  type: 'SYSTEM',
  field: 'destination.method.name',
  operation: 'IN',
  value: [...value],
});
