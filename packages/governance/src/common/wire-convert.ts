import { ConfigError, type ConfigProblem } from '@weft/kit';
import { parseConfig, type JsonSchema as SchemaOf } from '@weft/schema';
import { MAX_DOCUMENT_LENGTH, type RuleBody } from '@weft/schema/wire';
import { type CompiledRules, type RuleDocument, type RuleNode, UNKNOWN_NODE } from '@weft/sdk';
import { parseMethodEntry } from './method-entry.ts';
import { shownValue } from './shown-problem.ts';
import type { WireRule } from './targets.ts';

/** A rule as documents carry it. */
export type WireRuleData = Readonly<Record<string, unknown>> & { readonly ruleDbId: number };

/** The fields whose place among the others depends on the type. */
export interface WireHead {
  readonly id: number;
  readonly ruleDbId: number;
  readonly Resource: null;
  readonly mode: RuleBody['mode'];
  readonly httpPath: string;
  readonly httpMethod: string;
}

/** A body that is accepted, completed with its defaults, or everything that is wrong with it. */
export type CheckedBody<Body> =
  | { readonly kind: 'ok'; readonly body: Body }
  | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] };

/**
 * What rules of every type carry to the wire, for each run of methods: entries of `methods` that name an HTTP method or path
 * become rules of their own, because a wire rule has one method and path.
 *
 * @param order the fields that logs print, in their fixed order, those of the head among them
 */
export function toWireRules(
  ruleDbId: number,
  body: RuleBody,
  order: (head: WireHead) => Readonly<Record<string, unknown>>,
): WireRuleData[] {
  return methodRuns(body.methods).map((methods, id) => {
    const entry = parseMethodEntry(methods[0] as string);
    const http = 'message' in entry ? { httpPath: '', httpMethod: '' } : entry;
    const { httpPath, httpMethod } = http;
    const head: WireHead = { id, ruleDbId, Resource: null, mode: body.mode, httpPath, httpMethod };
    return {
      ...order(head),
      ...head,
      name: body.name,
      enabled: body.enabled,
      direction: body.direction,
      services: body.services,
      methods,
      conditions: body.conditions,
      scope: body.scope,
      ...(body.description === '' ? {} : { description: body.description }),
    };
  });
}

/** Plain methods together, HTTP entries one by one, in their order. */
function methodRuns(methods: readonly string[]): string[][] {
  const runs: string[][] = [];
  let plain: string[] | null = null;
  for (const method of methods) {
    if (method.includes('/') || method.startsWith('~') || method.includes(' ')) {
      plain = null;
      runs.push([method]);
    } else if (plain === null) {
      plain = [method];
      runs.push(plain);
    } else plain.push(method);
  }
  return runs;
}

/** The document of an app, from its rules in the order of their ids; `*` is the app of the rules for every app. */
export function toAppDocument<Body>(
  app: string,
  list: string,
  rules: readonly { readonly ruleDbId: number; readonly body: Body; readonly version?: number }[],
  toWire: (ruleDbId: number, body: Body, ruleVersion: number) => readonly unknown[],
): Readonly<Record<string, unknown>> {
  const ordered = [...rules].sort((a, b) => a.ruleDbId - b.ruleDbId);
  return {
    appName: app,
    type: 'ALL',
    enabled: true,
    [list]: ordered.flatMap(({ ruleDbId, body, version = 0 }) => toWire(ruleDbId, body, version)),
  };
}

/** The rules of a parsed document as the management API has them; what `toAppDocument` made comes back the same. */
export function fromAppRules<Rule extends WireRule, Spec>(
  app: string,
  wireRules: readonly Rule[],
  specOf: (rule: Rule) => Spec,
) {
  const groups = Map.groupBy(wireRules, (rule) => rule.ruleDbId);
  return [...groups].map(([ruleDbId, rules]) => {
    const rule = rules[0] as Rule & { readonly description?: unknown };
    return {
      ruleDbId,
      body: {
        name: rule.name.trim() === '' ? `rule_${rule.ruleDbId}` : rule.name,
        app,
        direction: rule.direction,
        services: [...rule.services],
        methods: rules.flatMap(methodsOf),
        mode: rule.mode,
        enabled: rule.enabled,
        conditions: [...rule.conditions],
        scope: rule.scope,
        description: typeof rule.description === 'string' ? rule.description : '',
        spec: specOf(rule),
      },
    };
  });
}

