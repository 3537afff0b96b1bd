import type { ConfigProblem } from '@weft/kit';
import { nearestName } from '../parse/nearest.ts';
import { showValue } from '../parse/path.ts';
import { capturingRegexProblem, regexProblem } from '../regex/index.ts';

const MAX_PROBLEMS = 20;
const MAX_NAMES_TOLD = 10;

/** Names that others refer to: asked for each route, listed in a message. */
export class Names {
  readonly list: readonly string[];
  readonly #known: ReadonlySet<string>;

  constructor(list: readonly string[]) {
    this.#known = new Set(list);
    this.list = [...this.#known];
  }

  has(name: string): boolean {
    return this.#known.has(name);
  }

  describe(what: string): string {
    if (this.list.length === 0) return `a ${what}; there is none`;
    return `one of ${this.list.slice(0, MAX_NAMES_TOLD).join(', ')}${this.list.length > MAX_NAMES_TOLD ? ', …' : ''}`;
  }
}

/** What the checks of a configuration found; the first 20. */
export class CheckProblems {
  readonly list: ConfigProblem[] = [];

  add(path: string, value: string | number | undefined, expected: string, message: string, hint?: string): void {
    this.addShown(path, value === undefined ? undefined : showValue(value), expected, message, hint);
  }

  addShown(path: string, shown: string | undefined, expected: string, message: string, hint?: string): void {
    if (this.#full()) return;
    this.list.push({
      file: '',
      path,
      expected,
      message,
      ...(shown === undefined ? {} : { value: shown }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** An expression that cannot be used, for tests or with its groups; true when it can. */
  regex(path: string, source: string, groups: 'groups' | 'test' = 'test'): boolean {
    const problem = groups === 'groups' ? capturingRegexProblem(source) : regexProblem(source);
    if (problem !== null) this.add(path, source, problem.expected, problem.message);
    return problem === null;
  }

  reference(path: string, name: string, known: Names, what: string): void {
    if (known.has(name) || this.#full()) return;
    const near = nearestName(name, known.list);
    const hint = near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`;
    this.add(path, name, known.describe(what), `there is no such ${what}`, hint);
  }

  unique(path: string, suffix: string, names: readonly string[], message: string): void {
    const seen = new Set<string>();
    for (const [index, name] of names.entries()) {
      if (seen.has(name)) this.add(`${path}[${index}]${suffix}`, name, 'a name of its own', message);
      seen.add(name);
    }
  }

  #full(): boolean {
    return this.list.length >= MAX_PROBLEMS;
  }
}
