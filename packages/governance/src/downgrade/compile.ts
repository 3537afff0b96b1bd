import { ERROR_STATUS, isWithin } from '@weft/schema/ranges';
import type { Condition, DowngradeDocument, DowngradeRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import {
  checkConditions,
  conditionId,
  expandDocuments,
  type Report,
  resourceName,
  systemField,
} from '../common/index.ts';
import { answerOf } from './answer.ts';
import type { DowngradeEntryProgram, DowngradeProgram } from './program.ts';

type Draft = Omit<DowngradeEntryProgram, 'slot'>;
type Action = DowngradeRule['actions'][number];

/** Compiles all documents of degradation rules; pure. */
export function compileDowngrades(
  documents: readonly RuleDocument<DowngradeDocument>[],
  node: RuleNode,
): CompiledRules<DowngradeProgram> {
  const { drafts, idle, problems } = expandDocuments(
    documents,
    'downgradeRules',
    node,
    (document) => document.downgradeRules,
    (rule: DowngradeRule, report) => expandRule(rule, report),
  );
  const slots: SlotPlan[] = [];
  const seen = new Map<string, number>();
  const entries = drafts.map((draft): DowngradeEntryProgram => {
    const key = `${draft.ruleDbId}|${draft.resource}|${draft.mode}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const { ruleDbId, resource, direction, mode } = draft;
    const plan = { parameters: [], ruleDbId, resource, direction, mode, countsInFlight: false };
    return { ...draft, slot: slots.push({ ...plan, key: count === 0 ? key : `${key}|${count}` }) - 1 };
  });
  return { program: { entries, idle }, slots, active: entries.length, problems, warnings: [] };
}

function expandRule(rule: DowngradeRule, report: Report): Draft[] {
  checkConditions(rule.conditions, 'conditions', report);
  const { services, methods, rest } = splitConditions(rule.conditions);
  const index = Math.max(0, rule.actions.findIndex(acts));
  const action = rule.actions[index];
  const control = action !== undefined && acts(action);
  const place = `actions[${index}]`;
  const answer = action === undefined ? null : answerOf(action, services, place, report);
  const { status, message } = errorOf(action, place, report);
  const id = conditionId(rest);
  return services.flatMap((service) =>
    methods.map(
      (method): Draft => ({
        direction: 'CLIENT',
        service,
        method,
        conditions: rest,
        resource: resourceName(service, method, 'CLIENT', id),
        conditionId: id,
        ruleDbId: rule.ruleDbId,
        name: rule.name,
        mode: control ? 'CONTROL' : 'OBSERVE',
        written: rule.conditions,
        status,
        message,
        answer,
        logLevel: rule.logConfig.enabled ? rule.logConfig.level : '',
      }),
    ),
  );
}

const acts = ({ type, enabled }: Action): boolean => enabled && type !== 'OBSERVE';

/** Service and method that conditions ask for are what a rule is found by; the others are asked of each request. */
function splitConditions(conditions: readonly Condition[]): {
  readonly services: readonly string[];
  readonly methods: readonly string[];
  readonly rest: readonly Condition[];
} {
  const named = (field: string): Condition | undefined =>
    conditions.find(
      (condition) =>
        condition.type === 'SYSTEM' &&
        systemField(condition.field) === field &&
        (condition.operation === 'EQUAL' || condition.operation === 'IN'),
    );
  const service = named('destination.service.name');
  const method = named('destination.method.name');
  return {
    services: service?.value ?? ['*'],
    methods: method?.value ?? ['*'],
    rest: conditions.filter((condition) => condition !== service && condition !== method),
  };
}

function errorOf(
  action: Action | undefined,
  place: string,
  report: Report,
): { readonly status: number; readonly message: string } {
  const [details] = action?.extension ?? [];
  const { status = 0, message = '' } = details ?? {};
  if (action?.type !== 'REJECT') return { status: 0, message: '' };
  const whole = typeof status === 'number' && Number.isInteger(status);
  if (!whole || !isWithin(ERROR_STATUS, status))
    report(
      `${place}.extension[0].status`,
      JSON.stringify(status),
      'no status of an error',
      '0, or a status from 400 to 599',
    );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not reach a header or a log
  if (typeof message !== 'string' || message.length > 512 || /[\u0000-\u001f\u007f]/.test(message))
    report(
      `${place}.extension[0].message`,
      JSON.stringify(message),
      'no message',
      'a text of at most 512 characters without control characters',
    );
  return { status: whole ? status : 0, message: typeof message === 'string' ? message : '' };
}
