import type { ProblemCollector } from './problems.ts';

/** What a document may be at most, whoever sent it. */
export const BOUNDS = {
  depth: 64,
  nodes: 1_000_000,
  stringLength: 1_048_576,
} as const;

/**
 * Refuses, before anything is read, what is not plain JSON data or is over a bound. Shared and cyclic parts (YAML
 * aliases) are counted each time they are met, so a small file cannot become a large document.
 */
export function checkBounds(input: unknown, collector: ProblemCollector): void {
  let nodes = 0;
  const { path } = collector;

  const visit = (value: unknown): boolean => {
    if (++nodes > BOUNDS.nodes) {
      collector.add(undefined, {
        message: 'too many values',
        expected: `at most ${BOUNDS.nodes} values in a document`,
      });
      return false;
    }
    switch (typeof value) {
      case 'string':
        return checkString(value);
      case 'boolean':
        return true;
      case 'number':
        if (Number.isFinite(value)) return true;
        collector.add(value, { message: 'not a finite number', expected: 'a number that JSON can carry' });
        return true;
      case 'object':
        return value === null || visitObject(value);
      default:
        collector.add(value, { message: 'not JSON data', expected: 'a value that JSON can carry' });
        return true;
    }
  };

  const checkString = (text: string): boolean => {
    if (text.length <= BOUNDS.stringLength) return true;
    const expected = `at most ${BOUNDS.stringLength} characters`;
    collector.add(text, { message: 'text too long', expected, shown: `a text of ${text.length} characters` });
    return false;
  };

  const visitObject = (value: object): boolean => {
    if (path.length >= BOUNDS.depth) {
      // The path itself would fill the screen: its first steps tell enough.
      path.length = 3;
      collector.add(value, { message: 'nested too deeply', expected: `at most ${BOUNDS.depth} levels` });
      return false;
    }
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        path.push(index);
        if (!visit(value[index])) return false;
        path.pop();
      }
      return true;
    }
    if (!isPlainObject(value)) {
      collector.add(value, { message: 'not JSON data', expected: 'a plain object' });
      return true;
    }
    for (const key of Object.keys(value)) {
      path.push(key);
      if (!checkString(key)) return false;
      if (key === '__proto__') {
        collector.add(undefined, { message: 'a key that is never allowed', expected: 'any other key' });
      } else if (!visit((value as Record<string, unknown>)[key])) return false;
      path.pop();
    }
    return true;
  };

  visit(input);
  path.length = 0;
}

/** Made by `{}` in this or another realm, or without a prototype; not a class instance. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
