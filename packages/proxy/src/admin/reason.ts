import { ConfigError, formatProblem, MeshError } from '@weft/kit';

/** An error as text with its code in front; one line for each problem of a configuration. */
export function reasonOf(error: unknown): string {
  if (error instanceof ConfigError)
    return error.problems.map((problem) => `${error.code}: ${formatProblem(problem)}`).join('\n');
  if (error instanceof MeshError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
