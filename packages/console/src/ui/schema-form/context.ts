import { createContext, useContext } from 'react';
import type { ValueLabels } from './plain-words.ts';
import type { Direction, Path } from './schema.ts';
import type { Problems, Ranges } from './validate.ts';

/** What a form gives its fields. */
export interface FormScope {
  readonly root: unknown;
  readonly change: (path: Path, value: unknown) => void;
  /** Marks a field as left, so that its problem is shown. */
  readonly leave: (path: Path) => void;
  readonly problems: Problems;
  /** Bounds of numbers that the schema does not say as they are, by pointer. */
  readonly ranges: Ranges;
  /** What is allowed and seldom meant, by pointer. */
  readonly warnings: Problems;
  /** The problem to show at a field: only of fields that were left, or all once a save was tried. */
  readonly shownProblem: (path: Path) => string | undefined;
  /** Whether a problem is shown at the field or at one inside it. */
  readonly showsProblem: (pointer: string) => boolean;
  readonly direction: Direction;
  /** Labels of choices, for help texts that name their values. */
  readonly labels: ValueLabels;
  readonly choices: Choices;
  /** Plain inputs in place of searchable selects for apps, services and methods. */
  readonly freeText: boolean;
}

/** Known values for the selects of a form; others may be typed all the same. */
export interface Choices {
  readonly apps: readonly string[];
  readonly services: readonly string[];
  /** Services of every app. */
  readonly everyService: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
}

const Scope = createContext<FormScope | null>(null);
export const FormScopeProvider = Scope.Provider;

export function useFormScope(): FormScope {
  const scope = useContext(Scope);
  if (scope === null) throw new Error('a form field outside of a form');
  return scope;
}
