import { TranscodeError } from '@weft/sdk';
import {
  FieldType,
  isObject,
  isWrapper,
  type ProtoField,
  type ProtoJson,
  type ProtoJsonObject,
  type ProtoMessage,
} from '../common/proto/index.ts';
import type { JsonValue } from '../common/values/index.ts';
import { fieldsAt } from './fields.ts';

/** Values that stand in a path or a query, as text, and in messages by their types. */

const MAX_PARAMETERS = 1000;

/** Puts a text at a field of a message within others. */
export function putText(target: Map<string, JsonValue>, fields: readonly ProtoField[], text: string): void {
  let within = target;
  for (const field of fields.slice(0, -1)) {
    const known = taken(within, field);
    const next = known instanceof Map ? known : new Map<string, JsonValue>();
    within.set(field.javaName, next);
    within = next;
  }
  const last = fields.at(-1) as ProtoField;
  const value = typed(last, text);
  const known = taken(within, last);
  if (!last.repeated) within.set(last.javaName, value);
  else {
    const items = Array.isArray(known) ? known : [];
    items.push(value);
    within.set(last.javaName, items);
  }
}

/** What an object has for a field, which is taken out under both of its names. */
function taken(within: Map<string, JsonValue>, { javaName, name }: ProtoField): JsonValue | undefined {
  const value = within.get(javaName) ?? within.get(name);
  within.delete(javaName);
  within.delete(name);
  return value;
}

/**
 * Puts the parameters of a query into a message.
 * @throws TranscodeError for one that is no field, where those are refused
 */
export function putQuery(
  target: Map<string, JsonValue>,
  message: ProtoMessage,
  query: string,
  refuseUnknown: boolean,
): void {
  let count = 0;
  for (const [name, value] of new URLSearchParams(query)) {
    if (++count > MAX_PARAMETERS) throw new TranscodeError(`more than ${MAX_PARAMETERS} parameters`);
    const fields = fieldsAt(message, name);
    const last = fields?.at(-1)?.message ?? null;
    if (fields !== null && (last === null || isText(last))) putText(target, fields, value);
    else if (refuseUnknown)
      throw new TranscodeError(`${message.name} has no field for the parameter ${JSON.stringify(name.slice(0, 64))}`);
  }
}

/** Messages that JSON has as one value. */
function isText({ name }: ProtoMessage): boolean {
  return isWrapper(name) || /^google\.protobuf\.(?:Timestamp|Duration|FieldMask)$/.test(name);
}

/** JSON has numbers as text, too, but for enums; and no booleans. */
function typed(field: ProtoField, text: string): JsonValue {
  const { type, message } = field;
  if (message !== null && isWrapper(message.name)) return typed(message.fields[0] as ProtoField, text);
  if (type === FieldType.BOOL) {
    if (text !== 'true' && text !== 'false') throw new TranscodeError(`${field.javaName}: true or false expected`);
    return text === 'true';
  }
  if (type === FieldType.ENUM && /^-?\d{1,10}$/.test(text)) return Number(text);
  return text;
}

/** Takes the value of a field out of a message: null where it has none, or one that is no text. */
export function takeText(source: ProtoJson, fields: readonly ProtoField[]): string | null {
  let within = source;
  for (const { javaName } of fields.slice(0, -1)) {
    if (!isObject(within)) return null;
    within = within[javaName] ?? null;
  }
  const name = fields.at(-1)?.javaName ?? '';
  if (!isObject(within)) return null;
  const value = within[name];
  if (value === undefined || value === null || typeof value === 'object') return null;
  delete within[name];
  return String(value);
}

/**
 * A message as parameters: `author.givenName=Jane&tags=a&tags=b`.
 * @param maxLength of names and values together; a name deep within is as long as all of those that it is in
 * @throws TranscodeError for longer ones
 */
export function queryOf(source: ProtoJsonObject, maxLength: number): string {
  const query = new URLSearchParams();
  let length = 0;
  const add = (name: string, value: ProtoJson): void => {
    if (Array.isArray(value)) for (const item of value) add(name, item);
    else if (isObject(value)) for (const [inner, item] of Object.entries(value)) add(`${name}.${inner}`, item);
    else if (value !== null) {
      const text = String(value);
      length += name.length + text.length + 1;
      if (length > maxLength) tooLong(maxLength);
      query.append(name, text);
    }
  };
  for (const [name, value] of Object.entries(source)) add(name, value);
  return query.toString();
}

/** @throws TranscodeError always: what does not fit into a request over HTTP */
export function tooLong(maxLength: number): never {
  throw new TranscodeError(
    `path and query have more than ${maxLength} characters: send the message as body (body: "*")`,
  );
}
