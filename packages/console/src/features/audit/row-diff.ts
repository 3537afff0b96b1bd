import type { FieldChange } from '../../services/rules.ts';

/** What became of one rule. */
export interface ChangedRule {
  /** Type as addresses have it, such as `limit`; '' where the row does not say which rule it was. */
  readonly segment: string;
  readonly id: number;
  readonly name: string;
  /** The version that the change made; 0 where it made none, as a draft or a rollout does. */
  readonly version: number;
  readonly changes: readonly FieldChange[];
}

/** What a row of the audit log says of what changed, part by part. */
export interface RowDiff {
  readonly rules: readonly ChangedRule[];
  /** Documents that carry the rules, by name, with the version that proxies get. */
  readonly documents: readonly { readonly dataId: string; readonly version: number }[];
  /** Whatever else it says. */
  readonly facts: readonly (readonly [name: string, value: unknown])[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Each `limit/7 name` of an object such as `rules limit/7 qps, fuse/2 slow`; a name may have commas and blanks. */
const RULE = /(?:^rules? |, )([a-z-]+)\/(\d+)(?: (.*?))?(?=, [a-z-]+\/\d|$)/gs;

/** Reads the parts that the control plane writes; what has another form is a fact under its own name. */
export function readDiff(diff: unknown, object: string): RowDiff {
  const named = [...object.matchAll(RULE)].map(([, segment = '', id, name = '']) => ({
    segment,
    id: Number(id),
    name,
  }));
  const ofRule = (id: number) => named.find((rule) => rule.id === id) ?? { segment: '', id, name: '' };
  const only = named.length === 1 ? named[0] : undefined;
  const parts: { rules: ChangedRule[]; documents: RowDiff['documents']; facts: [string, unknown][] } = {
    rules: [],
    documents: [],
    facts: [],
  };
  for (const [key, value] of Object.entries(isObject(diff) ? diff : { diff })) {
    if (value === null || value === undefined || value === '') continue;
    if (key === 'rules' && isListOf(value, isRuleDiff))
      parts.rules.push(
        ...value.map(({ id, version, changes }) => ({ ...ofRule(id), version, changes: changes.flatMap(fieldsOf) })),
      );
    else if ((key === 'changes' || key === 'discarded') && only !== undefined && isListOf(value, isChange))
      parts.rules.push({ ...only, version: 0, changes: value.flatMap(fieldsOf) });
    else if (key === 'documents' && isListOf(value, isDocument)) parts.documents = value;
    else parts.facts.push([key, value]);
  }
  return parts;
}

/** A rule that came or went as a whole is one change in the log: here each of its fields. */
function fieldsOf(change: FieldChange): FieldChange[] {
  const { path, before, after } = change;
  if (path !== '' || (isObject(before) && isObject(after))) return [change];
  return isObject(after)
    ? leavesOf(after, '').map(([at, value]) => ({ path: at, before: null, after: value }))
    : isObject(before)
      ? leavesOf(before, '').map(([at, value]) => ({ path: at, before: value, after: null }))
      : [change];
}

function leavesOf(value: unknown, path: string): [path: string, value: unknown][] {
  if (isObject(value))
    return Object.entries(value).flatMap(([key, part]) =>
      leavesOf(part, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    );
  const isNothing = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return isNothing ? [] : [[path, value]];
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isListOf = <Item>(value: unknown, isItem: (item: unknown) => item is Item): value is readonly Item[] =>
  Array.isArray(value) && value.every(isItem);

const isChange = (value: unknown): value is FieldChange =>
  isObject(value) && typeof value['path'] === 'string' && 'before' in value && 'after' in value;

const isRuleDiff = (value: unknown): value is Pick<ChangedRule, 'id' | 'version' | 'changes'> =>
  isObject(value) &&
  typeof value['id'] === 'number' &&
  typeof value['version'] === 'number' &&
  isListOf(value['changes'], isChange);

const isDocument = (value: unknown): value is RowDiff['documents'][number] =>
  isObject(value) && typeof value['dataId'] === 'string' && typeof value['version'] === 'number';
