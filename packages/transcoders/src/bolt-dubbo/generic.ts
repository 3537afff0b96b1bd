import { HessianObject, TypedList, TypedMap } from '@weft/hessian';
import { TranscodeError } from '@weft/sdk';
import { readJavaObject } from '../common/values/index.ts';

/** A generic call of Dubbo (`$invoke`) as the call that it stands for. */
export interface PlainCall {
  readonly method: string;
  /** Types as the caller wrote them: `int`, `java.lang.String`, `com.x.User[]`. */
  readonly typeNames: readonly string[];
  readonly args: readonly unknown[];
}

const CLASS = 'class';

/** @throws TranscodeError when types are missing: SOFARPC finds a method by them */
export function plainCallOf(args: readonly unknown[]): PlainCall {
  const [method, types, values] = args;
  const typeNames = itemsOf(types).filter((item) => typeof item === 'string');
  const items = itemsOf(values);
  if (typeof method !== 'string' || typeNames.length !== items.length)
    throw new TranscodeError('a generic call without the types of its arguments cannot be converted');
  return { method, typeNames, args: items.map((item) => realized(item, new Map())) };
}

/** Maps that carry a class become objects of it. */
function realized(value: unknown, made: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) return filled(value, [], made, realized);
  const entries = value instanceof Map ? value : value instanceof TypedMap ? value.entries : null;
  if (entries === null) return value;
  const className = entries.get(CLASS);
  if (typeof className !== 'string') {
    const copy = new Map<unknown, unknown>();
    made.set(value, copy);
    for (const [key, item] of entries) copy.set(key, realized(item, made));
    return copy;
  }
  const object = new HessianObject(className);
  made.set(value, object);
  for (const [key, item] of entries)
    if (key !== CLASS && typeof key === 'string') object.fields.set(key, realized(item, made));
  return object;
}

/** Objects become maps that carry their class, as the caller of a generic call expects its answer. */
export function generalized(value: unknown, made: Map<object, unknown> = new Map()): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) return filled(value, [], made, generalized);
  if (value instanceof TypedList) return filled(value.items, [], made, generalized, value);
  if (value instanceof HessianObject) {
    const name = value.fields.get('name');
    if (value.fields.size === 1 && typeof name === 'string') return name;
    if (readJavaObject(value) !== null) return value;
    const map = new Map<unknown, unknown>([[CLASS, value.className]]);
    made.set(value, map);
    for (const [key, item] of value.fields) map.set(key, generalized(item, made));
    return map;
  }
  const entries = value instanceof TypedMap ? value.entries : value instanceof Map ? value : null;
  if (entries === null) return value;
  const copy = new Map<unknown, unknown>();
  made.set(value, copy);
  for (const [key, item] of entries) copy.set(key, generalized(item, made));
  return copy;
}

function filled(
  items: readonly unknown[],
  copy: unknown[],
  made: Map<object, unknown>,
  change: (value: unknown, made: Map<object, unknown>) => unknown,
  key: object = items,
): unknown[] {
  made.set(key, copy);
  for (const item of items) copy.push(change(item, made));
  return copy;
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value instanceof TypedList ? value.items : [];
}
