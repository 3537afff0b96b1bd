import type { HeaderMap } from '@weft/sdk';
import type { VariableReader } from './matcher.ts';
import type { MutationProgram } from './program.ts';

const VARIABLE = /%([A-Za-z0-9_-]+)%/;

/** Names of the variables in the value of a header. */
export function variablesOf(value: string): string[] {
  return value.split(VARIABLE).filter((_, index) => index % 2 === 1);
}

type Step = (headers: HeaderMap, variables: VariableReader) => void;

/** Header changes of a route, its virtual host and its router configuration, in that order. */
export class Mutation {
  readonly #steps: readonly Step[];

  constructor(programs: readonly MutationProgram[]) {
    this.#steps = programs.flatMap((program) => [
      ...program.remove.map(removal),
      ...program.add.map((option) => addition(option.name, option.value, option.append)),
    ]);
  }

  /** The changes together; one that changes nothing is the same for all routes. */
  static of(programs: readonly MutationProgram[]): Mutation {
    return programs.every(({ remove, add }) => remove.length === 0 && add.length === 0)
      ? NO_CHANGE
      : new Mutation(programs);
  }

  get empty(): boolean {
    return this.#steps.length === 0;
  }

  apply(headers: HeaderMap, variables: VariableReader): void {
    for (let i = 0; i < this.#steps.length; i++) (this.#steps[i] as Step)(headers, variables);
  }
}

const NO_CHANGE = new Mutation([]);

function removal(name: string): Step {
  return (headers) => headers.remove(name.toLowerCase());
}

function addition(name: string, value: string, append: boolean): Step {
  const lower = name.toLowerCase();
  const write = (headers: HeaderMap, text: string): void => {
    const before = append ? headers.get(lower) : undefined;
    headers.set(lower, before === undefined ? text : `${before},${text}`);
  };
  const parts = value.split(VARIABLE);
  if (parts.length === 1) return (headers) => write(headers, value);
  return (headers, variables) => {
    let text = '';
    for (let i = 0; i < parts.length; i++)
      text += i % 2 === 0 ? parts[i] : (variables.getVariable(parts[i] as string) ?? '');
    write(headers, text);
  };
}
