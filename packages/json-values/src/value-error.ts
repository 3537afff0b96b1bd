/** A value cannot be converted. `problem` is a word for programs, `path` says where: `$[0].user.id`. */
export class ValueError extends Error {
  readonly problem: ValueProblem;
  readonly path: string;

  constructor(problem: ValueProblem, path: string, text: string) {
    super(`${path}: ${text}`);
    this.name = 'ValueError';
    this.problem = problem;
    this.path = path;
  }
}

/** `cyclic` a value that contains itself, `limit` too deep, too many or too long, `type` not what was declared, `syntax` not JSON. */
export type ValueProblem = 'cyclic' | 'limit' | 'type' | 'syntax';

/** Where one is within a value. */
export class ValuePath {
  readonly #steps: (string | number)[] = [];

  get depth(): number {
    return this.#steps.length;
  }

  enter(step: string | number): void {
    this.#steps.push(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  fail(problem: ValueProblem, text: string): never {
    throw new ValueError(problem, this.toString(), text);
  }

  toString(): string {
    let text = '$';
    for (const step of this.#steps)
      text +=
        typeof step === 'number' ? `[${step}]` : /^[\w$]+$/.test(step) ? `.${step}` : `[${JSON.stringify(cut(step))}]`;
    return text;
  }
}

/** The beginning of a text, for messages. */
export function cut(text: string, maxLength = 60): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
