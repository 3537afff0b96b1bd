import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ApiClient, RuleFile, RuleInput } from '@weft/api';
import type { ForeignRemark, Translation } from '@weft/api/foreign-rules';
import { EXIT } from '@weft/kit';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { findRule } from './find-rule.ts';
import { tellApart } from './foreign-names.ts';
import { refuseTwins, typedRules } from './rule-check.ts';
import { type FileRule, isObject, readDocument, ruleFiles, rulesOf } from './rule-file.ts';
import { hasCode, type RuleType, ruleTypes, type TypeOption } from './rule-types.ts';

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

/**
 * Rules as a file: those that are named, or all, of one type or of every type that the caller may see. The type stands at
 * each rule, and at the file as well where there is only one.
 */
export async function exportRules(
  client: ApiClient,
  wanted: readonly string[],
  options: TypeOption & { readonly output?: string },
): Promise<Outcome> {
  const parts = await exportParts(client, wanted, options.type);
  const full = parts.filter(({ file }) => file.rules.length > 0);
  const [first] = full.length > 0 ? full : parts;
  if (first === undefined)
    throw new CommandError(EXIT.FAILED, 'FORBIDDEN', 'rules of no type may be read by this login');
  const { type: _, rules: __, ...head } = first.file;
  const file = {
    ...head,
    ...(full.length === 1 || options.type !== undefined ? { type: first.of.kind.type } : {}),
    rules: full.flatMap(({ file: part, of }) => part.rules.map((rule) => ({ type: of.kind.type, ...rule }))),
  };
  const { output } = options;
  if (output === undefined) return { exitCode: EXIT.OK, text: JSON.stringify(file, null, 2), json: file };
  const folder = path.dirname(path.resolve(output));
  if (!existsSync(folder))
    throw new CommandError(
      EXIT.FAILED,
      'no_folder',
      `--output: there is no folder ${folder}; make it, or name another`,
    );
  try {
    writeFileSync(output, await fileText(file, output));
  } catch (error) {
    throw new CommandError(EXIT.FAILED, 'file', `--output: ${output}: ${whyUnwritable(error)}`);
  }
  const count = file.rules.length;
  const counts = full.map((part) => `${part.file.rules.length} ${part.of.kind.segment}`).join(', ');
  return {
    exitCode: EXIT.OK,
    text: `${output}: ${count} ${count === 1 ? 'rule' : 'rules'}${counts === '' ? '' : ` (${counts})`}`,
    json: { ok: true, file: output, rules: count },
  };
}

/** YAML where the file is called so, else JSON. YAML is for git: without the time, the same rules make the same file. */
async function fileText(file: RuleFile, name: string): Promise<string> {
  if (!/\.ya?ml$/i.test(name)) return `${JSON.stringify(file, null, 2)}\n`;
  const { exportedAt: _, ...untimed } = file;
  const { parse, stringify } = await import('yaml');
  const textWith = (blockQuote: 'literal' | false): string =>
    stringify(untimed, { aliasDuplicateObjects: false, lineWidth: 0, blockQuote });
  const text = textWith('literal');
  // As a block, a text of nothing but spaces and line ends (` \n`) loses its spaces; quoted, all are exact, but hard to read.
  return isDeepStrictEqual(parse(text), untimed) ? text : textWith(false);
}

const UNWRITABLE: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder, expected a file',
  ENOTDIR: 'what stands for its folder is a file',
  EACCES: 'it may not be written by you',
};

function whyUnwritable(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return UNWRITABLE[code] ?? (error instanceof Error ? error.message : String(error));
}

interface ExportPart {
  readonly of: RuleType;
  readonly file: RuleFile;
}

async function exportParts(client: ApiClient, wanted: readonly string[], type?: string): Promise<ExportPart[]> {
  const types = await ruleTypes(client, type);
  const ids = new Map<string, number[]>();
  for (const one of wanted) {
    const { rule, of } = await findRule(client, one, type);
    ids.set(of.kind.segment, [...(ids.get(of.kind.segment) ?? []), rule.ruleDbId]);
  }
  const parts: ExportPart[] = [];
  for (const of of types) {
    const own = ids.get(of.kind.segment);
    if (wanted.length > 0 && own === undefined) continue;
    try {
      parts.push({ of, file: await of.calls.exportFile({ body: own === undefined ? {} : { ids: own } }) });
    } catch (error) {
      // As in a list: what the caller may not see, or an older control plane lacks, is left out unless it is asked for.
      if (types.length === 1 || own !== undefined) throw error;
      if (!hasCode(error, 'FORBIDDEN') && !hasCode(error, 'NOT_FOUND')) throw error;
    }
  }
  return parts;
}

