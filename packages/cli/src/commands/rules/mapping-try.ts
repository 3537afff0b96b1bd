import type { ApiClient, BodyOf, ms, Trial, TrialAnswer, TrialRequest } from '@weft/api';
import { EXIT } from '@weft/kit';
import { CommandError, type Outcome } from '../../outcome.ts';
import { findRule } from './find-rule.ts';
import { readDocument } from './rule-file.ts';

type TryBody = BodyOf<(typeof ms)['routes']['tryMapping']>;

export interface TryOptions {
  readonly file?: string;
  readonly with: TryBody['transcoder'];
  readonly request: string;
  readonly service?: string;
  readonly body?: string;
  readonly header?: readonly string[];
  readonly answer?: string;
  readonly status?: string;
  readonly exception?: string;
}

/** `weft mapping try`: what becomes of a sample by a mapping of the control plane, or by that of a file. */
export async function tryMapping(client: ApiClient, wanted: string | undefined, options: TryOptions): Promise<Outcome> {
  const mapping = await mappingOf(client, wanted, options.file);
  const body: TryBody = {
    transcoder: options.with,
    mapping,
    request: requestOf(options),
    ...answerOf(options),
  };
  const trial = await client.ms.tryMapping({ body });
  return {
    exitCode: trial.problem === '' ? EXIT.OK : EXIT.FAILED,
    text: [trialText(trial, options.with), ...pathLines(trial, options.with, mapping)].join('\n'),
    json: { ok: trial.problem === '', ...trial },
  };
}

/** Where no method is found by a path, the paths that there are. */
function pathLines({ request }: Trial, transcoder: string, { spec }: TryBody['mapping']): string[] {
  if (request !== null || !transcoder.startsWith('http_')) return [];
  const { methods = {}, defaults = {} } = spec as MappingPaths;
  const listed = Object.entries(methods).map(([name, { httpMethod = '', path = '' }]) => {
    const called = httpMethod || defaults.httpMethod || 'POST';
    return `  ${called} ${path || defaults.path || DEFAULT_PATH} (${name})`;
  });
  const more = listed.length > MAX_PATHS ? [`  and ${listed.length - MAX_PATHS} more`] : [];
  return listed.length === 0 ? [] : ['the mapping has', ...listed.slice(0, MAX_PATHS), ...more];
}
const MAX_PATHS = 20;
const DEFAULT_PATH = '/{interface}/{method}';
interface MappingPaths {
  readonly methods?: Readonly<Record<string, { readonly httpMethod?: string; readonly path?: string }>>;
  readonly defaults?: { readonly httpMethod?: string; readonly path?: string };
}

async function mappingOf(
  client: ApiClient,
  wanted: string | undefined,
  file: string | undefined,
): Promise<TryBody['mapping']> {
  if ((wanted === undefined) === (file === undefined))
    throw new CommandError(EXIT.USAGE, 'usage', 'expected a mapping of the control plane, or --file: one of the two');
  if (file === undefined) {
    const { rule } = await findRule(client, wanted as string, 'mapping');
    const { name, app, scope, spec, description } = await client.ms.getMappingRule({ params: { id: rule.ruleDbId } });
    return { name, app, scope, spec, description };
  }
  const document = await readDocument(file);
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new CommandError(EXIT.FAILED, 'rule_file', `${file}: expected one mapping, an object`);
  // What `mapping_files` name is the content of a rule. The control plane checks the one and the other.
  if ('spec' in document) {
    const { type: _, ...rule } = document as Readonly<Record<string, unknown>>;
    return rule as unknown as TryBody['mapping'];
  }
  const { name = 'file', ...spec } = document as Readonly<Record<string, unknown>>;
  return { name, app: '*', spec } as unknown as TryBody['mapping'];
}

/** `GET /users/7` of HTTP, or `getUser(long)` of a call. */
function requestOf({
  with: transcoder,
  request,
  service = '',
  body = '',
  header = [],
}: TryOptions): TryBody['request'] {
  const headers = Object.fromEntries(header.map(headerOf));
  const shared = { headers, body };
  if (transcoder.startsWith('http_')) {
    const found = /^(?:([A-Za-z]+)\s+)?(\/\S*)$/.exec(request.trim());
    if (found === null) throw wrongRequest(request, "'GET /users/7'");
    return { ...shared, method: (found[1] ?? 'GET').toUpperCase(), path: found[2] as string };
  }
  const found = /^([\w$]+)(?:\(([^()]*)\))?$/.exec(request.trim());
  if (found === null) throw wrongRequest(request, "a method such as 'getUser(long)'");
  const types = (found[2] ?? '').split(',').map((type) => type.trim());
  return { ...shared, service, method: found[1] as string, types: types.filter((type) => type !== '') };
}

const wrongRequest = (found: string, expected: string): CommandError =>
  new CommandError(EXIT.USAGE, 'usage', `--request: found "${found}", expected ${expected}`);

function headerOf(text: string): [name: string, value: string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new CommandError(EXIT.USAGE, 'usage', `--header: found "${text}", expected 'name: value'`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function answerOf({ answer, status, exception }: TryOptions): Pick<TryBody, 'answer'> {
  if (answer === undefined && status === undefined && exception === undefined) return {};
  if (status !== undefined && !/^\d{1,3}$/.test(status))
    throw new CommandError(EXIT.USAGE, 'usage', `--status: found "${status}", expected a number from 0 to 999`);
  return {
    answer: {
      ...(answer === undefined ? {} : { body: answer }),
      ...(status === undefined ? {} : { status: Number(status) }),
      ...(exception === undefined ? {} : { exception }),
    },
  };
}

/** What the host gets, what the caller gets, and what went wrong. */
export function trialText({ request, answer, problem }: Trial, transcoder: string): string {
  const lines = [
    ...(request === null ? [] : ['the host gets', ...requestLines(request)]),
    ...(answer === null ? [] : ['the caller gets', ...answerLines(answer)]),
    ...(problem === '' ? [] : [`✗ ${problem}`]),
  ];
  return lines.length === 0 ? `${transcoder} gave nothing` : lines.join('\n');
}

const pairs = (headers: Readonly<Record<string, string>>): string[] =>
  Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`);
const bodyLines = (body: string): string[] => (body === '' ? [] : ['', ...body.split('\n').map((line) => `  ${line}`)]);

function requestLines({ service, method, types, path, headers, body }: TrialRequest): string[] {
  const first = path === '' ? `${service} ${method}(${types.join(', ')})` : `${method} ${path}`;
  return [`  ${first}`, ...pairs(headers), ...bodyLines(body)];
}

function answerLines({ status, headers, body, exception }: TrialAnswer): string[] {
  return [`  ${status}${exception === '' ? '' : ` ${exception}`}`, ...pairs(headers), ...bodyLines(body)];
}
