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
