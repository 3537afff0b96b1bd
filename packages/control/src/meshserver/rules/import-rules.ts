import { type Message, message, messageText, type ms, type ReplyOf } from '@weft/api';
import { ApiFailure, type CallContext } from '../../http/index.ts';
import type { Transaction } from '../../storage/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { changeRules, checkBody, type RuleChange } from './change-rules.ts';
import { diffOf } from './diff.ts';
import type { AnyRuleBody } from './rule-kind.ts';
import type { RuleStore } from './rule-store.ts';
import type { RuleAction } from './rule-versions.ts';

type ImportResult = ReplyOf<(typeof ms)['routes']['importLimitRules']>;
type Item = ImportResult['items'][number];

export interface ImportOptions {
  readonly dryRun: boolean;
  readonly conflict: 'skip' | 'overwrite' | 'duplicate';
  readonly keepState: boolean;
}

interface Plan {
  item: Item;
  readonly body: AnyRuleBody | null;
}

/** Takes rules from a file, all or nothing. */
export async function importRules(
  parts: MeshserverParts,
  rules: RuleStore,
  call: CallContext,
  inputs: readonly unknown[],
  options: ImportOptions,
): Promise<ImportResult> {
  const seen = new Map<string, number>();
  const plans = inputs.map((input, index) => planOf(rules, call, input, index, options, seen));
  const itemsOf = () => plans.map(({ item }) => item);
  if (options.dryRun || plans.some(({ item }) => item.action === 'error')) return { applied: false, items: itemsOf() };
  await changeRules(parts, rules, call, 'import', '', (tx, action) => apply(rules, call, plans, options, tx, action));
  return { applied: true, items: itemsOf() };
}

function planOf(
  rules: RuleStore,
  call: CallContext,
  input: unknown,
  index: number,
  { conflict, keepState }: ImportOptions,
  seen: Map<string, number>,
): Plan {
  const { name = '', app = '' } = (input ?? {}) as { name?: unknown; app?: unknown };
  const shown = { name: String(name).slice(0, 255), app: String(app).slice(0, 128) };
  try {
    const checked = checkBody(rules, keepState ? input : { ...(input as object), enabled: false });
    const known = rules
      .list(call.caller)
      .find((rule) => rule.body.app === checked.app && rule.body.name === checked.name);
    const key = `${checked.app}\n${checked.name}`;
    const first = seen.get(key);
    if (first !== undefined)
      throw new ApiFailure('INVALID', `the file has this name and app twice, first at rules[${first}]`);
    seen.set(key, index);
    if (known === undefined) return { item: { ...shown, action: 'create', message: '', said: null }, body: checked };
    if (conflict === 'skip')
      return { item: itemOf(shown, 'skip', message('import.exists', { rule: known.ruleDbId })), body: null };
    if (conflict === 'overwrite') {
      const rule = known.ruleDbId;
      return diffOf(known.body, replacing(known.body, checked, keepState)).length === 0
        ? { item: itemOf(shown, 'unchanged', message('import.unchanged', { rule })), body: checked }
        : { item: itemOf(shown, 'update', message('import.overwrites', { rule })), body: checked };
    }
    const copy = { ...checked, name: freeName(rules, call, checked) };
    return {
      item: itemOf(copy, 'create', message('import.copy', { name: checked.name })),
      body: copy,
    };
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return {
      item: { ...shown, action: 'error', message: `rules[${index}]: ${allProblems(error)}`, said: null },
      body: null,
    };
  }
}

/** Every field, where the message of an error has room for the first only. */
const allProblems = ({ message, fields }: ApiFailure): string =>
  fields.length < 2 ? message : fields.map((field) => `${field.path}: ${field.message}`).join('; ');

const itemOf = ({ name, app }: Pick<Item, 'name' | 'app'>, action: Item['action'], said: Message): Item => ({
  name,
  app,
  action,
  message: messageText(said),
  said,
});

function freeName(rules: RuleStore, call: CallContext, body: AnyRuleBody): string {
  const taken = new Set(
    rules
      .list(call.caller)
      .filter((rule) => rule.body.app === body.app)
      .map((rule) => rule.body.name),
  );
  for (let number = 2; ; number++) {
    const name = `${body.name.slice(0, 245)} (${number})`;
    if (!taken.has(name)) return name;
  }
}

/** What takes the place of a rule: content from a file must not silently switch off one that acts. */
const replacing = ({ enabled }: AnyRuleBody, body: AnyRuleBody, keepState: boolean): AnyRuleBody =>
  keepState ? body : { ...body, enabled };

async function apply(
  rules: RuleStore,
  call: CallContext,
  plans: readonly Plan[],
  { keepState }: ImportOptions,
  tx: Transaction,
  action: RuleAction,
): Promise<RuleChange[]> {
  const made: RuleChange[] = [];
  for (const plan of plans) {
    const { body, item } = plan;
    if (body === null) continue;
    const before = await rules.readByName(tx, call.caller, body.app, body.name);
    const wanted = before === null ? body : replacing(before.body, body, keepState);
    if (item.action === 'unchanged') {
      if (before !== null && diffOf(before.body, wanted).length === 0) continue;
      // Somebody has changed or deleted it since it was compared.
      plan.item =
        before === null
          ? { ...item, action: 'create', message: '', said: null }
          : itemOf(item, 'update', message('import.overwrites', { rule: before.ruleDbId }));
    }
    const after =
      before === null
        ? await rules.create(tx, call.caller, wanted, action)
        : await rules.replace(tx, before, wanted, action);
    made.push({ before, after });
  }
  return made;
}
