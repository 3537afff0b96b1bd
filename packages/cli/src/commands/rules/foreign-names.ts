import path from 'node:path';
import type { RuleInput } from '@weft/api';
import type { TypedRule } from './rule-check.ts';

/** As long as the name of a rule may be. */
const MAX_NAME = 255;
/** Of the name of a file, so that most of what the rule itself is called stays. */
const MAX_FILE_NAME = 100;

/**
 * Puts the name of their file behind rules of other products whose own name another file has as well: `sentinel /pay (b)`. The first
 * rule keeps its name, so that a file that is added behind it changes none; rules of Weft's own files keep theirs in any case.
 *
 * @param files of the rules of other products; within one file their names are different
 */
export function tellApart(rules: readonly TypedRule[], files: ReadonlyMap<RuleInput, string>): TypedRule[] {
  const taken = new Set(rules.filter(({ body }) => !files.has(body)).map((rule) => keyOf(rule)));
  return rules.map((rule) => {
    const file = files.get(rule.body);
    if (file === undefined) return rule;
    const name = freeName(rule, file, taken);
    taken.add(keyOf(rule, name));
    return { ...rule, body: { ...rule.body, name } };
  });
}

const keyOf = ({ body, of }: TypedRule, name = body.name): string => `${of.kind.segment} ${body.app}/${name}`;

function freeName(rule: TypedRule, file: string, taken: ReadonlySet<string>): string {
  const { name } = rule.body;
  if (!taken.has(keyOf(rule))) return name;
  const { base, name: stem } = path.parse(file);
  const labels = [shown(stem), shown(base)];
  for (let number = 0; ; number++) {
    const end = ` (${labels[number] ?? `${shown(base)} ${number}`})`;
    const candidate = `${name.slice(0, MAX_NAME - end.length).toWellFormed()}${end}`;
    if (!taken.has(keyOf(rule, candidate))) return candidate;
  }
}

/** What nobody sees may not stand in the name of a rule, and may in that of a file. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/gu;

const shown = (file: string): string => file.replace(UNSEEN, ' ').slice(0, MAX_FILE_NAME).toWellFormed();
