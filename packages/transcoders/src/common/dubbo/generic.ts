import { TypedList } from '@weft/hessian';

/** Types of `$invoke(method, types, arguments)`. */
export const GENERIC_TYPES = 'Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;';
export const GENERIC_METHOD = '$invoke';

/** A call of a method whose types the caller does not know. */
export interface GenericCall {
  readonly method: string;
  /** Empty when the caller does not say. */
  readonly typeNames: readonly string[];
  readonly args: readonly unknown[];
}

/** Null when these are not the arguments of `$invoke`. */
export function readGeneric(args: readonly unknown[]): GenericCall | null {
  const [method, types, values] = args;
  if (typeof method !== 'string') return null;
  const names = itemsOf(types).filter((item) => typeof item === 'string');
  return { method, typeNames: names, args: itemsOf(values).map(withoutClasses) };
}

/** The arguments of `$invoke`; the provider finds the method by its name. */
export function writeGeneric(method: string, args: readonly unknown[]): unknown[] {
  return [method, null, new TypedList('[object', [...args])];
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value instanceof TypedList ? value.items : [];
}

/** Objects of generic calls are maps that carry their class as `class`; what they share is copied, what is cyclic stays so. */
export function withoutClasses(value: unknown): unknown {
  return strip(value, new Map());
}

function strip(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    seen.set(value, copy);
    for (const item of value) copy.push(strip(item, seen));
    return copy;
  }
  if (value instanceof TypedList) {
    const copy = new TypedList(value.type);
    seen.set(value, copy);
    for (const item of value.items) copy.items.push(strip(item, seen));
    return copy;
  }
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>();
    seen.set(value, copy);
    const isObject = typeof value.get('class') === 'string';
    for (const [key, item] of value) if (!isObject || key !== 'class') copy.set(key, strip(item, seen));
    return copy;
  }
  return value;
}
