import { normalPath } from '@weft/kit/http-path';
import { compileRegex } from '@weft/kit/regex';
import { regexProblem } from '@weft/schema/regex';
import type { Condition, SystemField } from '@weft/schema/wire';
import { conditionText } from '@weft/schema/words';
import type { RuleConditionTrace, RuleRequest } from '@weft/sdk';
import { compileAddressMatch, isNetwork } from './address-match.ts';

/** Asks one thing of a request. */
export interface Matcher {
  readonly condition: Condition;
  /** The value that the condition looks at; '' when it is missing. */
  read(request: RuleRequest): string;
  test(value: string): boolean;
}

/** Names of SYSTEM fields, with the spellings of logs and headers, in lower case. */
const FIELDS: Readonly<Record<string, SystemField>> = {
  'traffic.type': 'traffic.type',
  'system.traffictype': 'traffic.type',
  traffictype: 'traffic.type',
  'source.app.name': 'source.app.name',
  'system.sourceapp': 'source.app.name',
  sourceapp: 'source.app.name',
  'source.ip': 'source.ip',
  'system.sourceip': 'source.ip',
  'x-caller-ip': 'source.ip',
  'destination.app.name': 'destination.app.name',
  'system.targetapp': 'destination.app.name',
  'x-target-app': 'destination.app.name',
  sofa_head_target_app: 'destination.app.name',
  'destination.service.name': 'destination.service.name',
  'destination.method.name': 'destination.method.name',
  sofa_head_method_name: 'destination.method.name',
  'destination.ip': 'destination.ip',
  'system.uniqueid': 'system.uniqueId',
  'http.method': 'http.method',
  httpmethod: 'http.method',
  'http.path': 'http.path',
  httppath: 'http.path',
};

export const SYSTEM_FIELD_NAMES: readonly SystemField[] = [...new Set(Object.values(FIELDS))];

/** The canonical name of a SYSTEM field, or undefined. */
export function systemField(name: string): SystemField | undefined {
  return FIELDS[name.toLowerCase()];
}

/** Why a condition is refused: a place below it, the value there and what was expected; null when it is fine. */
export function conditionProblem(
  condition: Condition,
): { readonly path: string; readonly value: string; readonly message: string; readonly expected: string } | null {
  if (condition.type === 'SYSTEM' && systemField(condition.field) === undefined)
    return {
      path: 'field',
      value: condition.field,
      message: 'unknown system field',
      expected: `one of ${SYSTEM_FIELD_NAMES.join(', ')}`,
    };
  const single = condition.operation !== 'IN' && condition.operation !== 'NOT_IN';
  if (single && condition.value.length !== 1)
    return {
      path: 'value',
      value: `a list of ${condition.value.length}`,
      message: `${condition.operation} compares with one value`,
      expected: 'exactly one value, or the operation IN or NOT_IN',
    };
  if (condition.operation === 'REGEX') {
    const problem = regexProblem(condition.value[0] as string);
    if (problem !== null) return { path: 'value[0]', value: condition.value[0] as string, ...problem };
  }
  if (condition.type === 'SYSTEM' && systemField(condition.field) === 'source.ip' && !single) {
    const bad = condition.value.findIndex((value) => value.includes('/') && !isNetwork(value));
    if (bad >= 0)
      return {
        path: `value[${bad}]`,
        value: condition.value[bad] as string,
        message: 'not a network',
        expected: 'an address, or a network such as 10.0.0.0/8',
      };
  }
  return null;
}

/** Compiles a condition that `conditionProblem` accepts. */
export function compileCondition(condition: Condition): Matcher {
  return { condition, read: compileRead(condition), test: compileTest(condition) };
}

function compileRead({ type, field }: Condition): Matcher['read'] {
  switch (type) {
    case 'SYSTEM': {
      const name = systemField(field) as SystemField;
      if (name === 'http.path') return (request) => request.path;
      if (name === 'http.method') return (request) => request.httpMethod;
      return (request) => request.system(name);
    }
    case 'HEADER': {
      const lower = field.toLowerCase();
      return lower === field
        ? (request) => request.header(field)
        : (request) => request.header(request.isHttp ? lower : field);
    }
    case 'TRACE':
      return (request) => request.baggage(field);
    case 'LABEL':
      return (request) => request.label(field);
    default:
      // Header first, then baggage.
      return (request) => request.header(request.isHttp ? field.toLowerCase() : field) || request.baggage(field);
  }
}

/** Values that a condition compares with as a whole: of paths as requests are compared, `/a%7Eb` is `/a~b`. */
export function comparedValues({ type, field, value }: Condition): readonly string[] {
  return type === 'SYSTEM' && systemField(field) === 'http.path' ? value.map(normalPath) : value;
}

function compileTest(condition: Condition): Matcher['test'] {
  const { type, field, operation, value } = condition;
  if (operation === 'REGEX') {
    const regex = compileRegex(value[0] ?? '');
    return (actual) => regex.test(actual);
  }
  const compared = comparedValues(condition);
  const [first = ''] = compared;
  switch (operation) {
    case 'EQUAL':
      return (actual) => actual === first;
    case 'NOT_EQUAL':
      return (actual) => actual !== first;
    default: {
      const contains = compileContains(type === 'SYSTEM' && systemField(field) === 'source.ip', compared);
      return operation === 'IN' ? contains : (actual) => !contains(actual);
    }
  }
}

function compileContains(addresses: boolean, values: readonly string[]): (actual: string) => boolean {
  const exact = new Set(values);
  const networks = addresses ? values.filter(isNetwork) : [];
  if (networks.length === 0) return (actual) => exact.has(actual);
  const inNetwork = compileAddressMatch(networks);
  return (actual) => exact.has(actual) || inNetwork(actual);
}

/** Whether every condition holds. Stops at the first that does not. */
export function matchesAll(matchers: readonly Matcher[], request: RuleRequest): boolean {
  for (let i = 0; i < matchers.length; i++) {
    const matcher = matchers[i] as Matcher;
    if (!matcher.test(matcher.read(request))) return false;
  }
  return true;
}

/** The conditions up to the first that does not hold, with what they saw. */
export function traceConditions(matchers: readonly Matcher[], request: RuleRequest): RuleConditionTrace[] {
  const traces: RuleConditionTrace[] = [];
  for (const matcher of matchers) {
    const value = matcher.read(request);
    const matched = matcher.test(value);
    const reason = value === '' ? unreadReason(matcher.condition, request) : '';
    const actual = reason === '' ? value : `(not decoded: ${reason})`;
    traces.push({ condition: conditionText(matcher.condition), actual, matched });
    if (!matched) break;
  }
  return traces;
}

/** Why it is not known what a condition asks for, which then reads nothing; '' where there is nothing. */
function unreadReason({ type, field }: Condition, { unread }: RuleRequest): string {
  if (!unread || type === 'LABEL') return '';
  if (type !== 'SYSTEM') return unread.headers;
  switch (systemField(field)) {
    case 'destination.service.name':
    case 'destination.method.name':
      return unread.names;
    case 'source.app.name':
    case 'destination.app.name':
      return unread.headers;
    default:
      return '';
  }
}
