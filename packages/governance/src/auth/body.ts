import { type AuthRuleBody, authRuleBodySchema, rbacDocumentSchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody } from '../common/index.ts';
import { compileAuth } from './compile.ts';
import { toAuthDocument } from './convert.ts';

/** Checks the body of an authorization rule as proxies will: the schema, then the compiler that they have. */
export function checkAuthBody(input: unknown): CheckedBody<AuthRuleBody> {
  const checked = checkBody<AuthRuleBody, never>(input, {
    bodySchema: authRuleBodySchema,
    documentSchema: rbacDocumentSchema as never,
    list: 'rbacRules',
    toDocument: toAuthDocument,
    compile: compileAuth,
    specFields: [],
  });
  if (checked.kind === 'ok') return checked;
  const problems = checked.problems.map((problem) => ({
    ...problem,
    path: inBody(problem.path, problem.value, input),
  }));
  return { kind: 'refused', problems };
}

/** The document has the rule below its service. */
function inBody(path: string, value: string | undefined, input: unknown): string {
  const inner = path.replace(/^rules\[\d+\]\./, '').replace(/^rbacRules\[\d+\]\./, '');
  if (inner.startsWith('reject.')) return `spec.${inner}`;
  if (inner !== 'service') return inner;
  const services = (input as { readonly services?: unknown }).services;
  const index = Array.isArray(services) ? services.findIndex((item) => JSON.stringify(item) === value) : -1;
  return index < 0 ? 'services' : `services[${index}]`;
}
