import { ConfigError, formatProblem } from '@weft/kit';
import { parseConfig, type SchemaNode } from '@weft/schema';

/** Keywords of JSON Schema that bound a value or tell of it, and hold no other schema. */
export const PLAIN_KEYWORDS = [
  'type',
  'required',
  'enum',
  'const',
  'default',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'maxProperties',
  'title',
  'examples',
] as const satisfies (keyof SchemaNode)[];

/** What `parseConfig` interprets or the reference shows; anything else would be written in vain. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...PLAIN_KEYWORDS,
  'properties',
  'additionalProperties',
  'items',
  'anyOf',
  'description',
  'x-weft-class',
  'x-weft-hint',
  'x-weft-strict',
  'x-weft-secret',
  'x-weft-format',
  'x-weft-json',
  'x-weft-zero-is-default',
  'x-weft-clamp',
  'x-weft-switch',
  'x-weft-unsupported-values',
  'x-weft-ignore-case',
  'x-weft-alias',
  'x-weft-unit',
  'x-weft-expected',
  'x-weft-enum-alias',
  'x-weft-form',
] satisfies (keyof SchemaNode)[]);

/** Why a schema cannot be generated, one line each with its place; empty when it can. */
export function schemaProblems(schema: SchemaNode): string[] {
  const problems: string[] = [];
  judge(schema, '', problems);
  return problems;
}

/** A branch of a union is described by the union. */
function judge(node: SchemaNode, path: string, problems: string[], isBranch = false): void {
  const place = path === '' ? 'the schema itself' : path;
  for (const keyword of Object.keys(node)) {
    if (!KEYWORDS.has(keyword)) problems.push(`${place}: ${JSON.stringify(keyword)} is not interpreted`);
  }
  if (!isBranch && (node.description ?? '').trim() === '') problems.push(`${place}: no description`);
  const fieldClass = node['x-weft-class'];
  if ((fieldClass === 'ignored' || fieldClass === 'unsupported') && (node['x-weft-hint'] ?? '') === '') {
    problems.push(`${place}: ${fieldClass}, but no hint says why or what to do instead`);
  }
  if (fieldClass === undefined || fieldClass === 'implemented') judgeValues(node, place, problems);
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    judge(child, path === '' ? name : `${path}.${name}`, problems);
  }
  if (node.items !== undefined) judge(node.items, `${path}[]`, problems);
  if (typeof node.additionalProperties === 'object') judge(node.additionalProperties, `${path}.*`, problems);
  for (const [index, branch] of (node.anyOf ?? []).entries()) judge(branch, `${path}|${index}`, problems, true);
}

/** A default is parsed like any value, and examples are there to be copied. */
function judgeValues(node: SchemaNode, place: string, problems: string[]): void {
  const values = (node.examples ?? []).map((value): [what: string, value: unknown] => ['example', value]);
  if (node.default !== undefined) values.push(['default', node.default]);
  for (const [what, value] of values) {
    try {
      const { warnings } = parseConfig({ value }, { type: 'object', properties: { value: node } });
      for (const warning of warnings) problems.push(`${place}: ${what} ${formatProblem(warning)}`);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(`${place}: ${what} ${error.message}`);
    }
  }
}
