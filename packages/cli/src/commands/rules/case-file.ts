import { EXIT } from '@weft/kit';
import { nearestName } from '@weft/schema';
import { CommandError } from '../../outcome.ts';
import type { JudgedRequest } from '../../services.ts';
import { parseQuestion } from '../question.ts';
import { isObject, MAX_PROBLEMS, notJson, readDocument } from './rule-file.ts';

export const MAX_CASES = 1000;
/** 1 MiB. */
export const MAX_CASE_BYTES = 1024 * 1024;
const MAX_REQUESTS = 10_000;

const VERDICTS: readonly string[] = ['pass', 'reject', 'answer', 'fault', 'delay', 'unknown'];

/** What a case expects; of the answer only what is there is compared. */
export type Expected = Partial<Pick<JudgedRequest, 'verdict' | 'rule' | 'status' | 'delayMs' | 'group'>> & {
  /** How many of the requests pass. */
  readonly passed?: number;
};

/** One request, or several at one instant, and what is to become of the last one. */
export interface RuleCase {
  readonly name: string;
  readonly request: string;
  /** App of the proxy that decides. */
  readonly app: string;
  readonly direction: 'SERVER' | 'CLIENT';
  readonly requests: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly sourceApp: string;
  readonly sourceIp: string;
  readonly zone: string;
  readonly expect: Expected;
}

/** As it stands in the file. */
type WrittenCase = Partial<Omit<RuleCase, 'headers'>> & { readonly headers?: Readonly<Record<string, string>> };

/** Says what a field has to be, or null for what it is. */
type Check = (value: unknown) => string | null;

const text: Check = (value) => (typeof value === 'string' && value !== '' ? null : 'a text');
const textOrNull: Check = (value) => (value === null || text(value) === null ? null : 'a text, or null for none');
const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string) ? null : `one of ${words.join(', ')}`;
const count =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? null
      : `a whole number from ${least} to ${most}`;
const headers: Check = (value) =>
  isObject(value) && Object.values(value).every((item) => typeof item === 'string')
    ? null
    : 'names and texts, such as { user: ann }';

const CASE_FIELDS: Readonly<Record<string, Check>> = {
  name: text,
  request: text,
  app: text,
  direction: oneOf(['SERVER', 'CLIENT']),
  requests: count(1, MAX_REQUESTS),
  headers,
  sourceApp: text,
  sourceIp: text,
  zone: text,
  expect: (value) => (isObject(value) && Object.keys(value).length > 0 ? null : 'at least one of what is compared'),
};
const EXPECT_FIELDS: Readonly<Record<string, Check>> = {
  verdict: oneOf(VERDICTS),
  rule: textOrNull,
  status: (value) =>
    value === null || count(100, 599)(value) === null ? null : 'a status from 100 to 599, or null for none',
  delayMs: count(0, 86_400_000),
  group: textOrNull,
  passed: count(0, MAX_REQUESTS),
};
/** What the object around the list may have; the list itself is looked at case by case. */
const FILE_FIELDS: Readonly<Record<string, Check>> = { cases: () => null };
const NEEDED = ['name', 'request', 'expect'];

/** @throws CommandError, as `casesOf` does, and for a file that cannot be read */
export async function readCases(file: string, app: string | undefined): Promise<RuleCase[]> {
  try {
    return casesOf(await readDocument(file, MAX_CASE_BYTES), file, app);
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(EXIT.USAGE, error.code, error.message);
    throw error;
  }
}

/**
 * The cases of a document: a list, or an object with `cases`.
 * @param app that of cases which name none
 * @throws CommandError with place, value and what was expected of everything that is wrong, at most 20 of them
 */
export function casesOf(document: unknown, file: string, app: string | undefined): RuleCase[] {
  const list = isObject(document) ? document['cases'] : document;
  const failed = (lines: readonly string[]): CommandError =>
    new CommandError(EXIT.USAGE, 'case_file', lines.slice(0, MAX_PROBLEMS).join('\n'));
  const foreign = notJson(document);
  if (foreign !== null) throw failed([`${file}: ${foreign}`]);
  const unknown = isObject(document) ? fieldProblems(document, FILE_FIELDS, '') : [];
  if (unknown.length > 0) throw failed(unknown.map((problem) => `${file}: ${problem}`));
  if (!Array.isArray(list))
    throw failed([`${file}: found ${shown(list)}, expected a list of cases, or an object with it as cases`]);
  if (list.length === 0) throw failed([`${file}: found [], expected at least one case`]);
  if (list.length > MAX_CASES) throw failed([`${file}: found ${list.length} cases, expected at most ${MAX_CASES}`]);
  const problems: string[] = [];
  const names = new Set<unknown>();
  for (const [index, item] of list.entries()) {
    const found = problemsOf(item, app);
    const name = isObject(item) ? item['name'] : undefined;
    if (typeof name === 'string' && names.has(name))
      found.push(`name: found ${shown(name)}, expected a name that no other case has`);
    names.add(name);
    const place = `${file}: case ${index + 1}${typeof name === 'string' ? ` (${name})` : ''}`;
    problems.push(...found.map((problem) => `${place}: ${problem}`));
    if (problems.length >= MAX_PROBLEMS) break;
  }
  if (problems.length > 0) throw failed(problems);
  return list.map((item: WrittenCase) => ({
    name: item.name ?? '',
    request: item.request ?? '',
    app: item.app ?? app ?? '',
    direction: item.direction ?? 'SERVER',
    requests: item.requests ?? 1,
    headers: Object.entries(item.headers ?? {}),
    sourceApp: item.sourceApp ?? '',
    sourceIp: item.sourceIp ?? '',
    zone: item.zone ?? '',
    expect: item.expect ?? {},
  }));
}

function problemsOf(item: unknown, app: string | undefined): string[] {
  if (!isObject(item)) return [`found ${shown(item)}, expected an object with ${NEEDED.join(', ')}`];
  const problems = fieldProblems(item, CASE_FIELDS, '');
  for (const name of [...NEEDED, ...(app === undefined ? ['app'] : [])])
    if (!(name in item))
      problems.push(`${name}: missing${name === 'app' ? ', and --app says none for all cases' : ''}`);
  if (isObject(item['expect'])) problems.push(...fieldProblems(item['expect'], EXPECT_FIELDS, 'expect.'));
  if (problems.length === 0) problems.push(...questionProblems(item));
  return problems;
}

function fieldProblems(item: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, Check>>, at: string) {
  return Object.entries(item).flatMap(([name, value]): string[] => {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (check !== undefined) {
      const expected = check(value);
      return expected === null ? [] : [`${at}${name}: found ${shown(value)}, expected ${expected}`];
    }
    const near = nearestName(name, new Set(Object.keys(fields)));
    const hint = near === undefined ? '' : `; is ${near} meant?`;
    const names = Object.keys(fields);
    return [`${at}${name}: unknown, expected ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}${hint}`];
  });
}

/** What the reader of questions says of the request and the address of the caller. */
function questionProblems({ request, sourceIp }: Readonly<Record<string, unknown>>): string[] {
  try {
    parseQuestion({ request: String(request), ...(sourceIp === undefined ? {} : { sourceIp: String(sourceIp) }) });
    return [];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [error.message.replace(/^--source-ip/, 'sourceIp').replace(/^--request/, 'request')];
  }
}

const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 80);
