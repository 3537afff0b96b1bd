import type { ApiClient, FieldChange, RuleInput } from '@weft/api';
import { EXIT } from '@weft/kit';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { compareBySchema } from './compare-rules.ts';
import { allRules, findRule } from './find-rule.ts';
import { awaitPush, frozenLines, readVersion, readWait, type WaitOption } from './rule-actions.ts';
import { previewRules, refuseTwins, type TypedRule, typedRules } from './rule-check.ts';
import { readRules } from './rule-file.ts';
import { changeLines, pushText } from './rule-text.ts';
import type { Rule, RuleType, TypeOption } from './rule-types.ts';

export interface ApplyOptions extends WaitOption {
  readonly file: string;
  readonly comment?: string;
}
export interface DiffOptions extends TypeOption {
  readonly file?: string;
  readonly from?: string;
  readonly to?: string;
}
export async function apply(client: ApiClient, options: ApplyOptions): Promise<Outcome> {
  const waitMs = readWait(options.wait);
  const wanted = await typedRules(client, await readRules(options.file), options.type);
  refuseTwins(wanted);
  const before = await known(wanted);
  const previews = await previewRules(wanted);
  if (options.dryRun === true)
    return tryOut(
      wanted,
      before,
      previews.map(({ warnings }) => warnings),
    );
  const done: { rule: Rule; of: RuleType; what: string }[] = [];
  for (const { body, of } of wanted) {
    const old = before.get(keyOf(of, body));
    const rule = await of.calls.putByName({
      params: { name: body.name },
      body,
      ...(options.comment === undefined ? {} : { query: { comment: options.comment } }),
    });
    const what = old === undefined ? 'created' : old.version === rule.version ? 'unchanged' : 'changed';
    done.push({ rule, of, what });
  }
  const rows: { rule: Rule; what: string; push: string; ok: boolean; frozen: string[] }[] = [];
  for (const { rule, of, what } of done) {
    const { push } = await awaitPush({ rule, of }, what === 'unchanged' ? 0 : waitMs);
    const ok = push.rejected === 0 && push.state !== 'pending';
    rows.push({ rule, what, push: pushText({ push, enabled: rule.enabled }), ok, frozen: frozenLines(push) });
  }
  const refused = rows.some((row) => !row.ok);
  const text = formatTable(
    ['id', 'rule', 'done', 'state', 'push'],
    rows.map(({ rule, what, push }) => [
      rule.ruleDbId,
      `${rule.app}/${rule.name}`,
      what,
      rule.enabled ? 'on' : 'off',
      push,
    ]),
    'the file has no rules',
  );
  const off = rows.some(({ rule }) => !rule.enabled)
    ? '\nrules that are off act once they are on: weft rule enable NAME'
    : '';
  const warnings = rows.flatMap(({ rule }) =>
    rule.warnings.map((warning) => `  ! ${rule.app}/${rule.name}: ${warning}`),
  );
  return {
    exitCode: refused ? EXIT.FAILED : EXIT.OK,
    // The same for all of them.
    text: [`${text}${off}`, ...warnings, ...(rows.find(({ frozen }) => frozen.length > 0)?.frozen ?? [])].join('\n'),
    json: { ok: !refused, items: rows.map(({ rule, what }) => ({ rule, done: what })) },
  };
}

/** Without `enabled`, a rule keeps the switch that it has. */
const withSwitch = (body: RuleInput, old: Rule): object => ({ enabled: old.enabled, ...body });

/** Says what would change. */
function tryOut(
  wanted: readonly TypedRule[],
  before: ReadonlyMap<string, Rule>,
  warnings: readonly (readonly string[])[],
): Outcome {
  const items: { rule: string; done: string; changes: readonly FieldChange[]; warnings: readonly string[] }[] = [];
  for (const [index, { body, of }] of wanted.entries()) {
    const old = before.get(keyOf(of, body));
    const changes = old === undefined ? [] : compareBySchema(of.kind.body as object, old, withSwitch(body, old));
    const done = old === undefined ? 'would be created' : changes.length === 0 ? 'unchanged' : 'would change';
    items.push({ rule: `${body.app}/${body.name}`, done, changes, warnings: warnings[index] ?? [] });
  }
  const lines = items.flatMap(({ rule, done, changes, warnings }) => [
    `${rule} ${done}`,
    ...changeLines(changes),
    ...warnings.map((warning) => `  ! ${warning}`),
  ]);
  return {
    exitCode: EXIT.OK,
    text: [...(lines.length === 0 ? ['the file has no rules'] : lines), 'a dry run: nothing was changed'].join('\n'),
    json: { ok: true, dryRun: true, items },
  };
}

export async function diff(client: ApiClient, wanted: string | undefined, options: DiffOptions): Promise<Outcome> {
  if ((wanted === undefined) === (options.file === undefined))
    throw new CommandError(EXIT.USAGE, 'usage', 'diff takes either a rule with --from, or a file with -f');
  if (options.file !== undefined) return diffFile(client, options.file, options.type);
  if (options.from === undefined) throw new CommandError(EXIT.USAGE, 'usage', '--from: which version to compare with?');
  const { rule, of } = await findRule(client, wanted as string, options.type);
  const from = readVersion('--from', options.from);
  const to = options.to === undefined ? rule.version : readVersion('--to', options.to);
  const { changes } = await of.calls.diff({ params: { id: rule.ruleDbId }, query: { from, to } });
  return outcomeOf([{ rule: `${rule.app}/${rule.name}`, changes, isNew: false }], `version ${from} → ${to}`);
}

async function diffFile(client: ApiClient, file: string, type: string | undefined): Promise<Outcome> {
  const wanted = await typedRules(client, await readRules(file), type);
  refuseTwins(wanted);
  const before = await known(wanted);
  const found = wanted.map(({ body, of }) => {
    const old = before.get(keyOf(of, body));
    const changes = old === undefined ? [] : compareBySchema(of.kind.body as object, old, withSwitch(body, old));
    return { rule: `${body.app}/${body.name}`, changes, isNew: old === undefined };
  });
  return outcomeOf(found, 'in force → file');
}

function outcomeOf(
  rules: readonly { readonly rule: string; readonly changes: readonly FieldChange[]; readonly isNew: boolean }[],
  heading: string,
): Outcome {
  const different = rules.filter((item) => item.isNew || item.changes.length > 0);
  const text =
    different.length === 0
      ? `${heading}: no difference`
      : different
          .flatMap((item) => [`${item.rule}  ${item.isNew ? 'is new' : heading}`, ...changeLines(item.changes)])
          .join('\n');
  return {
    exitCode: different.length === 0 ? EXIT.OK : EXIT.FAILED,
    text,
    json: { ok: different.length === 0, items: rules },
  };
}

const keyOf = ({ kind }: RuleType, { app, name }: Pick<RuleInput, 'app' | 'name'>): string =>
  `${kind.segment} ${app}/${name}`;

/** The rules that there are, of the types of those that are wanted. */
async function known(wanted: readonly TypedRule[]): Promise<Map<string, Rule>> {
  const types = new Map(wanted.map(({ of }) => [of.kind.segment, of]));
  const all = await allRules([...types.values()]);
  return new Map(all.map(({ rule, of }) => [keyOf(of, rule), rule]));
}