/** Rules of other products have only the fields that an entry stands for. */
function methodsOf({ methods, httpMethod, httpPath }: WireRule): readonly string[] {
  if ((httpMethod === '' && httpPath === '') || methods.length !== 1 || methods[0] !== '*') return methods;
  const path = httpPath === '' ? '*' : `~${httpPath}`;
  return [httpMethod === '' ? path : `${httpMethod} ${path}`];
}

/** How the body of a type is checked. */
export interface BodyCheck<Body extends RuleBody, Document> {
  readonly bodySchema: SchemaOf<Body>;
  readonly documentSchema: SchemaOf<Document>;
  /** Name of the list in the document. */
  readonly list: string;
  toDocument(app: string, rules: readonly { readonly ruleDbId: number; readonly body: Body }[]): unknown;
  compile(documents: readonly RuleDocument<Document>[], node: RuleNode): CompiledRules;
  /** Fields of the wire rule that stand in `spec` of the body. */
  readonly specFields: readonly string[];
}

/** Checks a body as proxies will: the schema, then the compiler that they have. */
export function checkBody<Body extends RuleBody, Document>(
  input: unknown,
  check: BodyCheck<Body, Document>,
): CheckedBody<Body> {
  try {
    const { value: body } = parseConfig(input, check.bodySchema);
    const text = JSON.stringify(check.toDocument(body.app, [{ ruleDbId: 1, body: { ...body, enabled: true } }]));
    const size = Buffer.byteLength(text);
    if (size > MAX_DOCUMENT_LENGTH) return { kind: 'refused', problems: [tooLong(size)] };
    const found = documentProblems(JSON.parse(text), check).map((problem) => inBody(problem, body, check));
    return found.length > 0 ? { kind: 'refused', problems: dedupe(found) } : { kind: 'ok', body };
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'refused', problems: error.problems };
    throw error;
  }
}

function documentProblems<Body extends RuleBody, Document>(
  document: unknown,
  { documentSchema, compile }: BodyCheck<Body, Document>,
): readonly ConfigProblem[] {
  try {
    const { value } = parseConfig(document, documentSchema);
    return compile([{ dataId: '', version: 1, value }], UNKNOWN_NODE).problems;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** It could be kept, and never be switched on: the document that carries it alone is more than proxies take. */
function tooLong(size: number): ConfigProblem {
  return {
    file: '',
    path: '',
    value: `a rule of ${size} bytes`,
    message: 'the rule is too long to be sent to proxies',
    expected: `at most ${MAX_DOCUMENT_LENGTH} bytes as a document of its own`,
  };
}

/** The place in the body of what was found in the document that was made of it. */
function inBody<Body extends RuleBody>(
  { dataId: _, ...problem }: ConfigProblem & { dataId?: string },
  body: Body,
  { list, specFields }: Pick<BodyCheck<Body, unknown>, 'list' | 'specFields'>,
): ConfigProblem {
  const path = problem.path.replace(new RegExp(`^${list}\\[\\d+\\]\\.`), '');
  const field = /^[^.[]*/.exec(path)?.[0] ?? '';
  if (specFields.includes(field)) return { ...problem, path: `spec.${path}` };
  const method = /^methods\[\d+\]$/.test(path)
    ? body.methods.findIndex((entry) => shownValue(JSON.stringify(entry)) === problem.value)
    : -1;
  return { ...problem, path: method < 0 ? path : `methods[${method}]` };
}

function dedupe(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}
