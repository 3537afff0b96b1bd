import { RULE_KINDS, type RuleSegment } from '@weft/api/rules';
import { type Format, isMessageKey, type Language, type MessageKey, type Translate } from '../../i18n/index.ts';
import type { FieldSchema } from '../schema-form/index.ts';
import { authInWords } from './auth-text.ts';
import { downgradeInWords } from './downgrade-text.ts';
import { faultInWords } from './fault-text.ts';
import { fuseInWords } from './fuse-text.ts';
import { hijackInWords } from './hijack-text.ts';
import { isolateInWords } from './isolate-text.ts';
import { limitInWords } from './limit-text.ts';
import { mappingInWords } from './mapping-text.ts';
import { mirrorInWords } from './mirror-text.ts';
import { routeInWords } from './route-text.ts';
import { askedSchema } from './schema-for.ts';
import { specInWords } from './spec-words.ts';

export interface Words {
  readonly t: Translate;
  readonly format: Format;
  readonly language: Language;
}

/** What pages need to know of a type of rules. Forms, columns and comparisons follow from the schema. */
export interface RuleKind {
  /** Word in addresses and permission points, such as `limit`. */
  readonly segment: RuleSegment;
  /** As rules name it, such as `LIMIT`. */
  readonly type: string;
  /** Part of the names of operations, such as `Limit` of `createLimitRule`. */
  readonly id: string;
  readonly schema: FieldSchema;
}

export const KINDS: readonly RuleKind[] = RULE_KINDS.map(({ segment, type, id, body }) => ({
  segment,
  type,
  id,
  // With the hints for forms that every field of a rule has.
  schema: askedSchema(segment, body as unknown as FieldSchema),
}));

/** The type by its word in the address. */
export function kindOf(segment: string): RuleKind | undefined {
  return KINDS.find((kind) => kind.segment === segment);
}

/** Whether all rules of a type have one value in a field, so that nobody has to read it. */
export function isFixed({ schema }: RuleKind, field: string): boolean {
  return schema.properties?.[field]?.['x-weft-form']?.fixed === true;
}

/** Whether rules of a type can be made to watch only. */
export function canObserve(kind: RuleKind): boolean {
  return !isFixed(kind, 'mode') && kind.schema.properties?.['mode']?.enum?.includes('OBSERVE') === true;
}

/** Where the rules of a type are listed. */
export function rulesAddress(type: string): string {
  const kind = KINDS.find((known) => known.type === type) ?? KINDS[0];
  return `/rules/${kind?.segment ?? 'limit'}`;
}

/** Where a rule is edited. */
export const ruleAddress = (type: string, id: number): string => `${rulesAddress(type)}/${id}`;

/** What a type is called, in answers that name it; a type of a newer server as it is. */
export function typeInWords(type: string, words: Words): string {
  const kind = KINDS.find((known) => known.type === type);
  return kind === undefined ? type : kindText(kind, 'title', words);
}

/** Texts of a type: written for it, else made of the title of its schema. */
export function kindText(kind: RuleKind, part: 'title' | 'subtitle' | 'add' | 'summary', words: Words): string {
  const key = `kind.${kind.segment}-${part}`;
  if (isMessageKey(key)) return words.t(key);
  return words.t(`kind.any-${part}` satisfies MessageKey, { rule: ruleName(kind, words.language) });
}

function ruleName({ schema, segment }: RuleKind, language: Language): string {
  return (language === 'zh' ? schema['x-weft-form']?.zh?.title : schema.title) ?? segment;
}

/** Words that were written for a type; others are made of its fields. */
const WORDS: Readonly<Record<string, (spec: object, t: Translate, format: Format) => string>> = {
  limit: limitInWords,
  fuse: fuseInWords,
  'fault-inject': faultInWords,
  auth: authInWords,
  downgrade: downgradeInWords,
  hijack: hijackInWords,
  route: routeInWords,
  isolate: isolateInWords,
  mirror: mirrorInWords,
  mapping: mappingInWords,
};

/** What a rule does, in a few words: "2/s, burst 2". */
export function ruleInWords(kind: RuleKind | undefined, spec: object, words: Words): string {
  if (kind === undefined) return '';
  const own = WORDS[kind.segment];
  if (own !== undefined) return own(spec, words.t, words.format);
  return specInWords(kind.schema.properties?.['spec'] ?? {}, spec as Readonly<Record<string, unknown>>, words.language);
}
