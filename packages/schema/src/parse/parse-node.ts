import type { SchemaNode } from '../json-schema.ts';
import { isPlainObject } from './bounds.ts';
import { describeExpected } from './describe.ts';
import { type Field, fieldsOf, type ObjectFields } from './fields.ts';
import { nearestName } from './nearest.ts';
import { ProblemCollector, type ProblemText } from './problems.ts';
import { parseBytes, parseDuration } from './scalars.ts';

/**
 * Reads one value by its schema: checks it, fills defaults, brings keys and enumerated values to their canonical
 * spelling, and freezes the result. undefined when a problem was recorded.
 */
export function parseNode(value: unknown, node: SchemaNode, collector: ProblemCollector, strict: boolean): unknown {
  if (node.anyOf !== undefined) return parseUnion(value, node, node.anyOf, collector, strict);
  if (node['x-weft-format'] !== undefined) return parseFormatted(value, node, collector);
  switch (node.type) {
    case 'object':
      return parseObject(value, node, collector, strict);
    case 'array':
      return parseList(value, node, collector, strict);
    case 'string':
      return parseText(value, node, collector);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return refuse(value, node, collector, 'neither true nor false');
    case 'integer':
    case 'number':
      return parseNumber(value, node, collector);
    case undefined:
      if (node.const === undefined && node.enum === undefined) return freezeJson(value);
      return parseOneOf(value, node, node.enum ?? [node.const ?? ''], collector);
  }
}

function refuse(
  value: unknown,
  node: SchemaNode,
  collector: ProblemCollector,
  message: string,
  hint?: string,
): undefined {
  const text: ProblemText = { message, expected: describeExpected(node), ...(hint === undefined ? {} : { hint }) };
  collector.add(value, node['x-weft-secret'] === true ? { ...text, shown: '***' } : text);
  return undefined;
}

function parseUnion(
  value: unknown,
  node: SchemaNode,
  branches: readonly SchemaNode[],
  collector: ProblemCollector,
  strict: boolean,
): unknown {
  const depth = collector.path.length;
  let deepest: ProblemCollector | undefined;
  for (const branch of branches) {
    const trial = new ProblemCollector('');
    trial.path.push(...collector.path);
    let parsed: unknown;
    try {
      parsed = parseNode(value, branch, trial, strict);
    } catch (error) {
      // Too many problems: this branch does not fit either.
      if (trial.problems.length === 0) throw error;
    }
    if (trial.problems.length === 0) {
      for (const warning of trial.warnings()) collector.adoptWarning(warning);
      return parsed;
    }
    if (branch.type === 'object' && typeof value === 'object' && value !== null && !Array.isArray(value))
      deepest ??= trial;
    if (branch.type === 'array' && Array.isArray(value)) deepest ??= trial;
  }
  collector.path.length = depth;
  // The branch of the same shape tells most: its problems lie inside.
  if (deepest !== undefined && node['x-weft-expected'] === undefined) {
    for (const problem of deepest.problems) collector.adopt(problem);
    return undefined;
  }
  return refuse(value, node, collector, 'none of the allowed forms');
}

function parseFormatted(value: unknown, node: SchemaNode, collector: ProblemCollector): number | undefined {
  switch (node['x-weft-format']) {
    case 'duration': {
      const ms = parseDuration(value);
      if (ms !== undefined) return inRange(value, ms, node, collector);
      const hint =
        typeof value === 'number'
          ? `a number needs a unit, such as "${Math.abs(value)}s" or "${Math.abs(value)}ms"`
          : undefined;
      return refuse(value, node, collector, 'not a duration', hint);
    }
    case 'duration-ns': {
      const ms = typeof value === 'number' && Number.isSafeInteger(value) ? value / 1e6 : parseDuration(value);
      return ms === undefined ? refuse(value, node, collector, 'not a duration') : inRange(value, ms, node, collector);
    }
    case 'bytes': {
      const bytes = parseBytes(value);
      return bytes === undefined
        ? refuse(value, node, collector, 'not a size')
        : inRange(value, bytes, node, collector);
    }
    default: {
      if (value === 'auto') return 0;
      const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
      if (typeof count === 'number' && Number.isInteger(count)) return inRange(value, count, node, collector);
      return refuse(value, node, collector, 'neither "auto" nor a whole number');
    }
  }
}

