/** `*` stands alone: choosing it takes the others out, and the other way round. */
export function oneOrAll(next: readonly string[], before: readonly string[]): string[] {
  const trimmed = [...new Set(next.map((item) => item.trim()).filter((item) => item !== ''))];
  if (!trimmed.includes('*') || trimmed.length === 1) return trimmed;
  return before.includes('*') ? trimmed.filter((item) => item !== '*') : ['*'];
}
