import { ConfigError, type ConfigProblem } from '@weft/kit';
import type { JsonSchema } from '../json-schema.ts';
import { parseConfig } from '../parse/parse-config.ts';

/** Longest document, UTF-16 units; what pushes it has the same bound. */
export const MAX_DOCUMENT_LENGTH = 1_048_576;

/** A document as it is in force, or why it is refused. */
export type ParsedDocument<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly warnings: readonly ConfigProblem[] }
  | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] };

/** Reads the text of a rule document: JSON, its size, and its schema. Unknown fields are kept, unknown values refused. */
export function parseDocument<T>(dataId: string, text: string, schema: JsonSchema<T>): ParsedDocument<T> {
  const refuse = (message: string, expected: string, value?: string): ParsedDocument<T> => ({
    kind: 'refused',
    problems: [{ file: dataId, path: '', message, expected, ...(value === undefined ? {} : { value }) }],
  });
  if (text.length > MAX_DOCUMENT_LENGTH)
    return refuse('the document is too long', `at most ${MAX_DOCUMENT_LENGTH} characters`, `${text.length} characters`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refuse(`not JSON: ${(error as Error).message}`, 'a JSON object', text === '' ? 'an empty text' : undefined);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return refuse('not an object', 'a JSON object', JSON.stringify(document).slice(0, 80));
  try {
    const { value, warnings } = parseConfig(document, schema, { file: dataId });
    return { kind: 'ok', value, warnings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { kind: 'refused', problems: error.problems };
  }
}
