export type ChosenGates = { readonly kind: 'chosen' | 'unknown'; readonly names: readonly string[] };

/**
 * Which gates to run.
 *
 * @param only comma-separated names, '' = all
 * @param skip comma-separated names to leave out
 */
export function chooseGates(all: readonly string[], only: string, skip: string): ChosenGates {
  const wanted = split(only);
  const unwanted = split(skip);
  const unknown = [...wanted, ...unwanted].filter((name) => !all.includes(name));
  if (unknown.length > 0) return { kind: 'unknown', names: unknown };
  const names = all.filter((name) => (wanted.length === 0 || wanted.includes(name)) && !unwanted.includes(name));
  return { kind: 'chosen', names };
}

function split(names: string): string[] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
