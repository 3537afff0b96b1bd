import { ConfigError, EXIT, formatProblem } from '@weft/kit';
import type { Outcome } from '../outcome.ts';
import type { Engine } from '../services.ts';
import { describeFailure } from '../start/index.ts';

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Exit code 0 for a configuration that a proxy would start with, warnings or not; 1 for any other, or none. */
export async function runValidate(engine: Engine, file: string): Promise<Outcome> {
  try {
    const summary = await engine.compile(file);
    const warnings = summary.warnings.map((problem) => (problem.file === '' ? { ...problem, file } : problem));
    const { listeners, routes, clusters, hosts } = summary;
    const counts = [
      plural(listeners.length, 'listener'),
      plural(routes, 'route'),
      plural(clusters, 'cluster'),
      plural(hosts, 'host'),
    ].join(', ');
    const head = `${file} is valid: ${counts}${warnings.length === 0 ? '' : `, ${plural(warnings.length, 'warning')}`}`;
    const text = [...warnings.map((problem) => `warning: ${formatProblem(problem)}`), head].join('\n');
    return { exitCode: EXIT.OK, text, json: { ok: true, file, valid: true, ...summary, warnings } };
  } catch (error) {
    const failure = describeFailure(error, file);
    // A defect of Weft is not a verdict about the file.
    if (failure.exitCode === EXIT.INTERNAL) throw error;
    const count = error instanceof ConfigError ? `: ${plural(error.problems.length, 'problem')}` : '';
    const text = [
      ...failure.lines.map((line) => `error: ${line.replace(/^weft: /, '')}`),
      `${file} is not valid${count}`,
    ].join('\n');
    return { exitCode: EXIT.FAILED, text, json: { ok: false, file, valid: false, error: failure.json } };
  }
}
