import { ConfigError, EXIT, formatProblem } from '@weft/kit';
import type { Outcome } from '../outcome.ts';
import type { Engine } from '../services.ts';
import { describeFailure } from '../start/index.ts';

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

export interface ValidateOptions {
  readonly config: string;
  /** Warnings count as problems. */
  readonly strict?: boolean;
}

/**
 * Exit code 0 for a configuration that a proxy would start with, 1 for any other, or none. Warnings do not matter, but
 * with `strict` any of them makes it 1.
 */
export async function runValidate(engine: Engine, { config: file, strict = false }: ValidateOptions): Promise<Outcome> {
  try {
    const summary = await engine.compile(file);
    const warnings = summary.warnings.map((problem) => (problem.file === '' ? { ...problem, file } : problem));
    const { listeners, routes, clusters, hosts } = summary;
    const unbound = listeners.filter((listener) => !listener.bound).length;
    const counts = [
      `${plural(listeners.length, 'listener')}${unbound === 0 ? '' : ` (${unbound} without bind_port)`}`,
      plural(routes, 'route'),
      plural(clusters, 'cluster'),
      plural(hosts, 'host'),
    ].join(', ');
    const refused = strict && warnings.length > 0;
    const head = refused
      ? `${file} is not valid: ${plural(warnings.length, 'warning')}, and --strict takes none`
      : `${file} is valid: ${counts}${warnings.length === 0 ? '' : `, ${plural(warnings.length, 'warning')}`}`;
    const text = [...warnings.map((problem) => `warning: ${formatProblem(problem)}`), head].join('\n');
    return {
      exitCode: refused ? EXIT.FAILED : EXIT.OK,
      text,
      json: { ok: !refused, file, valid: !refused, strict, ...summary, warnings },
    };
  } catch (error) {
    const failure = describeFailure(error, file);
    // A defect of Weft is not a verdict about the file.
    if (failure.exitCode === EXIT.INTERNAL) throw error;
    const count = error instanceof ConfigError ? `: ${plural(error.problems.length, 'problem')}` : '';
    const text = [
      ...failure.lines.map((line) => (line.startsWith('warning: ') ? line : `error: ${line}`)),
      `${file} is not valid${count}`,
    ].join('\n');
    return { exitCode: EXIT.FAILED, text, json: { ok: false, file, valid: false, strict, error: failure.json } };
  }
}
