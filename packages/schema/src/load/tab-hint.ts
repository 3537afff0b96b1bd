/**
 * What is added to an error of YAML at a line: where a tab is in an indentation at or before it, which the library tells as
 * whatever it expected there. '' without one, and in a document in braces or brackets, where tabs are space like any other.
 */
export function tabHint(text: string, message: string, line: number): string {
  if (/^\s*[[{]/.test(text) || /\btabs?\b/i.test(message)) return '';
  const at = text.split('\n', line).findLastIndex((content) => /^ *\t/.test(content));
  return at < 0 ? '' : `; YAML indents with spaces: tab at line ${at + 1}`;
}
