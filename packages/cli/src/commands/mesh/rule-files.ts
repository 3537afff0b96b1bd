import { writeFileSync } from 'node:fs';
import type { ApiClient, FieldChange, LimitRule, LimitRuleInput, RuleFile } from '@weft/api';
import { EXIT } from '@weft/kit';
import { allPages } from '../../mesh-api/all-pages.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { compareBySchema } from './compare-rules.ts';
import { findRule } from './find-rule.ts';
import { awaitPush, readVersion, readWait, type WaitOption } from './rule-actions.ts';
import { isObject, readDocument, readRules } from './rule-file.ts';
import { changeLines, pushText } from './rule-text.ts';

export interface ApplyOptions extends WaitOption {
  readonly file: string;
  readonly comment?: string;
}
export interface DiffOptions {
  readonly file?: string;
  readonly from?: string;
  readonly to?: string;
}
export interface ImportOptions {
  readonly dryRun?: boolean;
  readonly conflict: string;
  readonly keepState?: boolean;
}

export async function apply(client: ApiClient, options: ApplyOptions): Promise<Outcome> {
  const waitMs = readWait(options.wait);
  const rules = await readRules(options.file);
  const before = await known(client);
  const done: { rule: LimitRule; what: string }[] = [];
  for (const body of rules) {
    const old = before.get(keyOf(body));
    const rule = await client.ms.putLimitRuleByName({
      params: { name: body.name },
      body,
      ...(options.comment === undefined ? {} : { query: { comment: options.comment } }),
    });
    const what = old === undefined ? 'created' : old.version === rule.version ? 'unchanged' : 'changed';
    done.push({ rule, what });
  }
  const rows: { rule: LimitRule; what: string; push: string; ok: boolean }[] = [];
  for (const { rule, what } of done) {
    const { push } = await awaitPush(client, rule, what === 'unchanged' ? 0 : waitMs);
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

export async function diff(client: ApiClient, wanted: string | undefined, options: DiffOptions): Promise<Outcome> {
  if ((wanted === undefined) === (options.file === undefined))
    throw new CommandError(EXIT.USAGE, 'usage', 'diff takes either a rule with --from, or a file with -f');
  if (options.file !== undefined) return diffFile(client, options.file);
  if (options.from === undefined) throw new CommandError(EXIT.USAGE, 'usage', '--from: which version to compare with?');
  const rule = await findRule(client, wanted as string);
  const from = readVersion('--from', options.from);
  const to = options.to === undefined ? rule.version : readVersion('--to', options.to);
  const { changes } = await client.ms.diffLimitRule({ params: { id: rule.ruleDbId }, query: { from, to } });
  return outcomeOf([{ rule: `${rule.app}/${rule.name}`, changes, isNew: false }], `version ${from} → ${to}`);
}

async function diffFile(client: ApiClient, file: string): Promise<Outcome> {
  const { LimitRuleBody } = await import('@weft/api');
  const rules = await readRules(file);
  const before = await known(client);
  const found = rules.map((rule) => {
    const old = before.get(keyOf(rule));
    const changes = old === undefined ? [] : compareBySchema(LimitRuleBody as object, old, rule);
    return { rule: keyOf(rule), changes, isNew: old === undefined };
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
  output: string | undefined,
): Promise<Outcome> {
  const ids: number[] = [];
  for (const one of wanted) ids.push((await findRule(client, one)).ruleDbId);
  const file = await client.ms.exportLimitRules({ body: ids.length === 0 ? {} : { ids } });
  const text = JSON.stringify(file, null, 2);
  if (output === undefined) return { exitCode: EXIT.OK, text, json: file };
  writeFileSync(output, `${text}\n`);
  const count = file.rules.length;
  return { exitCode: EXIT.OK, text: `${output}: ${count} rules`, json: { ok: true, file: output, rules: count } };
}

export async function importRules(client: ApiClient, file: string, options: ImportOptions): Promise<Outcome> {
  const conflict = (['skip', 'overwrite', 'duplicate'] as const).find((item) => item === options.conflict);
  if (conflict === undefined)
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--conflict: found "${options.conflict}", expected skip, overwrite, duplicate`,
    );
  const document = await readDocument(file);
  if (!isObject(document) || document['format'] !== 'weft-rules/v1')
    throw new CommandError(
      EXIT.USAGE,
      'rule_file',
      `${file} is not a file of weft rule export (format weft-rules/v1); weft rule apply -f takes other files`,
    );
  const { applied, items } = await client.ms.importLimitRules({
    query: {
      conflict,
      ...(options.dryRun === true ? { dryRun: true } : {}),
      ...(options.keepState === true ? { keepState: true } : {}),
    },
    body: document as unknown as RuleFile,
  });
  const failed = items.some((item) => item.action === 'error');
  const table = formatTable(
    ['rule', 'action', 'message'],
    items.map((item) => [`${item.app}/${item.name}`, item.action, item.message]),
    'the file has no rules',
  );
  const end = failed ? 'nothing was changed' : applied ? 'imported' : 'a dry run: nothing was changed';
  return { exitCode: failed ? EXIT.FAILED : EXIT.OK, text: `${table}\n${end}`, json: { ok: !failed, applied, items } };
}

const keyOf = ({ app, name }: Pick<LimitRuleInput, 'app' | 'name'>): string => `${app}/${name}`;

async function known(client: ApiClient): Promise<Map<string, LimitRule>> {
  const all = await allPages((page) => client.ms.listLimitRules({ query: page }));
  return new Map(all.map((rule) => [keyOf(rule), rule]));
}
