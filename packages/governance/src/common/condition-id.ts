import type { Condition } from '@weft/schema/wire';

/** JSON with sorted keys and without blanks: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonicalJson(child)}`).join(',')}}`;
}

/** FNV-1a, 32 bit, over the UTF-8 bytes of `text`. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * What a rule asks of a request beside service and method, as one list: its conditions, then those that its HTTP method and
 * path (a regular expression) stand for.
 */
export function effectiveConditions(
  conditions: readonly Condition[],
  httpMethod: string,
  httpPath: string,
): Condition[] {
  const effective = conditions.map(({ type, field, operation, value }) => ({ type, field, operation, value }));
  const http = (field: string, operation: Condition['operation'], value: string): void => {
    if (value !== '') effective.push({ type: 'SYSTEM', field, operation, value: [value] });
  };
  http('http.method', 'EQUAL', httpMethod);
  http('http.path', 'REGEX', httpPath);
  return effective;
}

/** Eight hexadecimal digits that stand for a list of conditions; '' for the empty list, which matches everything. */
export function conditionId(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : fnv1a(canonicalJson(conditions)).toString(16).padStart(8, '0');
}
