import { TranscodeError } from '@weft/sdk';
import { DEFAULT_MAX_BODY_BYTES, maxValuesOf } from '../values/index.ts';
import { hasOwnJson, TYPE_KEY, typeOfUrl, URL_FIELD, VALUE_FIELD, VALUE_KEY } from './any.ts';
import { ANY, FieldType, type ProtoField, type ProtoMessage } from './descriptor.ts';
import { isLong, isWrapper, wireOf } from './field-type.ts';
import { emptyObject, MAX_DEPTH, type ProtoJson, type ProtoJsonObject, refuseGroup } from './json.ts';
import { camelCase, durationText, type SecondsAndNanos, timestampText } from './well-known.ts';
import { ProtoReader, visitFields, Wire } from './wire.ts';

/**
 * A message as JSON (the JSON mapping of proto3).
 * @param defaults whether fields that have no value are written with that of none
 * @param maxBodyBytes bounds how many values it has
 * @throws TranscodeError when the bytes are not such a message
 */
export function messageToJson(
  type: ProtoMessage,
  bytes: Buffer,
  defaults: boolean,
  maxBodyBytes = DEFAULT_MAX_BODY_BYTES,
): ProtoJson {
  return new JsonWriter(defaults, maxValuesOf(maxBodyBytes)).message(type, bytes, 0);
}

/** A message that came in pieces, of which a later one adds to an earlier one; joined once, however many there are. */
class Pieces {
  readonly #pieces: Buffer[] = [];

  add(piece: Buffer): this {
    this.#pieces.push(piece);
    return this;
  }

  joined(): Buffer {
    return this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
  }
}

/** What came of a field: pieces for a message, a list where it is repeated. */
type Found = Map<ProtoField, ProtoJson | Pieces | ProtoJson[] | ProtoJsonObject>;

class JsonWriter {
  readonly #defaults: boolean;
  readonly #maxValues: number;
  #values = 0;

  constructor(defaults: boolean, maxValues: number) {
    this.#defaults = defaults;
    this.#maxValues = maxValues;
  }

  /** An empty message is two bytes, and an object with all of its defaults in JSON: what comes of the bytes is bounded, too. */
  #count(): void {
    if (++this.#values > this.#maxValues)
      throw new TranscodeError(`more than ${this.#maxValues} values in a message (max_body_bytes)`);
  }

