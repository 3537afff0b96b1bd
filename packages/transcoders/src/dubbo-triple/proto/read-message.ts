import { HessianDouble, HessianObject } from '@weft/hessian';
import { TranscodeError } from '@weft/sdk';
import {
  FieldType,
  isLong,
  isWrapper,
  type ProtoField,
  type ProtoMessage,
  ProtoReader,
  Wire,
  wireOf,
} from '../../common/proto/index.ts';
import { DEFAULT_MAX_BODY_BYTES, maxValuesOf } from '../../common/values/index.ts';

const MAX_DEPTH = 100;
const TIMESTAMP = 'google.protobuf.Timestamp';

/** Whether a message is one that Java has as a single value: a Date, or a boxed number, text or bytes. */
export function isValueMessage({ name }: ProtoMessage): boolean {
  return name === TIMESTAMP || isWrapper(name);
}

export function isTimestamp({ name }: ProtoMessage): boolean {
  return name === TIMESTAMP;
}

/**
 * The Java value of a message: an object of its class with the fields that came, a Date for a Timestamp, the value of a wrapper.
 * @param maxBodyBytes bounds how many values it has
 * @throws TranscodeError when the bytes are not such a message
 */
export function readMessage(type: ProtoMessage, bytes: Buffer, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): unknown {
  return messageOf(type, bytes, new Budget(maxBodyBytes), 0);
}

/** The fields that came, by their names in Java, in the order of the type. */
export function readFields(
  type: ProtoMessage,
  bytes: Buffer,
  maxBodyBytes = DEFAULT_MAX_BODY_BYTES,
): Map<string, unknown> {
  return fieldsOf(type, bytes, new Budget(maxBodyBytes), 0);
}

/** An empty message is two bytes, and an object in Java: what comes of the bytes is bounded, too. */
class Budget {
  readonly #maxValues: number;
  #values = 0;

  constructor(maxBodyBytes: number) {
    this.#maxValues = maxValuesOf(maxBodyBytes);
  }

