/** A place where two documents differ; undefined where one has nothing. */
export interface Difference {
  readonly path: string;
  readonly here: string | undefined;
  readonly there: string | undefined;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Beyond the bound. */
  readonly more: number;
}

/** Fields by which elements of a list are known, wherever they stand in it. */
const NAMES = ['name', 'id', 'address', 'match'] as const;
/** Differences that are shown. */
export const MAX_DIFFERENCES = 500;

type Entries = ReadonlyMap<string, unknown>;

/** Where two documents differ, in the order of the first. Elements that have a name are compared by it, not by their place. */
export function compareDocuments(here: unknown, there: unknown): Comparison {
  const differences: Difference[] = [];
  let more = 0;
  const note = (path: string, a: unknown, b: unknown): void => {
    if (differences.length >= MAX_DIFFERENCES) more++;
    else differences.push({ path, here: textOf(a), there: textOf(b) });
  };
  const walk = (path: string, a: unknown, b: unknown): void => {
    if (Object.is(a, b)) return;
    const [left, right] = [entriesOf(a), entriesOf(b)];
    if (left === null || right === null || Array.isArray(a) !== Array.isArray(b)) {
      if (textOf(a) !== textOf(b)) note(path === '' ? '/' : path, a, b);
      return;
    }
    for (const [key, value] of left) walk(`${path}/${key}`, value, right.get(key));
    for (const [key, value] of right) if (!left.has(key)) note(`${path}/${key}`, undefined, value);
  };
  walk('', here, there);
  return { differences, more };
}

function entriesOf(value: unknown): Entries | null {
  if (Array.isArray(value)) {
    const names = value.map(nameOf);
    const named = new Set(names).size === names.length && names.every((name) => name !== undefined);
    return new Map(value.map((item, at) => [named ? `[${names[at]}]` : String(at), item]));
  }
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(item));
  for (const field of NAMES) {
    const name = fields.get(field);
    if (typeof name === 'string') return name;
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}
