import { ERROR_CODES, type ErrorCode } from './codes.ts';

export type ErrorOrigin = 'downstream' | 'upstream' | 'local' | 'config';
/** Whether the same request may be sent again: never, safely, or only when the failed connection had been used before. */
export type RetrySafety = 'never' | 'safe' | 'reused-connection';

export interface MeshErrorOptions {
  readonly origin?: ErrorOrigin;
  readonly retry?: RetrySafety;
  readonly cause?: unknown;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The one base of all errors that Weft throws: whose fault it was and whether a retry is safe are part of it. */
export class MeshError extends Error {
  readonly code: ErrorCode;
  readonly origin: ErrorOrigin;
  readonly retry: RetrySafety;
  readonly detail: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message?: string, options: MeshErrorOptions = {}) {
    super(message ?? ERROR_CODES[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.origin = options.origin ?? 'local';
    this.retry = options.retry ?? 'never';
    this.detail = options.detail;
  }

  /** Turns anything thrown into a `MeshError`; what is one already stays itself. The only catch-all. */
  static from(reason: unknown): MeshError {
    if (reason instanceof MeshError) return reason;
    if (reason instanceof Error) return new MeshError('internal', reason.message, { cause: reason });
    return new MeshError('internal', String(reason));
  }
}

/** A peer broke a protocol. Thrown once by a codec; the connection ends. */
export class ProtocolError extends MeshError {
  constructor(
    message: string,
    options: MeshErrorOptions & { readonly code?: 'protocol_malformed' | 'protocol_limit' | 'body_too_large' } = {},
  ) {
    super(options.code ?? 'protocol_malformed', message, options);
  }
}

/** One thing that is wrong with a configuration: where, what was found, what was expected. */
export interface ConfigProblem {
  /** File, or '' when the document did not come from a file. */
  readonly file: string;
  /** JSON path such as `servers[0].listeners[1].address`; '' is the document itself. */
  readonly path: string;
  /** The value found, shortened and masked for messages; undefined when it is missing. */
  readonly value?: string;
  readonly expected: string;
  readonly message: string;
  readonly hint?: string;
}

/** A configuration was refused; `problems` has at least one entry. */
export class ConfigError extends MeshError {
  readonly problems: readonly ConfigProblem[];
  /** What was worth telling besides; not part of the message. */
  readonly warnings: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], warnings: readonly ConfigProblem[] = []) {
    super('config_invalid', problems.map(formatProblem).join('\n'), { origin: 'config' });
    this.problems = problems;
    this.warnings = warnings;
  }
}

/** `file: path: message (found …, expected …)`, the parts that are there. */
export function formatProblem(problem: ConfigProblem): string {
  const place = [problem.file, problem.path].filter((part) => part !== '').join(': ');
  const found = problem.value === undefined ? '' : `found ${problem.value}, `;
  const hint = problem.hint === undefined ? '' : `; ${problem.hint}`;
  return `${place === '' ? '' : `${place}: `}${problem.message} (${found}expected ${problem.expected})${hint}`;
}
