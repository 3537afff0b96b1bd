import { HessianObject, TypedList, TypedMap } from '@weft/hessian';
import { classIn, type Dialect, readJavaObject, uuid } from './java-objects.ts';

/**
 * A value that one library of Hessian wrote as the other one would: what they name or build differently is made anew, all
 * else stays, and what is shared or contains itself does so afterwards. A value without such parts is given back as it is.
 */
export function inDialect(value: unknown, dialect: Dialect): unknown {
  return needsChange(value, dialect, new Set()) ? changed(value, dialect, new Map()) : value;
}

function needsChange(value: unknown, dialect: Dialect, seen: Set<object>): boolean {
  if (!isContainer(value) || seen.has(value)) return false;
  seen.add(value);
  if (value instanceof HessianObject) {
    if (isForeign(value, dialect)) return true;
    for (const field of value.fields.values()) if (needsChange(field, dialect, seen)) return true;
    return false;
  }
  if (Array.isArray(value) || value instanceof TypedList)
    return (Array.isArray(value) ? value : value.items).some((item) => needsChange(item, dialect, seen));
  for (const [key, item] of value instanceof TypedMap ? value.entries : value)
    if (needsChange(key, dialect, seen) || needsChange(item, dialect, seen)) return true;
  return false;
}

function changed(value: unknown, dialect: Dialect, made: Map<object, unknown>): unknown {
  if (!isContainer(value)) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  if (value instanceof HessianObject) {
    const object = otherForm(value, dialect) ?? new HessianObject(classIn(dialect, value.className));
    made.set(value, object);
    if (object.fields.size === 0)
      for (const [name, field] of value.fields) object.fields.set(name, changed(field, dialect, made));
    return object;
  }
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    made.set(value, items);
    for (const item of value) items.push(changed(item, dialect, made));
    return items;
  }
  if (value instanceof TypedList) {
    const list = new TypedList(value.type);
    made.set(value, list);
    for (const item of value.items) list.items.push(changed(item, dialect, made));
    return list;
  }
  const entries = new Map<unknown, unknown>();
  made.set(value, value instanceof TypedMap ? new TypedMap(value.type, entries) : entries);
  for (const [key, item] of value instanceof TypedMap ? value.entries : value)
    entries.set(changed(key, dialect, made), changed(item, dialect, made));
  return made.get(value);
}

function isForeign(object: HessianObject, dialect: Dialect): boolean {
  return classIn(dialect, object.className) !== object.className || otherForm(object, dialect) !== null;
}

/** A UUID is one text for Dubbo and two numbers for SOFA. */
function otherForm(object: HessianObject, dialect: Dialect): HessianObject | null {
  if (object.className !== 'java.util.UUID' || object.fields.has('value') === (dialect === 'dubbo')) return null;
  const known = readJavaObject(object);
  return known?.kind === 'text' && /^[\da-f-]{36}$/i.test(known.text) ? uuid(dialect, known.text) : null;
}

type Container = HessianObject | TypedList | TypedMap | unknown[] | Map<unknown, unknown>;

function isContainer(value: unknown): value is Container {
  return (
    value instanceof HessianObject ||
    value instanceof TypedList ||
    value instanceof TypedMap ||
    value instanceof Map ||
    Array.isArray(value)
  );
}
