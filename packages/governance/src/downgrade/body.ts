import type { ConfigProblem } from '@weft/kit';
import { parseConfig } from '@weft/schema';
import { valuesOf } from '@weft/schema/data-id';
import { type DowngradeRuleBody, downgradeDocumentSchema, downgradeRuleBodySchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody, checkService, parseMethodEntry, shownProblem } from '../common/index.ts';
import { ANSWERED_ONLY, whyUnanswered } from './answer.ts';
import { compileDowngrades } from './compile.ts';
import { toDowngradeDocument } from './convert.ts';
import { type MessageWriter, messageProblems } from './messages.ts';

/** Checks the body of a degradation rule as proxies will: the schema, then the compiler that they have. */
export function checkDowngradeBody(input: unknown, writer: MessageWriter): CheckedBody<DowngradeRuleBody> {
  const checked = checkBody(input, {
    bodySchema: downgradeRuleBodySchema,
    documentSchema: downgradeDocumentSchema,
    list: 'downgradeRules',
    toDocument: (app, rules) => toDowngradeDocument(app, rules, writer),
    compile: compileDowngrades,
    specFields: [],
  });
  if (checked.kind === 'ok') {
    const { body } = checked;
    const problems = [...nameProblems(body), ...textProblems(body), ...messageProblems(body, writer)];
    return problems.length === 0 ? checked : { kind: 'refused', problems };
  }
  const problems = checked.problems.map((problem) => ({ ...problem, path: inBody(problem.path, input) }));
  return { kind: 'refused', problems: withMessageProblems(atServices(problems, input), input, writer) };
}

/** Documents have services as conditions, so that their actions are at fault; in a body it is the service that is. */
function atServices(problems: ConfigProblem[], input: unknown): ConfigProblem[] {
  const others = problems.filter(({ expected }) => expected !== ANSWERED_ONLY);
  if (others.length === problems.length) return problems;
  // The schema had no word against it, or there would have been no document.
  const { services } = parseConfig(input, downgradeRuleBodySchema).value;
  const named = nameProblems({ services, methods: [] });
  const unanswered = services.flatMap((service, index) => {
    const path = `services[${index}]`;
    const why = whyUnanswered(service);
    if (why === '' || named.some((problem) => problem.path === path)) return [];
    return [shownProblem('', path, JSON.stringify(service), why, ANSWERED_EXPECTED)];
  });
  return [...named, ...unanswered, ...others];
}

const ANSWERED_EXPECTED = 'a service of HTTP, gRPC, Triple, SOFARPC, Dubbo, Tars or Dubbo thrift; or the action REJECT';

/** That messages are missing says nobody what to do: why they could not be written does. */
function withMessageProblems(problems: ConfigProblem[], input: unknown, writer: MessageWriter): ConfigProblem[] {
  const others = problems.filter(({ path }) => path !== 'spec.messages');
  if (others.length === problems.length) return problems;
  // The schema had no word against it, or there would have been no document.
  const { value } = parseConfig(input, downgradeRuleBodySchema);
  const reasons = [...nameProblems(value), ...messageProblems(value, writer)];
  if (others.length === 0 && reasons.length === 0) return problems;
  return [...others, ...reasons.filter(({ path }) => !others.some((other) => other.path === path))];
}

const JSON_TYPE = /^\s*application\/(?:[^\s;]+\+)?json\s*(?:;|$)/i;

/** Callers over HTTP get the text as it is, as JSON unless a header says otherwise. Proxies take what an older control plane stored. */
function textProblems({ spec, services }: DowngradeRuleBody): ConfigProblem[] {
  const { action, body, headers } = spec;
  if (action !== 'MOCK' || !services.some((service) => valuesOf(service) === 'text')) return [];
  const [, type = 'application/json'] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  if (!JSON_TYPE.test(type) || isJson(body)) return [];
  return [
    shownProblem(
      '',
      'spec.body',
      JSON.stringify(body.slice(0, 80)),
      'not JSON data',
      'JSON, or a header content-type of another type such as text/plain; RETURN_NULL for no body',
    ),
  ];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Services and methods are conditions in the document, where any text is one. */
function nameProblems({ services, methods }: Pick<DowngradeRuleBody, 'services' | 'methods'>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (path: string, value: string | undefined, message: string, expected: string): void => {
    problems.push(shownProblem('', path, value, message, expected));
  };
  for (const [index, service] of services.entries()) checkService(service, index, report);
  for (const [index, method] of methods.entries()) {
    const entry = parseMethodEntry(method);
    if ('message' in entry) report(`methods[${index}]`, JSON.stringify(method), entry.message, entry.expected);
  }
  return problems;
}

/** The document has the answer in an action, and the conditions of the service before those of the body. */
function inBody(path: string, input: unknown): string {
  const inner = path
    .replace(/^actions\[\d+\]\.type$/, 'spec.action')
    .replace(/^actions\[\d+\]\.extension\[0\]\./, 'spec.');
  const index = /^conditions\[(\d+)\]/.exec(inner)?.[1];
  const own = (input as { readonly conditions?: unknown }).conditions;
  if (index === undefined || !Array.isArray(own)) return inner;
  const generated = (toGenerated(input) ?? 0) as number;
  const at = Number(index) - generated;
  return at < 0 ? inner : inner.replace(/^conditions\[\d+\]/, `conditions[${at}]`);
}

/** How many conditions stand before those of the body, in its first rule. */
function toGenerated(input: unknown): number | null {
  const { services, methods = ['*'] } = input as { readonly services?: unknown; readonly methods?: unknown };
  if (!Array.isArray(services) || !Array.isArray(methods)) return null;
  const entry = parseMethodEntry(String(methods[0]));
  const ofMethod =
    'message' in entry
      ? 1
      : (entry.method === '*' ? 0 : 1) + (entry.httpMethod === '' ? 0 : 1) + (entry.httpPath === '' ? 0 : 1);
  return (services[0] === '*' ? 0 : 1) + ofMethod;
}