function parseNumber(value: unknown, node: SchemaNode, collector: ProblemCollector): number | undefined {
  if (typeof value !== 'number') return refuse(value, node, collector, 'not a number');
  if (node.type === 'integer' && !Number.isSafeInteger(value))
    return refuse(value, node, collector, 'not a whole number');
  if (node.enum !== undefined) return parseOneOf(value, node, node.enum, collector) as number | undefined;
  if (node['x-weft-clamp'] === true && node.maximum !== undefined && value > node.maximum) {
    const message = `above ${node.maximum}, so ${node.maximum} is used`;
    collector.warn(value, { message, expected: describeExpected(node) });
    return node.maximum;
  }
  return inRange(value, value, node, collector);
}

function inRange(value: unknown, number: number, node: SchemaNode, collector: ProblemCollector): number | undefined {
  // Zero stands for the default wherever it means "not given"; the range is that of a value that is given.
  if (number === 0 && node['x-weft-zero-is-default'] === true) return 0;
  if (
    number < (node.minimum ?? Number.NEGATIVE_INFINITY) ||
    number > (node.maximum ?? Number.POSITIVE_INFINITY) ||
    number <= (node.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) ||
    number >= (node.exclusiveMaximum ?? Number.POSITIVE_INFINITY)
  ) {
    return refuse(value, node, collector, 'out of range');
  }
  // -0 is not a number that anybody writes on purpose, and it compares oddly.
  return number === 0 ? 0 : number;
}

function parseText(value: unknown, node: SchemaNode, collector: ProblemCollector): string | undefined {
  if (typeof value !== 'string') {
    const hint = typeof value === 'number' || typeof value === 'boolean' ? `write it in quotes: "${value}"` : undefined;
    return refuse(value, node, collector, 'not a text', node['x-weft-secret'] === true ? undefined : hint);
  }
  const unsupported = node['x-weft-unsupported-values'];
  if (unsupported !== undefined) {
    const hint = Object.hasOwn(unsupported, value) ? unsupported[value] : undefined;
    if (hint !== undefined) return refuse(value, node, collector, 'not supported in this release', hint);
  }
  if (value === '' && node['x-weft-zero-is-default'] === true) return value;
  if (node.enum !== undefined) return parseOneOf(value, node, node.enum, collector) as string | undefined;
  if (node.const !== undefined) return parseOneOf(value, node, [node.const], collector) as string | undefined;
  if (value.length < (node.minLength ?? 0)) return refuse(value, node, collector, value === '' ? 'empty' : 'too short');
  if (value.length > (node.maxLength ?? Number.POSITIVE_INFINITY)) return refuse(value, node, collector, 'too long');
  if (node.pattern !== undefined && !patternOf(node.pattern).test(value)) {
    return refuse(value, node, collector, value === '' ? 'empty' : 'not in the form that is expected');
  }
  return value;
}

const patterns = new Map<string, RegExp>();

/** Patterns come from schemas, never from a configuration: there are few. */
function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(source, 'u');
    patterns.set(source, pattern);
  }
  return pattern;
}