  take(): void {
    if (++this.#values > this.#maxValues)
      throw new TranscodeError(`more than ${this.#maxValues} values in a message (max_body_bytes)`);
  }
}

function messageOf(type: ProtoMessage, bytes: Buffer, budget: Budget, depth: number): unknown {
  const fields = fieldsOf(type, bytes, budget, depth);
  if (isTimestamp(type)) {
    const seconds = fields.get('seconds') ?? 0n;
    const nanos = fields.get('nanos') ?? 0;
    return date(Number(seconds) * 1000 + Math.floor(Number(nanos) / 1_000_000));
  }
  if (isValueMessage(type)) return fields.get('value') ?? defaultOf(type.fields[0] as ProtoField);
  return new HessianObject(type.javaClass, fields);
}

function fieldsOf(type: ProtoMessage, bytes: Buffer, budget: Budget, depth: number): Map<string, unknown> {
  if (depth > MAX_DEPTH) throw new TranscodeError(`messages more than ${MAX_DEPTH} deep`);
  const found = new Map<ProtoField, unknown>();
  const reader = new ProtoReader(bytes);
  while (!reader.atEnd) {
    const tag = reader.tag();
    budget.take();
    const wire = tag & 7;
    const field = type.byNumber.get(Math.floor(tag / 8));
    if (field === undefined) reader.skip(wire);
    else if (!field.repeated) found.set(field, readValue(field, reader, wire, budget, depth));
    else if (field.message?.isMapEntry === true)
      readEntry(field.message, mapOf(found, field), reader, wire, budget, depth);
    else if (wire === Wire.BYTES && wireOf(field.type) !== Wire.BYTES) {
      const packed = new ProtoReader(reader.bytes());
      const items = itemsOf(found, field);
      while (!packed.atEnd) {
        budget.take();
        items.push(readValue(field, packed, wireOf(field.type), budget, depth));
      }
    } else itemsOf(found, field).push(readValue(field, reader, wire, budget, depth));
  }
  const named = new Map<string, unknown>();
  for (const field of type.fields) if (found.has(field)) named.set(field.javaName, found.get(field));
  return named;
}

/** What Java has for a field that did not come. */
export function defaultOf({ type, repeated, message }: ProtoField): unknown {
  if (repeated) return message?.isMapEntry === true ? new Map() : [];
  switch (type) {
    case FieldType.BOOL:
      return false;
    case FieldType.DOUBLE:
    case FieldType.FLOAT:
      return new HessianDouble(0);
    case FieldType.STRING:
      return '';
    case FieldType.BYTES:
      return Buffer.alloc(0);
    case FieldType.MESSAGE:
    case FieldType.ENUM:
      return null;
    default:
      return isLong(type) ? 0n : 0;
  }
}

function readValue(field: ProtoField, reader: ProtoReader, wire: number, budget: Budget, depth: number): unknown {
  const { type } = field;
  if (wire !== wireOf(type)) throw new TranscodeError(`the field ${field.name} is not of its type`);
  switch (type) {
    case FieldType.DOUBLE:
      return double(reader.fixed64().readDoubleLE());
    case FieldType.FLOAT:
      return double(reader.fixed32().readFloatLE());
    case FieldType.FIXED32:
    case FieldType.SFIXED32:
      return reader.fixed32().readInt32LE();
    case FieldType.FIXED64:
    case FieldType.SFIXED64:
      return reader.fixed64().readBigInt64LE();
    case FieldType.STRING:
      return reader.bytes().toString();
    case FieldType.BYTES:
      return Buffer.from(reader.bytes());
    case FieldType.MESSAGE:
      return messageOf(field.message as ProtoMessage, reader.bytes(), budget, depth + 1);
    case FieldType.BOOL:
      return reader.varint() !== 0n;
    case FieldType.ENUM: {
      const name = field.enumeration?.nameOf.get(Number(BigInt.asIntN(32, reader.varint())));
      // Java has no value for a number that it does not know.
      return name === undefined ? null : new HessianObject(field.enumeration?.javaClass ?? '', [['name', name]]);
    }
    case FieldType.SINT32:
    case FieldType.SINT64: {
      const raw = reader.varint();
      const value = (raw >> 1n) ^ -(raw & 1n);
      return type === FieldType.SINT64 ? value : Number(BigInt.asIntN(32, value));
    }
    default: {
      const raw = reader.varint();
      return isLong(type) ? BigInt.asIntN(64, raw) : Number(BigInt.asIntN(32, raw));
    }
  }
}

function readEntry(
  entry: ProtoMessage,
  map: Map<unknown, unknown>,
  reader: ProtoReader,
  wire: number,
  budget: Budget,
  depth: number,
): void {
  if (wire !== Wire.BYTES) throw new TranscodeError('a map that is none');
  const fields = fieldsOf(entry, reader.bytes(), budget, depth + 1);
  const [key, value] = entry.fields as [ProtoField, ProtoField];
  map.set(fields.get(key.javaName) ?? defaultOf(key), fields.get(value.javaName) ?? defaultOf(value));
}

function itemsOf(found: Map<ProtoField, unknown>, field: ProtoField): unknown[] {
  const known = found.get(field) as unknown[] | undefined;
  if (known !== undefined) return known;
  const items: unknown[] = [];
  found.set(field, items);
  return items;
}

function mapOf(found: Map<ProtoField, unknown>, field: ProtoField): Map<unknown, unknown> {
  const known = found.get(field) as Map<unknown, unknown> | undefined;
  if (known !== undefined) return known;
  const map = new Map<unknown, unknown>();
  found.set(field, map);
  return map;
}

function double(value: number): number | HessianDouble {
  return (value | 0) === value && !Object.is(value, -0) ? new HessianDouble(value) : value;
}

function date(epochMs: number): Date {
  const found = new Date(epochMs);
  if (Number.isNaN(found.getTime())) throw new TranscodeError('a time out of range');
  return found;
}
