import { type RouteContract, requestSchema } from '@weft/api';
import { ConfigError, type ConfigProblem } from '@weft/kit';
import { type JsonSchema, parseConfig, type SchemaNode } from '@weft/schema';
import { ApiFailure } from '../http/index.ts';

export interface RequestParts {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Undefined for none. */
  readonly body: unknown;
}

const EMPTY: SchemaNode = { type: 'object', properties: {}, 'x-weft-strict': true };

/** Reads the parts of a request by the schemas of its contract: checked, defaulted, frozen. */
export function createValidator(route: RouteContract): (parts: RequestParts) => RequestParts {
  const params = route.params === undefined ? EMPTY : requestSchema(route.params);
  const query = route.query === undefined ? EMPTY : requestSchema(route.query);
  const body = route.body === undefined ? null : requestSchema(route.body);
  const readBody = (given: unknown): unknown => {
    if (body !== null) return read(given ?? emptyBody(given, body), body, 'body');
    // Whoever sends one believes that it does something; `{}` says nothing.
    if (given !== undefined) read(given, EMPTY, 'body');
    return undefined;
  };
  return (parts) => ({
    params: read(fromText(parts.params, params), params, 'params'),
    query: read(fromText(parts.query, query), query, 'query'),
    body: readBody(parts.body),
  });
}

/** What stands for no body. @throws ApiFailure where one is needed, and for null, which is a body */
function emptyBody(given: unknown, { required }: SchemaNode): object {
  if (given === undefined && required === undefined) return {};
  const [is, found] = given === null ? ['null', 'null'] : ['missing', 'nothing'];
  throw new ApiFailure('INVALID', `the body is ${is}`, {
    fields: [{ path: '', message: `found ${found}, expected a JSON object` }],
  });
}

function read(
  value: unknown,
  schema: SchemaNode,
  part: 'params' | 'query' | 'body',
): Readonly<Record<string, unknown>> {
  try {
    // The three parts of a contract are objects.
    return parseConfig(value, schema as unknown as JsonSchema<Readonly<Record<string, unknown>>>).value;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw invalidRequest(error.problems, part);
  }
}

/** Problems as the fields of an error body; paths of bodies are JSON pointers. */
export function invalidRequest(problems: readonly ConfigProblem[], part: 'params' | 'query' | 'body'): ApiFailure {
  const fields = problems.map((problem) => ({
    path: part === 'body' ? toPointer(problem.path) : [part, problem.path].filter((text) => text !== '').join('.'),
    message: textOf(problem),
  }));
  const [first] = fields;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  if (first === undefined)
    return new ApiFailure('INVALID', `the ${part} was refused, and nothing says why`, { fields });
  return new ApiFailure('INVALID', `${first.path === '' ? 'body' : first.path}: ${first.message}${more}`, { fields });
}

function textOf({ message, value, expected, hint }: ConfigProblem): string {
  return `${message} (${value === undefined ? '' : `found ${value}, `}expected ${expected})${hint === undefined ? '' : `; ${hint}`}`;
}

/** `spec.zoneSpec[0].zone` as `/spec/zoneSpec/0/zone`. */
export function toPointer(path: string): string {
  const segments: string[] = [];
  for (const match of path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)) {
    const segment = match[1] ?? match[2] ?? match[3] ?? '';
    segments.push(`/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
  return segments.join('');
}

/** Everything in a URL is text: numbers and truth values are read where the schema has them. */
function fromText(values: Readonly<Record<string, unknown>>, schema: SchemaNode): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const type = schema.properties?.[name]?.type;
    read[name] = type === 'integer' || type === 'number' ? toNumber(value) : type === 'boolean' ? toFlag(value) : value;
  }
  return read;
}

const toNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d{1,16}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
const toFlag = (value: unknown): unknown => (value === 'true' ? true : value === 'false' ? false : value);