function parseOneOf(
  value: unknown,
  node: SchemaNode,
  values: readonly (string | number | boolean)[],
  collector: ProblemCollector,
): string | number | boolean | undefined {
  for (const candidate of values) if (candidate === value) return candidate;
  if (typeof value === 'string') {
    const texts = values.filter((candidate) => typeof candidate === 'string');
    const lower = value.toLowerCase();
    const sameLetters = texts.find((candidate) => candidate.toLowerCase() === lower);
    if (sameLetters !== undefined && node['x-weft-ignore-case'] === true) return sameLetters;
    const spellings = node['x-weft-enum-alias'];
    if (spellings !== undefined && Object.hasOwn(spellings, lower)) return spellings[lower];
    const near = sameLetters ?? nearestName(value, texts);
    const hint = near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`;
    return refuse(value, node, collector, 'unknown value', hint);
  }
  return refuse(value, node, collector, 'unknown value');
}

function parseList(value: unknown, node: SchemaNode, collector: ProblemCollector, strict: boolean): unknown {
  if (!Array.isArray(value)) {
    return refuse(value, node, collector, 'not a list', isObject(value) ? 'write [ ] around it' : undefined);
  }
  if (value.length < (node.minItems ?? 0))
    return refuse(value, node, collector, value.length === 0 ? 'empty' : 'too few entries');
  if (value.length > (node.maxItems ?? Number.POSITIVE_INFINITY))
    return refuse(value, node, collector, 'too many entries');
  if (node.items === undefined) return freezeJson(value);
  const parsed: unknown[] = new Array(value.length);
  for (let index = 0; index < value.length; index++) {
    collector.path.push(index);
    parsed[index] = parseNode(value[index], node.items, collector, strict);
    collector.path.pop();
  }
  return Object.freeze(parsed);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseObject(value: unknown, node: SchemaNode, collector: ProblemCollector, outerStrict: boolean): unknown {
  if (!isObject(value)) return refuse(value, node, collector, 'not an object');
  if (node['x-weft-json'] === true) return freezeJson(value);
  if (node.maxProperties !== undefined && Object.keys(value).length > node.maxProperties)
    return refuse(value, node, collector, 'too many entries');
  const strict = outerStrict || node['x-weft-strict'] === true;
  const fields = fieldsOf(node);
  const parsed: Record<string, unknown> = fields.list.length === 0 ? Object.create(null) : {};
  const given = sortKeys(value, node, fields, collector, strict, parsed);
  for (const field of fields.list) {
    const child = given.get(field.name);
    if (child === undefined && !field.required) {
      // Most keys of most objects: nothing to check, and a default that was read before.
      if (field.node.default !== undefined && isTaken(field.node)) parsed[field.name] = defaultOf(field.node, strict);
      continue;
    }
    collector.path.push(field.name);
    const result = parseField(child, field, collector, strict);
    if (result !== undefined) parsed[field.name] = result;
    collector.path.pop();
  }
  return Object.freeze(parsed);
}

/** Values by canonical name. What no field takes goes to `additionalProperties`, or is reported. */
function sortKeys(
  value: Record<string, unknown>,
  node: SchemaNode,
  fields: ObjectFields,
  collector: ProblemCollector,
  strict: boolean,
  parsed: Record<string, unknown>,
): Map<string, unknown> {
  const given = new Map<string, unknown>();
  for (const key of Object.keys(value)) {
    const found = fields.byKey.get(key) ?? fields.byKey.get(key.toLowerCase());
    if (found !== undefined) {
      const { name } = found.field;
      if (given.has(name)) {
        const hint = `${JSON.stringify(otherSpelling(value, key, found.field, fields))} and ${JSON.stringify(key)} are the same key`;
        collector.add(undefined, { message: 'given twice', expected: 'one spelling of the key', hint }, name);
        continue;
      }
      given.set(name, value[key]);
      if (found.deprecated) collector.warn(undefined, { message: 'deprecated name', expected: `"${name}"` }, key);
    } else if (typeof node.additionalProperties === 'object') {
      collector.path.push(key);
      const result = parseNode(value[key], node.additionalProperties, collector, strict);
      if (result !== undefined) parsed[key] = result;
      collector.path.pop();
    } else if (node.additionalProperties !== true) {
      reportUnknown(key, fields, collector, strict);
    } else {
      parsed[key] = freezeJson(value[key]);
    }
  }
  return given;
}

/** The first key of `value` that stands for `field`. */
function otherSpelling(value: Record<string, unknown>, key: string, field: Field, fields: ObjectFields): string {
  return Object.keys(value).find((other) => fields.byKey.get(other.toLowerCase())?.field === field) ?? key;
}

function reportUnknown(key: string, fields: ObjectFields, collector: ProblemCollector, strict: boolean): void {
  const near = nearestName(key, fields.names);
  const text = {
    message: strict ? 'unknown key' : 'unknown key, ignored',
    expected: fields.names.length === 0 ? 'no keys here' : 'a key of the reference',
    ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
  };
  if (strict) collector.add(undefined, text, key);
  else collector.warn(undefined, text, key);
}

function parseField(value: unknown, field: Field, collector: ProblemCollector, strict: boolean): unknown {
  const { node } = field;
  if (!isTaken(node)) {
    if (!isOff(value, node)) reportClass(value, node, collector);
    else warnForgottenSwitch(value, node, collector);
    return undefined;
  }
  // null is Go's "not given"; YAML writes it for a key without a value.
  if (value === undefined || value === null) {
    if (node.default !== undefined) return defaultOf(node, strict);
    const message = value === null ? 'null counts as missing' : 'missing';
    if (field.required) collector.add(value, { message, expected: describeExpected(node) });
    return undefined;
  }
  const parsed = parseNode(value, node, collector, strict);
  const isZero = parsed === 0 || parsed === '';
  if (!isZero || node['x-weft-zero-is-default'] !== true) return parsed;
  return node.default === undefined ? undefined : defaultOf(node, strict);
}

/** Whether the value of a key reaches the parsed form. */
function isTaken(node: SchemaNode): boolean {
  const fieldClass = node['x-weft-class'];
  return fieldClass === undefined || fieldClass === 'implemented';
}

function reportClass(value: unknown, node: SchemaNode, collector: ProblemCollector): void {
  const hint = node['x-weft-hint'];
  const shown = node['x-weft-secret'] === true ? { shown: '***' } : {};
  const more = { ...(hint === undefined ? {} : { hint }), ...shown };
  if (node['x-weft-class'] === 'unsupported') {
    collector.add(value, { message: 'not supported in this release', expected: 'no such key', ...more });
  } else {
    collector.warn(value, { message: 'has no effect', expected: 'no such key', ...more });
  }
}

/** Values by which Go's files say that something is not there, or is switched off. */
function isOff(value: unknown, node: SchemaNode): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '' || value === '0s')
    return true;
  // Of a list with a switch each entry has its own.
  if (Array.isArray(value))
    return node['x-weft-switch'] === undefined ? value.length === 0 : value.every((item) => isOff(item, node));
  if (typeof value !== 'object') return false;
  const keys = Object.keys(value);
  const switchKey = node['x-weft-switch'];
  if (switchKey === undefined) return keys.every((key) => isOff((value as Record<string, unknown>)[key], {}));
  const key = keys.find((candidate) => candidate.toLowerCase() === switchKey);
  return key === undefined || isOff((value as Record<string, unknown>)[key], {});
}

/** Certificates without `status`, say: MOSN leaves them aside in silence, and whoever wrote them believes that they work. */
function warnForgottenSwitch(value: unknown, node: SchemaNode, collector: ProblemCollector): void {
  const switchKey = node['x-weft-switch'];
  if (switchKey === undefined || typeof value !== 'object' || value === null || isOff(value, {})) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) warnForgottenSwitch(item, node, collector);
    return;
  }
  if (Object.keys(value).some((key) => key.toLowerCase() === switchKey)) return;
  const hint = node['x-weft-hint'];
  const text = { message: `has no effect while "${switchKey}" is not given`, expected: 'no such key' };
  collector.warn(value, hint === undefined ? text : { ...text, hint });
}

const defaults = new WeakMap<SchemaNode, { readonly value: unknown }>();

/** Defaults are read like values, once: the generator made sure that they fit. */
function defaultOf(node: SchemaNode, strict: boolean): unknown {
  const known = defaults.get(node);
  if (known !== undefined) return known.value;
  const collector = new ProblemCollector('');
  const value = parseNode(node.default, node, collector, strict);
  const problem = collector.problems[0];
  if (problem !== undefined)
    throw new TypeError(`a default of the schema does not fit: ${problem.path} ${problem.message}`);
  defaults.set(node, { value });
  return value;
}

/** A frozen copy without prototypes, so that no key of the user's is mistaken for an inherited one. */
export function freezeJson(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(freezeJson));
  if (typeof value !== 'object' || value === null || !isPlainObject(value)) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) copy[key] = freezeJson(value[key]);
  return Object.freeze(copy);
}
