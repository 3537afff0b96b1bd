/** What a command found: as text for a person, as data for a program. The runner prints one of them. */
export interface Outcome {
  readonly exitCode: number;
  /** Without the last line feed. */
  readonly text: string;
  readonly json: object;
}

/** A command that cannot do what it was asked for, for a reason that a person can change. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  readonly code: string;

  constructor(exitCode: number, code: string, message: string) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
  }
}
