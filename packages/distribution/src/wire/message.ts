/**
 * Protobuf messages as tables of fields: `message({ name: text(1), port: uint32(2) })` reads, writes and types them. No code
 * is generated, at build time or at run time, so it works under `--disallow-code-generation-from-strings`, and the sidecar
 * loads no descriptors. Proto3 rules: defaults are not written, unknown fields are skipped, the last of a scalar wins.
 */
import { ProtocolError } from '@weft/kit';
import { WireReader, WireType, WireWriter } from './bytes.ts';

/** Deeper nesting is refused; our own messages need five. */
const MAX_DEPTH = 32;

export interface Field<T> {
  readonly number: number;
  readonly wireType: number;
  /** Value of a field that is not there. */
  readonly none: () => T;
  readonly isNone: (value: T) => boolean;
  /** Writes tag and value. */
  readonly write: (writer: WireWriter, value: T) => void;
  /** For repeated numbers: how one of them is read when they come packed. */
  readonly packed?: Field<unknown>;
  /** Reads one occurrence; `before` is what earlier ones gave. */
  readonly read: (reader: WireReader, before: T, depth: number) => T;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds fields of any type; the types come out by inference
export type Table = Readonly<Record<string, Field<any>>>;
export type MessageOf<T extends Table> = { -readonly [K in keyof T]: T[K] extends Field<infer V> ? V : never };

export interface Message<T> {
  encode(value: Partial<T>): Uint8Array;
  /** Throws `ProtocolError` on anything that is not this message. */
  decode(bytes: Uint8Array): T;
  writeTo(writer: WireWriter, value: Partial<T>): void;
  readFrom(reader: WireReader, end: number, depth: number): T;
}

export type Infer<M> = M extends Message<infer T> ? T : never;

function scalar<T>(
  number: number,
  wireType: number,
  none: T,
  write: (writer: WireWriter, value: T) => void,
  read: (reader: WireReader) => T,
): Field<T> {
  return {
    number,
    wireType,
    none: () => none,
    isNone: (value) => value === none,
    write: (writer, value) => write(writer.tag(number, wireType), value),
    read: (reader) => read(reader),
  };
}

export const text = (number: number): Field<string> =>
  scalar(
    number,
    WireType.LengthDelimited,
    '',
    (writer, value) => writer.string(value),
    (reader) => reader.string(),
  );
export const bool = (number: number): Field<boolean> =>
  scalar(
    number,
    WireType.Varint,
    false,
    (writer, value) => writer.varint(value ? 1 : 0),
    (reader) => reader.varint() !== 0,
  );
export const uint32 = (number: number): Field<number> =>
  scalar(
    number,
    WireType.Varint,
    0,
    (writer, value) => writer.varint(value),
    (reader) => reader.int32() >>> 0,
  );
export const int32 = (number: number): Field<number> =>
  scalar(
    number,
    WireType.Varint,
    0,
    (writer, value) => writer.int32(value),
    (reader) => reader.int32(),
  );
export const double = (number: number): Field<number> =>
  scalar(
    number,
    WireType.Bit64,
    0,
    (writer, value) => writer.double(value),
    (reader) => reader.double(),
  );
/** uint64 as a number: at most 2^53 - 1, beyond is refused. */
export const uint64 = (number: number): Field<number> =>
  scalar(
    number,
    WireType.Varint,
    0,
    (writer, value) => writer.varint(value),
    (reader) => {
      const value = reader.varint();
      if (!Number.isSafeInteger(value)) throw new ProtocolError(`field ${number}: a number above 2^53 - 1`);
      return value;
    },
  );
const EMPTY = new Uint8Array(0);
export const bytes = (number: number): Field<Uint8Array> => ({
  ...scalar<Uint8Array>(
    number,
    WireType.LengthDelimited,
    EMPTY,
    (writer, value) => writer.bytes(value),
    (reader) => reader.bytes(),
  ),
  isNone: (value) => value.length === 0,
});

/** Repeated; numbers may come packed. */
export function list<T>(field: Field<T>): Field<readonly T[]> {
  const packable = field.wireType !== WireType.LengthDelimited;
  return {
    number: field.number,
    wireType: field.wireType,
    none: () => [],
    isNone: (values) => values.length === 0,
    write: (writer, values) => {
      for (const value of values) field.write(writer, value);
    },
    read: (reader, before, depth) => {
      const values = before as T[];
      values.push(field.read(reader, field.none(), depth));
      return values;
    },
    ...(packable ? { packed: field as Field<unknown> } : {}),
  };
}

export function nested<T>(number: number, message: () => Message<T>): Field<T | undefined> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    none: () => undefined,
    isNone: (value) => value === undefined,
    write: (writer, value) => {
      writer.tag(number, WireType.LengthDelimited).fork();
      message().writeTo(writer, value as Partial<T>);
      writer.join();
    },
    read: (reader, _before, depth) => readNested(reader, message(), depth),
  };
}

