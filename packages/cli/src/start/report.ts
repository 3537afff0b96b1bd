import { ConfigError, type ConfigProblem, ERROR_CODES, EXIT, formatProblem, MeshError } from '@weft/kit';
import { FeatureGateError } from './arguments.ts';
import { UsageError } from './usage-error.ts';

/** What went wrong, ready for a person and for a program. */
export interface Failure {
  readonly exitCode: number;
  /** One problem a line, each with its error code in front; the stack of a defect behind it. */
  readonly lines: readonly string[];
  readonly json: {
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly unknown[];
    readonly warnings?: readonly unknown[];
  };
}

/** Codes whose cause is the configuration or the machine, not Weft. */
const OF_THE_SETTING = /^(config_|extension_unknown|address_|descriptors_|key_file_)/;

/**
 * Says what an error means for the process. `file` stands in for a place that names none.
 * 78 is the configuration, an address or a limit of the system; 2 the command line; 70 a defect of Weft.
 */
export function describeFailure(reason: unknown, file: string): Failure {
  if (reason instanceof UsageError) return plain(EXIT.USAGE, 'usage', reason.message);
  if (reason instanceof FeatureGateError) return plain(EXIT.CONFIG, 'config_invalid', reason.message);
  if (reason instanceof ConfigError) {
    const inFile = (problem: ConfigProblem): ConfigProblem => (problem.file === '' ? { ...problem, file } : problem);
    const problems = reason.problems.map(inFile);
    const warnings = reason.warnings.map(inFile);
    return {
      exitCode: EXIT.CONFIG,
      lines: [
        ...warnings.map((warning) => `warning: ${formatProblem(warning)}`),
        ...problems.map((problem) => withCode(reason.code, formatProblem(problem))),
      ],
      json: {
        code: reason.code,
        message: `${problems.length} problem${problems.length === 1 ? '' : 's'}`,
        problems,
        ...(warnings.length === 0 ? {} : { warnings }),
      },
    };
  }
  // What the system refuses (a folder that cannot be made, a file that cannot be read) is not a defect of Weft.
  if (isSystemError(reason)) return plain(EXIT.CONFIG, reason.code, reason.message);
  const error = MeshError.from(reason);
  if (OF_THE_SETTING.test(error.code)) return plain(EXIT.CONFIG, error.code, error.message);
  const stack = reason instanceof Error && reason.stack !== undefined ? reason.stack.split('\n').slice(1) : [];
  return {
    exitCode: EXIT.INTERNAL,
    lines: [withCode(error.code, error.message), ...stack],
    json: { code: error.code, message: error.message },
  };
}

/** `code: message` for the codes of the reference, where a reader can look them up; other messages say it all. */
export function withCode(code: string, message: string): string {
  return Object.hasOwn(ERROR_CODES, code) && !message.startsWith(`${code}: `) ? `${code}: ${message}` : message;
}

function plain(exitCode: number, code: string, message: string): Failure {
  return { exitCode, lines: [withCode(code, message)], json: { code, message } };
}

function isSystemError(reason: unknown): reason is Error & { readonly code: string } {
  return reason instanceof Error && 'syscall' in reason && 'code' in reason && typeof reason.code === 'string';
}
