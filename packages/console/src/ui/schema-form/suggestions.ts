/** An entry of a list to choose from: known, or what was typed. */
export interface Entry {
  readonly value: string;
  readonly kind: 'known' | 'typed';
}

/**
 * The entries for what was typed: known ones first, those that begin with it before those that contain it, then the text as it
 * was typed, to be taken on purpose. `*` is the last of the known ones and no answer to a text; chosen ones stay, to be taken out again.
 */
export function entriesFor(known: readonly string[], chosen: readonly string[], typed: string): readonly Entry[] {
  const text = typed.trim();
  const all = [...new Set([...known, ...chosen])].filter((value) => value !== '*');
  const star: readonly Entry[] = known.includes('*') || chosen.includes('*') ? [{ value: '*', kind: 'known' }] : [];
  const entry = (value: string): Entry => ({ value, kind: 'known' });
  if (text === '') return [...all.map(entry), ...star];
  if (text === '*') return star;
  const wanted = text.toLowerCase();
  const places = (value: string): number => value.toLowerCase().indexOf(wanted);
  const fitting = all.filter((value) => places(value) >= 0);
  const begins = fitting.filter((value) => places(value) === 0);
  const contains = fitting.filter((value) => places(value) > 0);
  const exact = all.includes(text);
  const ordered = exact
    ? [text, ...[...begins, ...contains].filter((value) => value !== text)]
    : [...begins, ...contains];
  return [...ordered.map(entry), ...(exact ? [] : [{ value: text, kind: 'typed' } as const])];
}

/** Whether a method stands for several: a path that ends in `*`, or `~` and an expression, with a verb or without. */
export const isPattern = (method: string): boolean => /\*$|^([A-Z]+ )?~/.test(method);

/** Shorter ones look like too much. */
const LEAST_TYPED = 3;

/**
 * The known value that was meant by what was typed: the only one that begins so, else the only one that is a slip away (one
 * letter, or two of a longer text). Null where that is none or several.
 */
export function meantBy(known: readonly string[], typed: string): string | null {
  const text = typed.trim().toLowerCase();
  if (text.length < LEAST_TYPED) return null;
  const values = [...new Set(known)].filter((value) => value !== '*');
  const begins = values.filter((value) => value.toLowerCase().startsWith(text));
  if (begins.length > 0) return begins.length === 1 ? (begins[0] as string) : null;
  const slips = text.length < 6 ? 1 : 2;
  const near = values.filter((value) => isWithin(value.toLowerCase(), text, slips));
  return near.length === 1 ? (near[0] as string) : null;
}

/** Whether at most `slips` letters were put in, left out or changed. */
function isWithin(a: string, b: string, slips: number): boolean {
  if (Math.abs(a.length - b.length) > slips) return false;
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const here = [row];
    for (let at = 1; at <= b.length; at++) {
      const changed = (above[at - 1] as number) + (a[row - 1] === b[at - 1] ? 0 : 1);
      here.push(Math.min(changed, (above[at] as number) + 1, (here[at - 1] as number) + 1));
    }
    above = here;
  }
  return (above[b.length] as number) <= slips;
}
