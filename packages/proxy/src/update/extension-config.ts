import { ConfigError, type ConfigProblem } from '@weft/kit';
import { type JsonSchema, nearestName, parseConfig } from '@weft/schema';

/** Problems after which compiling stops looking for more. */
const MAX_PROBLEMS = 20;
/** Warnings kept. */
const MAX_WARNINGS = 100;

/** Thrown by `CompileNotes` when it has enough; caught where compiling began. */
export class TooManyProblems extends Error {}

/** Collects what compiling finds, so that whoever wrote the file is told everything at once. */
export class CompileNotes {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: ConfigProblem[] = [];

  /** Runs one step on its own: what is wrong with it is kept, and undefined is its result. */
  async attempt<T>(step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.fail(error);
      return undefined;
    }
  }

  /** @throws TooManyProblems */
  fail(error: ConfigError): void {
    this.problems.push(...error.problems.slice(0, MAX_PROBLEMS - this.problems.length));
    for (const warning of error.warnings) this.warn(warning);
    if (this.problems.length >= MAX_PROBLEMS) throw new TooManyProblems();
  }

  warn(warning: ConfigProblem): void {
    if (this.warnings.length < MAX_WARNINGS) this.warnings.push(warning);
  }
}

/** Validates the configuration of an extension against its own schema; places are told from the top of the document. */
export function parseExtensionConfig(input: unknown, schema: JsonSchema, path: string, notes: CompileNotes): unknown {
  return below(path, () => {
    const { value, warnings } = parseConfig(input ?? {}, schema);
    for (const warning of warnings) notes.warn({ ...warning, path: join(path, warning.path) });
    return value;
  });
}

/** Runs code of an extension that judges its own configuration; the places of its problems are told from the top. */
export function below<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const place = (problem: ConfigProblem): ConfigProblem => ({ ...problem, path: join(path, problem.path) });
    throw new ConfigError(error.problems.map(place), error.warnings.map(place));
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
