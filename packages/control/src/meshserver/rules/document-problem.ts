import type { FieldProblem } from '@weft/api';
import type { ConfigProblem } from '@weft/kit';
import { toPointer } from '../../gateway/validate.ts';

/**
 * What is wrong with the document that carries rules, told of the rule that somebody wrote: nobody writes documents.
 * @param list the name of the list of rules in the document
 */
export function documentProblem(problem: ConfigProblem, document: string, list: string): FieldProblem {
  const { path, message, value: found, expected } = problem;
  const text = `${message} (${found === undefined ? '' : `found ${found}, `}expected ${expected})`;
  const place = new RegExp(`^${list}\\[(\\d+)\\]\\.?`).exec(path);
  if (place === null) return { path: toPointer(path), message: text };
  const name = nameAt(document, list, Number(place[1]));
  return { path: toPointer(path.slice(place[0].length)), message: `${JSON.stringify(name)}: ${text}` };
}

/** The name of a rule in a document that could be read: only such a one has problems in its list. */
function nameAt(document: string, list: string, index: number): string {
  const { [list]: rules } = JSON.parse(document) as Readonly<Record<string, readonly { readonly name?: unknown }[]>>;
  return String(rules?.[index]?.name ?? '');
}
