import type { ConfigProblem } from '@weft/kit';
import { ALL_APPS, DataIdError, parseDrmDataId, ruleTypeOf } from '@weft/schema/data-id';
import type { RuleType } from '@weft/schema/wire';
import type { GovernanceRule, RuleNode } from '@weft/sdk';

/** Finds the code of a rule type; null when it is not in this release. */
export type FindRule = (type: RuleType) => Promise<GovernanceRule | null>;

export type CheckedDocument =
  | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] }
  | {
      readonly kind: 'ok';
      readonly rule: GovernanceRule;
      readonly value: unknown;
      readonly warnings: readonly ConfigProblem[];
    };

/** Reads a document of rules and compiles it alone. Places are JSON paths within the document. */
export async function checkDocument(
  dataId: string,
  text: string,
  find: FindRule,
  node: RuleNode,
): Promise<CheckedDocument> {
  const refuse = (message: string, expected: string): CheckedDocument => ({
    kind: 'refused',
    problems: [{ file: dataId, path: '', message, expected }],
  });
  let type: RuleType | null;
  let app: string;
  try {
    type = ruleTypeOf(dataId);
    app = parseDrmDataId(dataId).app;
  } catch (error) {
    if (!(error instanceof DataIdError)) throw error;
    return refuse(`not the name of rules: ${error.message}`, 'a dataId of rules');
  }
  if (type === null)
    return refuse('not the name of rules', 'a dataId whose attribute is that of a rule type, such as flowControlRule');
  const rule = await find(type);
  if (rule === null) return refuse(`rules of type ${type} are not in this release`, 'rules of another type');
  if (app !== '' && app !== ALL_APPS && node.app !== '' && app !== node.app)
    return refuse(`the rules are for the app ${app}`, `rules for ${node.app}, the app of this proxy, or for every app`);
  // With the first document: a proxy without rules does not carry their schemas.
  const { parseDocument } = await import('@weft/schema/wire');
  const parsed = parseDocument(dataId, text, rule.schema);
  if (parsed.kind === 'refused') return parsed;
  const { problems } = rule.compile([{ dataId, version: 0, value: parsed.value }], node);
  return problems.length > 0
    ? { kind: 'refused', problems }
    : { kind: 'ok', rule, value: parsed.value, warnings: parsed.warnings };
}
