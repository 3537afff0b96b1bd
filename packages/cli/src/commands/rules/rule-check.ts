import type { ApiClient, ApiError, RuleInput } from '@weft/api';
import { EXIT } from '@weft/kit';
import { CommandError } from '../../outcome.ts';
import { type FileRule, MAX_PROBLEMS } from './rule-file.ts';
import { type RuleType, ruleType } from './rule-types.ts';

/** A rule of a file with the calls of its type. */
export interface TypedRule {
  readonly body: RuleInput;
  readonly of: RuleType;
  readonly place: string;
  /** Neither the rule nor the file nor the command says its type: it is taken for a rate limit. */
  readonly isUntyped: boolean;
}

/**
 * Each rule with its type: its own, else that of the command, else rate limiting.
 * @throws CommandError with every rule whose type is none
 */
export async function typedRules(client: ApiClient, rules: readonly FileRule[], type?: string): Promise<TypedRule[]> {
  const typed: TypedRule[] = [];
  const problems: string[] = [];
  for (const { body, type: own, place } of rules) {
    if (own === undefined) {
      typed.push({ body, of: await ruleType(client, type), place, isUntyped: type === undefined });
      continue;
    }
    try {
      typed.push({ body, of: await ruleType(client, own, `${place}: type`), place, isUntyped: false });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new CommandError(EXIT.FAILED, 'rule_file', problems.slice(0, MAX_PROBLEMS).join('\n'));
  return typed;
}

/**
 * Refuses rules of one type, app and name: of two the second would take the place of the first.
 * @throws CommandError with both places of each
 */
export function refuseTwins(rules: readonly TypedRule[]): void {
  const places = new Map<string, string>();
  const problems: string[] = [];
  for (const { body, of, place } of rules) {
    const key = `${of.kind.segment} ${body.app}/${body.name}`;
    const first = places.get(key);
    if (first === undefined) places.set(key, place);
    else
      problems.push(
        `${place}: app ${body.app} has a rule of type ${of.kind.segment} with this name already, at ${first}; expected one of each name, give one of them another`,
      );
  }
  if (problems.length > 0)
    throw new CommandError(
      EXIT.FAILED,
      'rule_file',
      [...problems.slice(0, MAX_PROBLEMS), 'nothing was changed'].join('\n'),
    );
}

/** What the control plane says of a rule before it comes. */
export interface Preview {
  readonly warnings: readonly string[];
}

/**
 * Has the control plane check every rule before the first is stored.
 * @throws CommandError with every field of every rule that it would refuse, at most 20 of them
 */
export async function previewRules(rules: readonly TypedRule[]): Promise<Preview[]> {
  const said: Preview[] = [];
  const problems: string[] = [];
  for (const { body, of, place, isUntyped } of rules) {
    try {
      // What types say beside it differs, and nobody here reads it.
      said.push((await of.calls.preview({ body })) as unknown as Preview);
    } catch (error) {
      const found = problemsOf(error, place, of.kind.body as object);
      if (found === null) throw error;
      problems.push(...(isUntyped ? [await untyped(place, of)] : []), ...found);
    }
    if (problems.length >= MAX_PROBLEMS) break;
  }
  if (problems.length > 0)
    throw new CommandError(
      EXIT.FAILED,
      'INVALID',
      [...problems.slice(0, MAX_PROBLEMS), 'nothing was changed'].join('\n'),
    );
  return said;
}

/** Fields of another type are unknown in this one. */
async function untyped(place: string, { kind }: RuleType): Promise<string> {
  const { RULE_KINDS } = await import('@weft/api');
  const others = RULE_KINDS.filter(({ segment }) => segment !== kind.segment).map(({ segment }) => segment);
  return `${place}: type: missing, so that it was taken for ${kind.segment}; the others are ${others.join(', ')}`;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

/** What is wrong with the fields of a rule, a line each; null for an error that is none of the rule. */
export function problemsOf(error: unknown, place: string, schema: SchemaNode): string[] | null {
  if (!(error instanceof Error) || error.name !== 'ApiError') return null;
  const { code, fields, message } = error as ApiError;
  if (code !== 'INVALID') return null;
  if (fields.length === 0) return [`${place}: ${message}`];
  return fields.map((field) => {
    const parts = field.path
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const name = parts
      .map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`))
      .join('');
    const known = field.message.startsWith('unknown key') ? keysAt(schema, parts.slice(0, -1)) : [];
    if (known.length > 0) return `${place}: ${name} is unknown; expected one of ${known.join(', ')}`;
    return `${place}: ${name === '' ? '' : `${name}: `}${field.message}`;
  });
}

/** The fields that the schema knows at a place. */
function keysAt(schema: SchemaNode, path: readonly string[]): string[] {
  let node: SchemaNode | undefined = schema;
  for (const part of path) node = /^\d+$/.test(part) ? node?.items : node?.properties?.[part];
  return Object.keys(node?.properties ?? {});
}
