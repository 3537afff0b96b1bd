import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import type { RuleInput } from '@weft/api';
import { EXIT } from '@weft/kit';
import { tabHint } from '@weft/schema';
import { CommandError } from '../../outcome.ts';

const MAX_BYTES = 8 * 1024 * 1024;
/** Of a folder. */
const MAX_FILES = 1000;
/** As many as the other checks name. */
export const MAX_PROBLEMS = 20;

/** A rule of a file. */
export interface FileRule {
  readonly body: RuleInput;
  /** Word of its type: its own `type`, else that of the file; undefined where neither says one. */
  readonly type: string | undefined;
  /** For errors, such as `rules.yaml: rule 3 (details_auth)`. */
  readonly place: string;
}

/**
 * Rules of a file in JSON or YAML: one rule, a list of them, or what `weft rule export` writes; `-` is standard input.
 * Of a folder those of its files, in the order of their names.
 */
export async function readRules(file: string): Promise<FileRule[]> {
  const parts: FileRule[][] = [];
  for (const one of ruleFiles(file)) parts.push(rulesOf(await readDocument(one), one === '-' ? 'standard input' : one));
  return parts.flat();
}

/** The files of rules of a folder, in the order of their names; all else is itself. @throws CommandError */
export const ruleFiles = (file: string): readonly string[] =>
  file !== '-' && statOf(file)?.isDirectory() === true ? filesOf(file) : [file];

/** Undefined where nothing can be said of it; reading it tells why. */
function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** The files of rules in a folder, by name; what is in folders in it and what is hidden is not looked at. @throws CommandError */
function filesOf(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new CommandError(EXIT.FAILED, 'file', `${folder}: ${whyUnreadable(error)}`);
  }
  const files = names
    .filter((name) => !name.startsWith('.') && /\.(ya?ml|json)$/i.test(name))
    .sort()
    .map((name) => path.join(folder, name))
    .map((name) => ({ name, stat: statOf(name) }))
    // A link that leads nowhere is told when it is read.
    .filter(({ stat }) => stat === undefined || stat.isFile());
  const bytes = files.reduce((sum, { stat }) => sum + (stat?.size ?? 0), 0);
  const problem =
    files.length === 0
      ? 'no file in this folder ends in .yaml, .yml or .json'
      : files.length > MAX_FILES
        ? `found ${files.length} files of rules, expected at most ${MAX_FILES}`
        : bytes > MAX_BYTES
          ? `the files in it are over ${MAX_BYTES / 1024 / 1024} MiB`
          : null;
  if (problem !== null) throw new CommandError(EXIT.FAILED, 'rule_file', `${folder}: ${problem}`);
  return files.map(({ name }) => name);
}

/** Sections of a proxy's configuration; no rule and no file of rules has one. */
const PROXY_SECTIONS = ['servers', 'cluster_manager', 'weft'] as const;

/** The rules of a document that was read. @throws CommandError with every rule that is none, at most 20 of them */
export function rulesOf(value: unknown, file: string): FileRule[] {
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : isObject(value) && Array.isArray(value['rules'])
      ? value['rules']
      : [value];
  if (isObject(value) && PROXY_SECTIONS.some((section) => section in value))
    throw new CommandError(
      EXIT.FAILED,
      'rule_file',
      `${file} is a configuration of a proxy, for weft proxy start -c; expected rules, such as those of demo/bookinfo/rules.yaml`,
    );
  // An empty file; a list without rules is what an export of nothing writes.
  if (value === null || value === undefined) throw noRules(file);
  const common = isObject(value) && Array.isArray(value['rules']) ? value['type'] : undefined;
  const problems: string[] = [];
  const rules = list.flatMap((item, index): FileRule[] => {
    const named = isObject(item) && typeof item['name'] === 'string' ? ` (${item['name']})` : '';
    const place = `${file}: rule ${index + 1}${named}`;
    if (!isObject(item) || typeof item['name'] !== 'string' || typeof item['app'] !== 'string') {
      problems.push(
        `${place} has no name or no app; expected an object such as {"name":"echo-qps","app":"echo","services":["*"],"spec":{"threshold":100}}`,
      );
      return [];
    }
    const foreign = notJson(item);
    if (foreign !== null) {
      problems.push(`${place}: ${foreign}`);
      return [];
    }
    const { type = common, ...body } = item;
    if (type !== undefined && typeof type !== 'string') {
      problems.push(`${place}: type is ${JSON.stringify(type)}; expected a word such as limit`);
      return [];
    }
    // Whatever else is in it, the control plane checks before the first rule of the file is stored.
    return [{ body: body as unknown as RuleInput, type, place }];
  });
  if (problems.length > 0) throw new CommandError(EXIT.FAILED, 'rule_file', problems.slice(0, MAX_PROBLEMS).join('\n'));
  return rules;
}

/** What YAML can say and JSON cannot: it would arrive as something else, or not at all. Null where there is nothing of it. */
export function notJson(value: unknown, path = '', above: readonly unknown[] = []): string | null {
  if (typeof value === 'number' && !Number.isFinite(value))
    return `${path}: found ${value}, expected a number with digits`;
  if (typeof value !== 'object' || value === null) return null;
  if (above.includes(value)) return `${path}: found an alias of what it is in, expected no circle`;
  for (const [name, item] of Object.entries(value)) {
    const place = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const found = notJson(item, place, [...above, value]);
    if (found !== null) return found;
  }
  return null;
}

export const noRules = (file: string): CommandError =>
  new CommandError(EXIT.FAILED, 'rule_file', `${file === '-' ? 'standard input' : file}: the file has no rules`);

/** @throws CommandError for a file that cannot be read, is too large, or is neither JSON nor YAML */
export async function readDocument(file: string, maxBytes = MAX_BYTES): Promise<unknown> {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandError(EXIT.FAILED, 'file', `${file === '-' ? 'standard input' : file}: ${whyUnreadable(error)}`);
  }
  if (Buffer.byteLength(text) > maxBytes)
    throw new CommandError(EXIT.FAILED, 'rule_file', `${file} is over ${maxBytes / 1024 / 1024} MiB`);
  try {
    return await parsed(text, file);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(EXIT.FAILED, 'rule_file', `${file} is neither JSON nor YAML: ${whyUnparsable(error, text)}`);
  }
}

/** In a line. Errors of YAML have places, those of JSON say theirs in their text. */
function whyUnparsable(error: unknown, text: string): string {
  if (!(error instanceof Error)) return '';
  const said = error.message.split('\n')[0]?.replace(/:$/, '') ?? '';
  const [begin] = (error as { linePos?: readonly { readonly line: number }[] }).linePos ?? [];
  return begin === undefined ? said : `${said}${tabHint(text, said, begin.line)}`;
}

/** Most files are JSON, which its own reader reads sooner. YAML may begin as JSON does, and its reader always says the line. */
async function parsed(text: string, file: string): Promise<unknown> {
  const parseYaml = async (): Promise<unknown> => (await import('yaml')).parse(text);
  if (!/^\s*[[{]/.test(text)) return parseYaml();
  try {
    return JSON.parse(text);
  } catch (error) {
    const value = await parseYaml();
    if (!file.endsWith('.json')) return value;
    throw new CommandError(
      EXIT.FAILED,
      'rule_file',
      `${file} is YAML, and by its name JSON: ${(error as Error).message}; rename it to .yaml, or mend it`,
    );
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by you',
  EISDIR: 'it is a folder, expected a file',
};

function whyUnreadable(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return UNREADABLE[code] ?? (error instanceof Error ? error.message : String(error));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
