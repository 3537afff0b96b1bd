/** What the proxy of a caller reads of a refusal by a rule of the service: its breakers count a limit as no error. */
export const REJECT_HEADER = 'x-weft-reject';
export const RULE_HEADER = 'x-weft-rule';

/** Of the headers of a local reply those that say which rule refused; none when no rule did. */
export function refusalHeaders(
  headers: readonly (readonly [name: string, value: string])[] | undefined,
): readonly (readonly [name: string, value: string])[] {
  return headers?.filter(([name]) => name === REJECT_HEADER || name === RULE_HEADER) ?? [];
}

export function isRefusalHeader(name: string): boolean {
  return name === REJECT_HEADER || name === RULE_HEADER;
}
