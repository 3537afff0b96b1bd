import { ConfigError, type ConfigProblem } from '@weft/kit';
import { parseConfig } from '@weft/schema';
import { flowControlDocumentSchema, type LimitRuleBody, limitRuleBodySchema } from '@weft/schema/wire';
import { UNKNOWN_NODE } from '@weft/sdk';
import { compileLimits } from './compile.ts';
import { toWireRules } from './convert.ts';

/** A body that is accepted, completed with its defaults, or everything that is wrong with it. */
export type CheckedLimitBody =
  | { readonly kind: 'ok'; readonly body: LimitRuleBody }
  | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] };

/** Checks the body of a rate-limit rule as proxies will: the schema, then the compiler that they have. */
export function checkLimitBody(input: unknown): CheckedLimitBody {
  try {
    const { value: body } = parseConfig(input, limitRuleBodySchema);
    const rules = toWireRules(1, { ...body, enabled: true });
    const document = parseConfig({ flowControlRules: rules }, flowControlDocumentSchema).value;
    const { problems } = compileLimits([{ dataId: '', version: 1, value: document }], UNKNOWN_NODE);
    const bodyProblems = problems.map((problem) => inBody(problem, body));
    return bodyProblems.length > 0 ? { kind: 'refused', problems: dedupe(bodyProblems) } : { kind: 'ok', body };
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'refused', problems: error.problems };
    throw error;
  }
}

/** The place in the body of what was found in the document that was made of it. */
function inBody({ dataId: _, ...problem }: ConfigProblem & { dataId: string }, body: LimitRuleBody): ConfigProblem {
  const path = problem.path.replace(/^flowControlRules\[\d+\]\./, '');
  if (path.startsWith('reject.')) return { ...problem, path: `spec.${path}` };
  const method = /^methods\[\d+\]$/.test(path)
    ? body.methods.findIndex((entry) => JSON.stringify(entry) === problem.value)
    : -1;
  return { ...problem, path: method < 0 ? path : `methods[${method}]` };
}

function dedupe(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}