export async function importRules(client: ApiClient, file: string, options: ImportOptions): Promise<Outcome> {
  const conflict = (['skip', 'overwrite', 'duplicate'] as const).find((item) => item === options.conflict);
  if (conflict === undefined)
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--conflict: found "${options.conflict}", expected skip, overwrite, duplicate`,
    );
  const files = ruleFiles(file);
  const read: FileRule[] = [];
  const remarks: FileRemark[] = [];
  const foreign = new Map<RuleInput, string>();
  for (const one of files) {
    const part = await readImport(one, options);
    const rules = rulesOf(part.body, one);
    read.push(...rules);
    remarks.push(...(files.length > 1 ? part.remarks.map((remark) => ({ file: one, ...remark })) : part.remarks));
    if (part.isForeign) for (const { body } of rules) foreign.set(body, one);
  }
  const typed = tellApart(await typedRules(client, read, options.type), foreign);
  // The control plane would tell of two in one file only.
  if (files.length > 1) refuseTwins(typed);
  const byType = new Map<string, { readonly of: RuleType; readonly rules: RuleInput[] }>();
  for (const { body: rule, of } of typed) {
    const { rules } = byType.get(of.kind.segment) ?? { rules: [] };
    byType.set(of.kind.segment, { of, rules: [...rules, rule] });
  }
  const leftOut = remarks.some(({ kind }) => kind === 'left out');
  const send = async (dryRun: boolean) => {
    const results = [];
    for (const { of, rules } of byType.values())
      results.push(
        await of.calls.importFile({
          query: {
            conflict,
            ...(dryRun ? { dryRun } : {}),
            ...(options.keepState === true ? { keepState: true } : {}),
          },
          body: { format: 'weft-rules/v1', type: of.kind.type, rules },
        }),
      );
    return { items: results.flatMap(({ items }) => items), applied: results.some((result) => result.applied) };
  };
  const hasError = (items: readonly { readonly action: string }[]) => items.some(({ action }) => action === 'error');
  // All or nothing, unless somebody says otherwise. Types are imported one by one: all are tried before the first.
  const onlyTry = options.dryRun === true || (leftOut && options.partial !== true);
  let { items, applied } = await send(onlyTry || byType.size > 1);
  if (!onlyTry && byType.size > 1 && !hasError(items)) ({ items, applied } = await send(false));
  const failed = hasError(items) || (leftOut && options.partial !== true);
  const table = formatTable(
    ['rule', 'action', 'message'],
    items.map((item) => [`${item.app}/${item.name}`, item.action, item.message]),
    remarks.length === 0 ? 'the file has no rules' : 'no rule of the file can be imported',
  );
  const hint = leftOut && options.partial !== true ? '; --partial imports the others' : '';
  const end = failed ? `nothing was changed${hint}` : applied ? importedText(items) : 'a dry run: nothing was changed';
  const said = remarks.map(
    ({ file: of, rule, kind, message }) => `  ! ${of === undefined ? '' : `${of}: `}${rule} ${kind}: ${message}`,
  );
  return {
    exitCode: failed ? EXIT.FAILED : EXIT.OK,
    text: [table, ...said, end].join('\n'),
    json: { ok: !failed, applied, items, remarks },
  };
}

/** How many rules of a file that was taken are there now because of it. */
export function importedText(items: readonly { readonly action: string }[]): string {
  const skipped = items.filter(({ action }) => action === 'skip').length;
  const unchanged = items.filter(({ action }) => action === 'unchanged').length;
  const taken = items.length - skipped - unchanged;
  if (unchanged > 0)
    return taken === 0
      ? `nothing was imported: ${countOf(unchanged)} unchanged`
      : `${countOf(taken)} imported; ${unchanged} unchanged`;
  if (skipped === 0) return `${countOf(taken)} imported`;
  const exist = `${countOf(skipped)} of ${skipped === 1 ? 'this name exists' : 'these names exist'}; --conflict overwrite replaces ${skipped === 1 ? 'it' : 'them'}`;
  return taken === 0 ? `nothing was imported: ${exist}` : `${countOf(taken)} imported; ${exist}`;
}

const countOf = (count: number): string => `${count} ${count === 1 ? 'rule' : 'rules'}`;

interface FileRemark extends ForeignRemark {
  /** Where there are several. */
  readonly file?: string;
}

interface ReadImport {
  readonly body: RuleFile;
  readonly remarks: readonly ForeignRemark[];
  /** It is of another product. */
  readonly isForeign: boolean;
}

/** A file of `weft rule export`, or one of another product in the words of one. */
async function readImport(file: string, { format: wanted, app, service }: ImportOptions): Promise<ReadImport> {
  const { detectForeignFormat, FOREIGN_FORMATS, translateForeignRules } = await import('@weft/api/foreign-rules');
  const formats = ['weft', ...FOREIGN_FORMATS] as const;
  const named = formats.find((item) => item === wanted);
  if (wanted !== undefined && named === undefined)
    throw new CommandError(EXIT.USAGE, 'usage', `--format: found "${wanted}", expected ${formats.join(', ')}`);
  const document = await readDocument(file);
  const isOwn = isObject(document) && document['format'] === 'weft-rules/v1';
  const format = named ?? (isOwn ? 'weft' : (detectForeignFormat(document) ?? 'weft'));
  if (format === 'weft') {
    // The control plane checks the rules in it.
    if (isOwn) return { body: document as unknown as RuleFile, remarks: [], isForeign: false };
    throw new CommandError(
      EXIT.FAILED,
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
    throw new CommandError(EXIT.FAILED, 'rule_file', `${file}: ${error.message}`);
  }
  const { rules, remarks } = translation;
  return { body: { format: 'weft-rules/v1', type: 'LIMIT', rules: [...rules] }, remarks, isForeign: true };
}