export function listOf<T>(number: number, message: () => Message<T>): Field<readonly T[]> {
  return list(nested(number, message) as Field<T>);
}

function readNested<T>(reader: WireReader, message: Message<T>, depth: number): T {
  if (depth >= MAX_DEPTH) throw new ProtocolError(`messages nested more than ${MAX_DEPTH} deep`);
  const length = reader.varint();
  const end = reader.pos + length;
  if (end > reader.len) throw new ProtocolError('a nested message is longer than what holds it');
  return message.readFrom(reader, end, depth + 1);
}

/** `map<string, V>`; keys such as `__proto__` are plain keys. */
export function mapOf<V>(number: number, value: Field<V>): Field<Readonly<Record<string, V>>> {
  const entry = message({ key: text(1), value });
  return {
    number,
    wireType: WireType.LengthDelimited,
    none: () => Object.create(null) as Record<string, V>,
    isNone: (map) => Object.keys(map).length === 0,
    write: (writer, map) => {
      for (const key of Object.keys(map)) {
        writer.tag(number, WireType.LengthDelimited).fork();
        entry.writeTo(writer, { key, value: map[key] as V } as never);
        writer.join();
      }
    },
    read: (reader, before, depth) => {
      const pair = readNested(reader, entry, depth) as { key: string; value: V };
      (before as Record<string, V>)[pair.key] = pair.value;
      return before;
    },
  };
}

function readPacked<T>(reader: WireReader, field: Field<T>, values: T[], depth: number): T[] {
  const length = reader.varint();
  const end = reader.pos + length;
  if (end > reader.len) throw new ProtocolError('a packed list is longer than its message');
  while (reader.pos < end) values.push(field.read(reader, field.none(), depth));
  return values;
}

interface Row {
  readonly name: string;
  readonly field: Field<unknown>;
}

export function message<T extends Table>(table: T): Message<MessageOf<T>> {
  type Value = MessageOf<T>;
  const rows: Row[] = Object.entries(table).map(([name, field]) => ({ name, field }));
  const byNumber = new Map(rows.map((row) => [row.field.number, row]));
  if (byNumber.size !== rows.length) throw new Error('two fields of a message have the same number');

  const self: Message<Value> = {
    writeTo(writer, value) {
      for (const { name, field } of rows) {
        const part = (value as Record<string, unknown>)[name];
        if (part !== undefined && !field.isNone(part)) field.write(writer, part);
      }
    },
    readFrom(reader, end, depth) {
      const value: Record<string, unknown> = {};
      for (const { name, field } of rows) value[name] = field.none();
      while (reader.pos < end) {
        const tag = reader.varint();
        const number = Math.floor(tag / 8);
        const wireType = tag & 7;
        const row = byNumber.get(number);
        if (row === undefined) {
          reader.skip(wireType);
          continue;
        }
        const { name, field } = row;
        if (wireType === field.wireType) {
          value[name] = field.read(reader, value[name], depth);
        } else if (wireType === WireType.LengthDelimited && field.packed !== undefined) {
          value[name] = readPacked(reader, field.packed, value[name] as unknown[], depth);
        } else throw new ProtocolError(`field ${number} has wire type ${wireType}, expected ${field.wireType}`);
      }
      if (reader.pos !== end) throw new ProtocolError('a field goes past the end of its message');
      return value as Value;
    },
    encode(value) {
      const writer = new WireWriter();
      self.writeTo(writer, value);
      return writer.finish();
    },
    decode(encoded) {
      try {
        return self.readFrom(new WireReader(encoded), encoded.length, 0);
      } catch (error) {
        if (error instanceof ProtocolError) throw error;
        // The reader throws RangeError and plain Error for what is cut short or not protobuf.
        throw new ProtocolError(`not a message of this type: ${(error as Error).message}`, { cause: error });
      }
    },
  };
  return self;
}
