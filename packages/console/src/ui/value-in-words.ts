import { listInWords } from '@weft/api/rules';

/** Words for choices by what is stored, and for `true` and `false`. */
type Labels = ReadonlyMap<string | boolean, string>;

/**
 * A value of a rule on one line, without braces: of a row of a list what stands in its columns, `90 · version=v1`; of other
 * objects names and values; of choices what the form calls them.
 */
export function valueInWords(value: unknown, labels: Labels): string {
  return inWords(value, labels, false) || '–';
}

function inWords(value: unknown, labels: Labels, isRow: boolean): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'boolean') return labels.get(value) ?? String(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) {
    const parts = value.map((item) => inWords(item, labels, true));
    if (value.some((item) => typeof item === 'object')) return parts.join('; ');
    // One value has no neighbour.
    return parts.length === 1 ? parts.join() : listInWords(parts);
  }
  const parts = Object.entries(value).map(([name, part]) => {
    const text = inWords(part, labels, false);
    return isRow || text === '' ? text : `${name}=${text}`;
  });
  return parts.filter((part) => part !== '').join(isRow ? ' · ' : ', ');
}