  message(type: ProtoMessage, bytes: Buffer, depth: number): ProtoJson {
    if (depth > MAX_DEPTH) throw new TranscodeError(`${type.name}: messages more than ${MAX_DEPTH} deep`);
    const { name } = type;
    if (!name.startsWith('google.protobuf.')) return this.#object(type, bytes, depth);
    if (isWrapper(name)) {
      const field = type.fields[0] as ProtoField;
      return (this.#fields(type, bytes, depth).get(field) as ProtoJson | undefined) ?? defaultJson(field);
    }
    switch (name) {
      case 'google.protobuf.Timestamp':
        return timestampText(this.#time(type, bytes, depth));
      case 'google.protobuf.Duration':
        return durationText(this.#time(type, bytes, depth));
      case 'google.protobuf.FieldMask':
        return ((this.#named(type, bytes, depth, 'paths') ?? []) as string[]).map(camelCase).join(',');
      case 'google.protobuf.Struct':
        return this.#named(type, bytes, depth, 'fields') ?? emptyObject();
      case 'google.protobuf.ListValue':
        return this.#named(type, bytes, depth, 'values') ?? [];
      case 'google.protobuf.Value':
        return this.#value(type, bytes, depth);
      case ANY:
        return this.#any(type, bytes, depth);
      default:
        return this.#object(type, bytes, depth);
    }
  }

  #object(type: ProtoMessage, bytes: Buffer, depth: number): ProtoJsonObject {
    const found = this.#fields(type, bytes, depth);
    const object = emptyObject();
    for (const field of type.fields) {
      const value = found.get(field);
      if (value !== undefined) object[field.javaName] = this.#finished(field, value, depth);
      else if (this.#defaults && !field.hasPresence) {
        this.#count();
        object[field.javaName] = defaultJson(field);
      }
    }
    return object;
  }

  #finished(field: ProtoField, value: ProtoJson | Pieces, depth: number): ProtoJson {
    return value instanceof Pieces ? this.message(field.message as ProtoMessage, value.joined(), depth + 1) : value;
  }

  /** The fields that came. */
  #fields(type: ProtoMessage, bytes: Buffer, depth: number): Found {
    const found: Found = new Map();
    const reader = new ProtoReader(bytes);
    while (!reader.atEnd) {
      const tag = reader.tag();
      this.#count();
      const wire = tag & 7;
      const number = Math.floor(tag / 8);
      const field = type.byNumber.get(number);
      if (wire === Wire.GROUP) refuseGroup(`${type.name}.${field?.name ?? number}`);
      if (field === undefined) reader.skip(wire);
      else if (!field.repeated) {
        const value = this.#single(field, reader, wire, found.get(field));
        // Of the members of a `oneof` the last one counts.
        if (field.oneof >= 0 && !found.has(field))
          for (const other of found.keys()) if (other.oneof === field.oneof) found.delete(other);
        found.set(field, value);
      } else if (field.message?.isMapEntry === true)
        this.#entry(field.message, mapOf(found, field), reader, wire, depth);
      else if (wire === Wire.BYTES && wireOf(field.type) !== Wire.BYTES) {
        const packed = new ProtoReader(reader.bytes());
        const items = itemsOf(found, field);
        while (!packed.atEnd) {
          this.#count();
          items.push(readScalar(field, packed, wireOf(field.type)));
        }
      } else if (field.message === null) itemsOf(found, field).push(readScalar(field, reader, wire));
      else itemsOf(found, field).push(this.message(field.message, pieceOf(field, reader, wire), depth + 1));
    }
    return found;
  }

  #single(field: ProtoField, reader: ProtoReader, wire: number, before: unknown): ProtoJson | Pieces {
    if (field.message === null) return readScalar(field, reader, wire);
    const piece = pieceOf(field, reader, wire);
    return (before instanceof Pieces ? before : new Pieces()).add(piece);
  }

  #entry(entry: ProtoMessage, map: ProtoJsonObject, reader: ProtoReader, wire: number, depth: number): void {
    if (wire !== Wire.BYTES) throw new TranscodeError(`${entry.name}: a map that is none`);
    const fields = this.#fields(entry, reader.bytes(), depth + 1);
    const [key, value] = entry.fields as [ProtoField, ProtoField];
    const found = fields.get(value);
    const item =
      found !== undefined
        ? this.#finished(value, found, depth + 1)
        : value.message !== null
          ? this.message(value.message, NOTHING, depth + 1)
          : defaultJson(value);
    map[String(fields.get(key) ?? defaultJson(key))] = item;
  }

  /** The field of this name, with messages within as JSON. */
  #named(type: ProtoMessage, bytes: Buffer, depth: number, name: string): ProtoJson | undefined {
    const field = type.fields.find((item) => item.name === name);
    return field === undefined ? undefined : (this.#fields(type, bytes, depth).get(field) as ProtoJson | undefined);
  }

  #time(type: ProtoMessage, bytes: Buffer, depth: number): SecondsAndNanos {
    const fields = this.#fields(type, bytes, depth);
    const of = (name: string): unknown => fields.get(type.fields.find((item) => item.name === name) as ProtoField);
    return {
      seconds: BigInt((of('seconds') as string | undefined) ?? 0),
      nanos: (of('nanos') as number | undefined) ?? 0,
    };
  }

  /** The message within, with its type beside its fields, or beside its `value` where its JSON is no object of fields. */
  #any(type: ProtoMessage, bytes: Buffer, depth: number): ProtoJson {
    let url = '';
    let value: Buffer = NOTHING;
    visitFields(bytes, (number, piece) => {
      if (number === URL_FIELD) url = piece.toString();
      else if (number === VALUE_FIELD) value = piece;
    });
    const object = emptyObject();
    if (url === '' && value.length === 0) return object;
    const within = typeOfUrl(type, url, type.name);
    const json = this.message(within, value, depth + 1);
    object[TYPE_KEY] = url;
    if (hasOwnJson(within)) object[VALUE_KEY] = json;
    else Object.assign(object, json);
    return object;
  }

  /** google.protobuf.Value: whichever of its fields came last. */
  #value(type: ProtoMessage, bytes: Buffer, depth: number): ProtoJson {
    let last: ProtoJson = null;
    for (const [field, value] of this.#fields(type, bytes, depth)) {
      last = field.type === FieldType.ENUM ? null : this.#finished(field, value, depth);
      if (typeof last === 'string' && field.type === FieldType.DOUBLE)
        throw new TranscodeError(`google.protobuf.Value: JSON has no ${last}`);
    }
    return last;
  }
}

