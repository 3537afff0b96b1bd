import { linearSource } from './linear-source.ts';

/**
 * Makes an expression that `regexProblem` accepted, for tests of texts: it need not have the groups of `source`. In a
 * process that has not called `limitBacktracking` of `@weft/kit` it may take exponential time.
 */
export function compileRegex(source: string): RegExp {
  const linear = linearSource(source);
  if (linear.kind === 'too-large') throw new RangeError(`the expression is too large: ${source.slice(0, 100)}`);
  if (linear.kind === 'simple') return new RegExp(source);
  try {
    return new RegExp(linear.source, 'l');
  } catch {
    // V8 knows the flag only where `limitBacktracking` was called.
    return new RegExp(source);
  }
}
