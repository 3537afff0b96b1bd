import { ConfigError, type ConfigProblem } from '@weft/kit';
import type { JsonSchema, SchemaNode } from '../json-schema.ts';
import { checkBounds } from './bounds.ts';
import { parseNode } from './parse-node.ts';
import { ProblemCollector, TooManyProblems } from './problems.ts';

export interface ParseOptions {
  /** Named in problems and warnings; '' by default. */
  readonly file?: string;
}

export interface ParseResult<T> {
  /** Deeply frozen; objects with keys of the user's choice have no prototype. */
  readonly value: T;
  readonly warnings: readonly ConfigProblem[];
}

/**
 * The one door from a document to a configuration: checks `input` against `schema` and returns its parsed form
 * (defaults filled, durations in ms, sizes in bytes, keys in canonical spelling, frozen).
 *
 * Keys are compared without case; null counts as not given. Unknown and ignored keys are warnings, everything else
 * that does not fit is a problem. Bounds: 64 levels, 1 000 000 values, texts of 1 048 576 characters.
 *
 * @throws ConfigError with up to 20 problems, each with place, value and expectation, and the warnings so far.
 */
export function parseConfig<T>(input: unknown, schema: JsonSchema<T>, options: ParseOptions = {}): ParseResult<T> {
  const collector = new ProblemCollector(options.file ?? '');
  let value: unknown;
  try {
    checkBounds(input, collector);
    if (collector.problems.length === 0) value = parseNode(input, schema as SchemaNode, collector, false);
  } catch (error) {
    if (!(error instanceof TooManyProblems)) throw error;
  }
  if (collector.problems.length > 0) throw new ConfigError(collector.problems, collector.warnings());
  return { value: value as T, warnings: collector.warnings() };
}
