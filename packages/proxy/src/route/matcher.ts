import { compileRegex } from '@weft/kit/regex';
import type { RequestHead } from '@weft/sdk';
import type { MatchProgram, StringMatchProgram, VariableMatchProgram } from './program.ts';

/** What variables are read from: an exchange, or what stands for one. */
export interface VariableReader {
  /** Undefined when the variable has no value. */
  getVariable(name: string): string | undefined;
}

/** One condition as it was evaluated, for explanations. */
export interface ConditionTrace {
  readonly left: string;
  readonly operator: string;
  readonly right: string;
  readonly value: string | undefined;
  readonly matched: boolean;
}

/** The path of a request without its query. */
export function pathOf(request: RequestHead): string {
  const path = request.path;
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}

interface Condition {
  readonly left: string;
  readonly operator: string;
  readonly right: string;
  read(request: RequestHead, path: string, variables: VariableReader): string | undefined;
  test(value: string | undefined): boolean;
}

interface JoinedCondition {
  readonly condition: Condition;
  readonly join: 'and' | 'or';
}

const NO_VARIABLES: readonly JoinedCondition[] = [];

/** The compiled `match` of one route. */
export class Matcher {
  readonly #conditions: readonly Condition[];
  readonly #variables: readonly JoinedCondition[];

  constructor(program: MatchProgram) {
    const headers = program.headers.map(headerCondition);
    this.#conditions =
      program.kind === 'prefix' || program.kind === 'path' || program.kind === 'regex'
        ? [pathCondition(program.kind, program.value), ...headers]
        : headers;
    this.#variables =
      program.kind === 'variables'
        ? program.variables.map((item) => ({ condition: variableCondition(item), join: item.join }))
        : NO_VARIABLES;
  }

  matches(request: RequestHead, path: string, variables: VariableReader): boolean {
    for (let i = 0; i < this.#conditions.length; i++) {
      const condition = this.#conditions[i] as Condition;
      if (!condition.test(condition.read(request, path, variables))) return false;
    }
    return this.#variables.length === 0 || this.#matchesVariables(request, path, variables);
  }

  /** Every condition with what it saw; the same code that decides. */
  trace(request: RequestHead, path: string, variables: VariableReader): ConditionTrace[] {
    return [...this.#conditions, ...this.#variables.map((item) => item.condition)].map((condition) => {
      const value = condition.read(request, path, variables);
      return {
        left: condition.left,
        operator: condition.operator,
        right: condition.right,
        value,
        matched: condition.test(value),
      };
    });
  }

  /** Left to right: the operator between two items is the `join` of the second one. */
  #matchesVariables(request: RequestHead, path: string, variables: VariableReader): boolean {
    let result = true;
    for (let i = 0; i < this.#variables.length; i++) {
      const { condition, join } = this.#variables[i] as JoinedCondition;
      const matched = condition.test(condition.read(request, path, variables));
      result = i === 0 ? matched : join === 'or' ? result || matched : result && matched;
    }
    return result;
  }
}

const readPath = (_request: RequestHead, path: string): string => path;

/*
 * Tests of the right side, as methods of their condition: routes are many, and a closure for each would be most of what one
 * takes. All conditions are objects of one shape.
 */
function startsWithRight(this: Condition, value: string | undefined): boolean {
  return value?.startsWith(this.right) ?? false;
}

function equalsRight(this: Condition, value: string | undefined): boolean {
  return value === this.right;
}

/** What most last routes ask. */
const ANY_PATH: Condition = {
  left: 'path',
  operator: 'starts with',
  right: '/',
  read: readPath,
  test: (path) => path !== undefined && path.charCodeAt(0) === 47,
};

function pathCondition(kind: 'prefix' | 'path' | 'regex', value: string): Condition {
  if (kind === 'prefix') {
    if (value === '/') return ANY_PATH;
    return {
      left: 'path',
      operator: 'starts with',
      right: value,
      read: readPath,
      test: startsWithRight,
    };
  }
  if (kind === 'path') return { left: 'path', operator: 'equals', right: value, read: readPath, test: equalsRight };
  const pattern = compileRegex(value);
  return {
    left: 'path',
    operator: 'matches',
    right: value,
    read: readPath,
    test: (path) => path !== undefined && pattern.test(path),
  };
}

function headerCondition(program: StringMatchProgram): Condition {
  const lower = program.name.toLowerCase();
  const exact = program.name;
  const read = (request: RequestHead): string | undefined => {
    if (request.family !== 'http') return request.get(exact) ?? rpcField(request, exact);
    return lower === 'method' ? request.method : request.get(lower);
  };
  const { operator, right, test } = stringTest(program);
  return { left: `header ${program.name}`, operator, right, read, test };
}

/** RPC routes may name what the protocol keeps outside its header map. */
function rpcField(request: RequestHead, name: string): string | undefined {
  if (name === 'service') return request.service === '' ? undefined : request.service;
  if (name === 'method') return request.method === '' ? undefined : request.method;
  return undefined;
}

function variableCondition(program: VariableMatchProgram): Condition {
  const { operator, right, test } = stringTest(program);
  return {
    left: `variable ${program.name}`,
    operator,
    right,
    read: (_request, _path, variables) => variables.getVariable(program.name),
    test,
  };
}

function stringTest(program: StringMatchProgram): Pick<Condition, 'operator' | 'right' | 'test'> {
  if (!program.regex) return { operator: 'equals', right: program.value, test: equalsRight };
  if (program.value === '.*') return { operator: 'matches', right: '.*', test: (value) => value !== undefined };
  const pattern = compileRegex(program.value);
  return { operator: 'matches', right: program.value, test: (value) => value !== undefined && pattern.test(value) };
}
