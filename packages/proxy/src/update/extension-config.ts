import { ConfigError, type ConfigProblem } from '@weft/kit';
import { type JsonSchema, nearestName, parseConfig } from '@weft/schema';

/** Collects what compiling finds worth telling besides errors. */
export interface CompileNotes {
  readonly warnings: ConfigProblem[];
}

/** Validates the configuration of an extension against its own schema; places are told from the top of the document. */
export function parseExtensionConfig(input: unknown, schema: JsonSchema, path: string, notes: CompileNotes): unknown {
  return below(path, () => {
    const { value, warnings } = parseConfig(input ?? {}, schema);
    for (const warning of warnings) notes.warnings.push({ ...warning, path: join(path, warning.path) });
    return value;
  });
}

/** Runs code of an extension that judges its own configuration; the places of its problems are told from the top. */
export function below<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.problems.map((problem) => ({ ...problem, path: join(path, problem.path) })));
  }
}

/** An error for one place of the configuration. */
export function configError(
  path: string,
  value: string | undefined,
  expected: string,
  message: string,
  hint?: string,
): ConfigError {
  return new ConfigError([
    {
      file: '',
      path,
      expected,
      message,
      ...(value === undefined ? {} : { value: JSON.stringify(value) }),
      ...(hint === undefined ? {} : { hint }),
    },
  ]);
}

/**
 * An error for a name that stands for nothing, with the names that do and the one that was probably meant.
 *
 * @param what such as `filter`
 * @param why why it is an error and not a warning; '' when that is plain
 */
export function unknownName(path: string, name: string, known: readonly string[], what: string, why = ''): ConfigError {
  const near = nearestName(name, known);
  const hints = [near === undefined ? '' : `did you mean ${JSON.stringify(near)}?`, why].filter((hint) => hint !== '');
  return configError(path, name, `one of ${known.join(', ')}`, `unknown ${what}`, hints.join(' ') || undefined);
}

function join(prefix: string, path: string): string {
  if (path === '') return prefix;
  return path.startsWith('[') ? prefix + path : `${prefix}.${path}`;
}
