import type { ConfigProblem } from '@weft/kit';
import { formatPath, type PathSegment, showValue } from './path.ts';

/** Problems found before the rest of a document is left unread: more help nobody. */
export const MAX_PROBLEMS = 20;
/** Warnings kept; the last one counts the others. */
export const MAX_WARNINGS = 100;

export interface ProblemText {
  readonly message: string;
  readonly expected: string;
  readonly hint?: string;
  /** Shown instead of the value. */
  readonly shown?: string;
}

/** Thrown by `add` at the last problem, and caught by whoever made the collector. */
export class TooManyProblems extends Error {}

/** Problems and warnings of one document, with the place where the reader is. */
export class ProblemCollector {
  readonly problems: ConfigProblem[] = [];
  readonly path: PathSegment[] = [];
  readonly #file: string;
  readonly #warnings: ConfigProblem[] = [];
  #warningsDropped = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Records a problem at the current place, or at `key` below it; `value` undefined = missing. */
  add(value: unknown, text: ProblemText, key?: PathSegment): void {
    this.problems.push(this.#make(value, text, key));
    if (this.problems.length >= MAX_PROBLEMS) throw new TooManyProblems();
  }

  warn(value: unknown, text: ProblemText, key?: PathSegment): void {
    if (this.#warnings.length >= MAX_WARNINGS) this.#warningsDropped++;
    else this.#warnings.push(this.#make(value, text, key));
  }

  warnings(): ConfigProblem[] {
    if (this.#warningsDropped === 0) return this.#warnings;
    const message = `${this.#warningsDropped} more warnings are not shown`;
    return [...this.#warnings, { file: this.#file, path: '', message, expected: 'fewer of them' }];
  }

  /** Takes over a problem that another collector recorded for the same document. */
  adopt(problem: ConfigProblem): void {
    this.problems.push({ ...problem, file: this.#file });
    if (this.problems.length >= MAX_PROBLEMS) throw new TooManyProblems();
  }

  adoptWarning(warning: ConfigProblem): void {
    if (this.#warnings.length >= MAX_WARNINGS) this.#warningsDropped++;
    else this.#warnings.push({ ...warning, file: this.#file });
  }

  #make(value: unknown, text: ProblemText, key?: PathSegment): ConfigProblem {
    const shown = text.shown ?? (value === undefined ? undefined : showValue(value));
    return {
      file: this.#file,
      path: formatPath(key === undefined ? this.path : [...this.path, key]),
      ...(shown === undefined ? {} : { value: shown }),
      expected: text.expected,
      message: text.message,
      ...(text.hint === undefined ? {} : { hint: text.hint }),
    };
  }
}
