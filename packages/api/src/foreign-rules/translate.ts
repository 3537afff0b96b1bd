import { message } from '../messages/index.ts';
import { fromGuardian, isGuardianRule } from './guardian.ts';
import { fromFlowRule, isFlowRule } from './sentinel.ts';
import {
  type Fields,
  type ForeignDefaults,
  type ForeignFormat,
  isFields,
  shown,
  type Translation,
  Translator,
  Untranslatable,
} from './translation.ts';

/** As many as an import takes. */
const MAX_RULES = 5000;
const LISTS = ['rules', 'data', 'flowRules'];

/** Whose file this is; null when it looks like none that is known. */
export function detectForeignFormat(value: unknown): ForeignFormat | null {
  const first = itemsOf(value).find(isFields);
  if (first === undefined) return null;
  return isGuardianRule(first) ? 'guardian' : isFlowRule(first) ? 'sentinel' : null;
}

/**
 * Limits in the words of another product as rate-limit rules. What has no counterpart is left out and remarked on.
 *
 * @param value the parsed file: one rule, a list, or an object with a list `rules`, `data` or `flowRules`
 * @throws RangeError when there are more than 5000 rules
 */
export function translateForeignRules(
  value: unknown,
  format: ForeignFormat,
  defaults: ForeignDefaults = {},
): Translation {
  const items = itemsOf(value);
  if (items.length > MAX_RULES) throw new RangeError(`found ${items.length} rules, expected at most ${MAX_RULES}`);
  const to = new Translator(defaults);
  for (const [index, item] of items.entries())
    to.take(titleOf(item, index), () => {
      if (!isFields(item)) throw new Untranslatable(message('foreign.object', { found: shown(item) }));
      return format === 'guardian' ? fromGuardian(item, to) : fromFlowRule(item, to);
    });
  return { format, rules: to.rules, remarks: to.remarks };
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isFields(value)) return [];
  for (const name of LISTS) {
    const list = value[name];
    if (Array.isArray(list)) return list;
  }
  return [value];
}

function titleOf(item: unknown, index: number): string {
  const named = isFields(item) ? ((item as Fields)['name'] ?? (item as Fields)['resource'] ?? item['id']) : undefined;
  return named === undefined ? `rule ${index + 1}` : `rule ${index + 1} ${shown(named)}`;
}