function readScalar(field: ProtoField, reader: ProtoReader, wire: number): ProtoJson {
  const { type } = field;
  if (wire !== wireOf(type)) throw new TranscodeError(`the field ${field.name} is not of its type`);
  switch (type) {
    case FieldType.DOUBLE:
      return number(reader.fixed64().readDoubleLE());
    case FieldType.FLOAT:
      return shortest(reader.fixed32().readFloatLE());
    case FieldType.FIXED32:
      return reader.fixed32().readUInt32LE();
    case FieldType.SFIXED32:
      return reader.fixed32().readInt32LE();
    case FieldType.FIXED64:
      return String(reader.fixed64().readBigUInt64LE());
    case FieldType.SFIXED64:
      return String(reader.fixed64().readBigInt64LE());
    case FieldType.STRING:
      return reader.bytes().toString();
    case FieldType.BYTES:
      return reader.bytes().toString('base64');
    case FieldType.BOOL:
      return reader.varint() !== 0n;
    case FieldType.ENUM: {
      const value = Number(BigInt.asIntN(32, reader.varint()));
      if (field.enumeration?.name === 'google.protobuf.NullValue') return null;
      return field.enumeration?.nameOf.get(value) ?? value;
    }
    case FieldType.SINT32:
    case FieldType.SINT64: {
      const raw = reader.varint();
      const value = (raw >> 1n) ^ -(raw & 1n);
      return type === FieldType.SINT64 ? String(value) : Number(BigInt.asIntN(32, value));
    }
    case FieldType.UINT64:
      return String(reader.varint());
    case FieldType.UINT32:
      return Number(BigInt.asUintN(32, reader.varint()));
    case FieldType.INT64:
      return String(BigInt.asIntN(64, reader.varint()));
    case FieldType.INT32:
      return Number(BigInt.asIntN(32, reader.varint()));
    default:
      return refuseGroup(field.name);
  }
}

/** What JSON says for a field that has no value. */
export function defaultJson(field: ProtoField): ProtoJson {
  const { type, repeated, message, enumeration } = field;
  if (repeated) return message?.isMapEntry === true ? emptyObject() : [];
  switch (type) {
    case FieldType.BOOL:
      return false;
    case FieldType.STRING:
    case FieldType.BYTES:
      return '';
    case FieldType.MESSAGE:
      return null;
    case FieldType.ENUM:
      return enumeration?.nameOf.get(0) ?? 0;
    default:
      return isLong(type) ? '0' : 0;
  }
}

/** JSON has no word for what is no number: protobuf writes it as text. */
function number(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The shortest decimal number that is this one of 32 bits. */
function shortest(value: number): number | string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

function pieceOf(field: ProtoField, reader: ProtoReader, wire: number): Buffer {
  if (wire !== Wire.BYTES) throw new TranscodeError(`the field ${field.name} is not of its type`);
  return reader.bytes();
}

function itemsOf(found: Found, field: ProtoField): ProtoJson[] {
  const known = found.get(field);
  if (Array.isArray(known)) return known;
  const items: ProtoJson[] = [];
  found.set(field, items);
  return items;
}

function mapOf(found: Found, field: ProtoField): ProtoJsonObject {
  const known = found.get(field);
  if (known !== undefined) return known as ProtoJsonObject;
  const map = emptyObject();
  found.set(field, map);
  return map;
}

const NOTHING = Buffer.alloc(0);
