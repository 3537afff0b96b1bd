import { TarsType } from '@weft/json-values';
import { sharedUtf8 } from '../common/shared-text.ts';
import { Tag } from './frame.ts';
import { FieldWriter, fieldTag, fieldType, fieldValueAt, isInt, isText, readInt, skipValue, textStart } from './jce.ts';

/** Pairs of one map that are looked at; a larger one is passed on and cannot be read. */
export const MAX_PAIRS = 1000;

/** Where the fields behind the buffer stand, counted from the beginning of the frame. */
export class Tail {
  /** Caller's timeout, ms. */
  timeoutMs = 0;
  /** The context with the head of its field; an empty range where it would have to be put. */
  contextAt = 0;
  contextEnd = 0;
  /** The value of the status map, 0 when there is none. */
  statusAt = 0;

  /** Reads the fields that begin at `from`; false when they cannot be read. */
  read(bytes: Buffer, start: number, from: number, end: number, request: boolean): boolean {
    const statusTag = request ? Tag.REQUEST_STATUS : Tag.RESPONSE_STATUS;
    let at = from;
    let last = -1;
    while (at < end) {
      const type = fieldType(bytes, at, end);
      if (type < 0) return false;
      const tag = fieldTag;
      const valueAt = fieldValueAt;
      const next = skipValue(bytes, valueAt, end, type);
      if (next < 0 || tag <= last) return false;
      last = tag;
      if (request && tag === Tag.TIMEOUT && isInt(type)) this.timeoutMs = readInt(bytes, valueAt, type);
      else if (tag === statusTag && type === TarsType.MAP) this.statusAt = valueAt - start;
      else if (tag === Tag.CONTEXT) {
        if (type !== TarsType.MAP) return false;
        this.contextAt = at - start;
        this.contextEnd = next - start;
      } else if (tag > Tag.CONTEXT && this.contextAt === 0) this.contextAt = this.contextEnd = at - start;
      at = next;
    }
    if (this.contextAt === 0) this.contextAt = this.contextEnd = end - start;
    return true;
  }
}

/** A map of text to text, unpacked for reading and changing. Pairs that nobody touches are written back byte for byte. */
export class TextMap {
  readonly names: string[] = [];
  readonly values: string[] = [];
  /** The pair as it came; null for a new one. */
  readonly #raw: (Buffer | null)[] = [];

  /** The map whose value begins at `at`; null when it is not one of texts, or has more than `MAX_PAIRS`. */
  static read(bytes: Buffer, at: number, end: number): TextMap | null {
    const countType = fieldType(bytes, at, end);
    if (countType < 0 || !isInt(countType)) return null;
    const count = readInt(bytes, fieldValueAt, countType);
    if (count < 0 || count > MAX_PAIRS) return null;
    let position = skipValue(bytes, fieldValueAt, end, countType);
    const map = new TextMap();
    for (let i = 0; i < count; i++) {
      const pairAt = position;
      const name = readText(bytes, position, end);
      if (name === null) return null;
      const value = readText(bytes, textEnd, end);
      if (value === null) return null;
      position = textEnd;
      map.names.push(name);
      map.values.push(value);
      map.#raw.push(Buffer.from(bytes.subarray(pairAt, position)));
    }
    return map;
  }

  /** Of equal names the last one counts, as in the map that the receiver builds. */
  get(name: string): string | undefined {
    const at = this.names.lastIndexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  set(name: string, value: string): void {
    this.remove(name);
    this.names.push(name);
    this.values.push(value);
    this.#raw.push(null);
  }

  remove(name: string): void {
    for (let i = this.names.length - 1; i >= 0; i--) {
      if (this.names[i] !== name) continue;
      this.names.splice(i, 1);
      this.values.splice(i, 1);
      this.#raw.splice(i, 1);
    }
  }

  /** As the field of the context. */
  encode(): Buffer {
    const writer = new FieldWriter();
    writer.raw(MAP_HEAD);
    writer.int(0, this.names.length);
    for (let i = 0; i < this.names.length; i++) {
      const raw = this.#raw[i];
      if (raw) writer.raw(raw);
      else {
        writer.text(0, this.names[i] as string);
        writer.text(1, this.values[i] as string);
      }
    }
    return writer.take();
  }
}

const MAP_HEAD = Buffer.from([(Tag.CONTEXT << 4) | TarsType.MAP]);

/** Where the text that `readText` read ends. */
let textEnd = 0;

function readText(bytes: Buffer, at: number, end: number): string | null {
  const type = fieldType(bytes, at, end);
  if (type < 0 || !isText(type)) return null;
  const valueAt = fieldValueAt;
  const next = skipValue(bytes, valueAt, end, type);
  if (next < 0) return null;
  textEnd = next;
  return sharedUtf8(bytes, textStart(valueAt, type), next);
}
