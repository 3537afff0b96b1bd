import { writeFileSync } from 'node:fs';
import type { ApiClient, FieldChange, RuleFile, RuleInput } from '@weft/api';
import type { ForeignRemark, Translation } from '@weft/api/foreign-rules';
import { EXIT } from '@weft/kit';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { compareBySchema } from './compare-rules.ts';
import { allRules, findRule } from './find-rule.ts';
import { awaitPush, readVersion, readWait, type WaitOption } from './rule-actions.ts';
import { isObject, readDocument, readRules } from './rule-file.ts';
import { changeLines, pushText } from './rule-text.ts';
import { type Rule, type RuleType, ruleType, type TypeOption } from './rule-types.ts';

export interface ApplyOptions extends WaitOption {
  readonly file: string;
  readonly comment?: string;
}
export interface DiffOptions extends TypeOption {
  readonly file?: string;
  readonly from?: string;
  readonly to?: string;
}
export interface ImportOptions extends TypeOption {
  readonly dryRun?: boolean;
  readonly conflict: string;
  readonly keepState?: boolean;
  /** Of which product the file is; found out when not given. */
  readonly format?: string;
  readonly app?: string;
  readonly service?: string;
  /** Import what can be translated. */
  readonly partial?: boolean;
}

export async function apply(client: ApiClient, options: ApplyOptions): Promise<Outcome> {
  const waitMs = readWait(options.wait);
  const wanted = await typedRules(client, await readRules(options.file), options.type);
  const before = await known(wanted);
  if (options.dryRun === true) return tryOut(wanted, before);
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
  const rows: { rule: Rule; what: string; push: string; ok: boolean }[] = [];
  for (const { rule, of, what } of done) {
    const { push } = await awaitPush({ rule, of }, what === 'unchanged' ? 0 : waitMs);
    rows.push({ rule, what, push: pushText({ push }), ok: push.rejected === 0 && push.state !== 'pending' });
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
  return {
    exitCode: refused ? EXIT.FAILED : EXIT.OK,
    text: `${text}${off}`,
    json: { ok: !refused, items: rows.map(({ rule, what }) => ({ rule, done: what })) },
  };
}

/** Without `enabled`, a rule keeps the switch that it has. */
const withSwitch = (body: RuleInput, old: Rule): object => ({ enabled: old.enabled, ...body });

interface TypedRule {
  readonly body: RuleInput;
  readonly of: RuleType;
}

/** Each rule with its type: its own word `type`, else that of the command, else rate limiting. */
async function typedRules(client: ApiClient, rules: readonly RuleInput[], type?: string): Promise<TypedRule[]> {
  const typed: TypedRule[] = [];
  for (const rule of rules) {
    const { type: own, ...body } = rule as RuleInput & { readonly type?: unknown };
    typed.push({ body, of: await ruleType(client, typeof own === 'string' ? own : type) });
  }
  return typed;
}

/** Has the control plane check every rule as if it came, and says what would change. */
async function tryOut(wanted: readonly TypedRule[], before: ReadonlyMap<string, Rule>): Promise<Outcome> {
  const items: { rule: string; done: string; changes: readonly FieldChange[]; warnings: readonly string[] }[] = [];
  for (const { body, of } of wanted) {
    const said = (await of.calls.preview({ body })) as unknown as { readonly warnings: readonly string[] };
    const old = before.get(keyOf(of, body));
    const changes = old === undefined ? [] : compareBySchema(of.kind.body as object, old, withSwitch(body, old));
    const done = old === undefined ? 'would be created' : changes.length === 0 ? 'unchanged' : 'would change';
    items.push({ rule: `${body.app}/${body.name}`, done, changes, warnings: said.warnings });
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

export async function exportRules(
  client: ApiClient,
  wanted: readonly string[],
  options: TypeOption & { readonly output?: string },
): Promise<Outcome> {
  const { output } = options;
  const ids: number[] = [];
  const { kind, calls } = await ruleType(client, options.type);
  for (const one of wanted) ids.push((await findRule(client, one, kind.segment)).rule.ruleDbId);
  const file = await calls.exportFile({ body: ids.length === 0 ? {} : { ids } });
  const text = JSON.stringify(file, null, 2);
  if (output === undefined) return { exitCode: EXIT.OK, text, json: file };
  writeFileSync(output, `${text}\n`);
  const count = file.rules.length;
  return {
    exitCode: EXIT.OK,
    text: `${output}: ${count} ${count === 1 ? 'rule' : 'rules'}`,
    json: { ok: true, file: output, rules: count },
  };
}

export async function importRules(client: ApiClient, file: string, options: ImportOptions): Promise<Outcome> {
  const conflict = (['skip', 'overwrite', 'duplicate'] as const).find((item) => item === options.conflict);
  if (conflict === undefined)
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--conflict: found "${options.conflict}", expected skip, overwrite, duplicate`,
    );
  const { body, remarks } = await readImport(file, options);
  const type = body.type ?? options.type;
  const leftOut = remarks.some(({ kind }) => kind === 'left out');
  // All or nothing, unless somebody says otherwise.
  const dryRun = options.dryRun === true || (leftOut && options.partial !== true);
  const { applied, items } = await (await ruleType(client, type)).calls.importFile({
    query: {
      conflict,
      ...(dryRun ? { dryRun: true } : {}),
      ...(options.keepState === true ? { keepState: true } : {}),
    },
    body,
  });
  const failed = items.some((item) => item.action === 'error') || (leftOut && options.partial !== true);
  const table = formatTable(
    ['rule', 'action', 'message'],
    items.map((item) => [`${item.app}/${item.name}`, item.action, item.message]),
    remarks.length === 0 ? 'the file has no rules' : 'no rule of the file can be imported',
  );
  const hint = leftOut && options.partial !== true ? '; --partial imports the others' : '';
  const end = failed ? `nothing was changed${hint}` : applied ? 'imported' : 'a dry run: nothing was changed';
  const said = remarks.map(({ rule, kind, message }) => `  ! ${rule} ${kind}: ${message}`);
  return {
    exitCode: failed ? EXIT.FAILED : EXIT.OK,
    text: [table, ...said, end].join('\n'),
    json: { ok: !failed, applied, items, remarks },
  };
}

/** A file of `weft rule export`, or one of another product in the words of one. */
async function readImport(
  file: string,
  { format: wanted, app, service }: ImportOptions,
): Promise<{ readonly body: RuleFile; readonly remarks: readonly ForeignRemark[] }> {
  const { detectForeignFormat, FOREIGN_FORMATS, translateForeignRules } = await import('@weft/api/foreign-rules');
  const formats = ['weft', ...FOREIGN_FORMATS] as const;
  const named = formats.find((item) => item === wanted);
  if (wanted !== undefined && named === undefined)
    throw new CommandError(EXIT.USAGE, 'usage', `--format: found "${wanted}", expected ${formats.join(', ')}`);
  const document = await readDocument(file);
  const isOwn = isObject(document) && document['format'] === 'weft-rules/v1';
  const format = named ?? (isOwn ? 'weft' : (detectForeignFormat(document) ?? 'weft'));
  if (format === 'weft') {
    if (isOwn) return { body: document as unknown as RuleFile, remarks: [] };
    throw new CommandError(
      EXIT.USAGE,
      'rule_file',
      `${file} is neither a file of weft rule export (format weft-rules/v1) nor one of ${FOREIGN_FORMATS.join(', ')}; weft rule apply -f takes other files`,
    );
  }
  let translation: Translation;
  try {
    translation = translateForeignRules(document, format, {
      ...(app === undefined ? {} : { app }),
      ...(service === undefined ? {} : { service }),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(EXIT.USAGE, 'rule_file', `${file}: ${error.message}`);
  }
  const { rules, remarks } = translation;
  return { body: { format: 'weft-rules/v1', type: 'LIMIT', rules: [...rules] }, remarks };
}

const keyOf = ({ kind }: RuleType, { app, name }: Pick<RuleInput, 'app' | 'name'>): string =>
  `${kind.segment} ${app}/${name}`;

/** The rules that there are, of the types of those that are wanted. */
async function known(wanted: readonly TypedRule[]): Promise<Map<string, Rule>> {
  const types = new Map(wanted.map(({ of }) => [of.kind.segment, of]));
  const all = await allRules([...types.values()]);
  return new Map(all.map(({ rule, of }) => [keyOf(of, rule), rule]));
}
