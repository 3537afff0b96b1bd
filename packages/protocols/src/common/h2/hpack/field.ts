import { isAuthority, isFieldValue, isOriginTarget, isToken, parseContentLength } from '../../http/tokens.ts';
import { FieldKind, Indexing, indexingOf, kindOf, type NameBits, nameBits, staticNameIndexOf } from './names.ts';
import { exactStaticIndex, STATIC_ROWS } from './static-table.ts';

/** A value longer than this would push a good part of a 4096-byte table out. */
const MAX_INDEXED_VALUE = 512;

let nextId = 0;

/**
 * One header field. Immutable, checked when it is made, and shared: an entry of a dynamic table is handed out again with
 * every request that refers to it, and an encoder finds it by its identity. So a repeated field costs neither a string nor a check.
 *
 * Strings are one byte for each character (code points 0..255), as on the wire.
 */
export class Field {
  readonly name: string;
  readonly value: string;
  /** One of `FieldKind`. */
  readonly kind: number;
  /** One of `Indexing`. */
  readonly indexing: number;
  /** Size as RFC 7541 section 4.1 counts it: name + value + 32. */
  readonly size: number;
  /** Index of the static entry with this name and value, 0 when there is none. */
  readonly staticIndex: number;
  readonly bits: NameBits;
  /** Consecutive number, the key of the encoders' identity caches. */
  readonly id: number;

  constructor(name: string, value: string, bits: NameBits, kind: number, indexing: number) {
    this.name = name;
    this.value = value;
    this.kind = kind;
    this.indexing = indexing;
    this.size = name.length + value.length + 32;
    this.staticIndex = indexing === Indexing.NEVER ? 0 : exactStaticIndex(staticNameIndexOf(bits), name, value);
    this.bits = bits;
    this.id = nextId;
    nextId = (nextId + 1) & 0x3fff_ffff;
  }
}

/** What the encoder may do with this value under its name's policy. */
export function indexingFor(bits: NameBits, value: string): number {
  const indexing = indexingOf(bits);
  if (indexing > Indexing.CHANGING) return indexing;
  if (value.length > MAX_INDEXED_VALUE) return Indexing.LITERAL;
  // A query string is mostly new; a path without one often repeats (RPC always does).
  return kindOf(bits) === FieldKind.PATH && value.includes('?') ? Indexing.CHANGING : indexing;
}

/** The kind of a field that a peer sent: that of its name, or INVALID when name or value are not allowed. */
function checkedKind(value: string, bits: NameBits): number {
  const kind = kindOf(bits);
  switch (kind) {
    case FieldKind.METHOD:
      return isToken(value) ? kind : FieldKind.INVALID;
    case FieldKind.SCHEME:
      return /^[a-z][a-z0-9+.-]*$/i.test(value) ? kind : FieldKind.INVALID;
    case FieldKind.PATH:
      return isOriginTarget(value) ? kind : FieldKind.INVALID;
    case FieldKind.AUTHORITY:
    case FieldKind.HOST:
      return isAuthority(value) ? kind : FieldKind.INVALID;
    case FieldKind.STATUS:
      return /^[1-5][0-9][0-9]$/.test(value) ? kind : FieldKind.INVALID;
    case FieldKind.TE:
      return value === 'trailers' ? kind : FieldKind.CONNECTION;
    case FieldKind.CONTENT_LENGTH:
      return parseContentLength(value) >= 0 ? kind : FieldKind.INVALID;
    case FieldKind.PSEUDO_UNKNOWN:
    case FieldKind.CONNECTION:
    case FieldKind.INVALID:
      return kind;
    default:
      return isFieldValue(value) ? kind : FieldKind.INVALID;
  }
}

/** A field that a peer sent; `indexing` is how the peer sent it, and the stricter of both rules holds. */
export function receivedField(name: string, value: string, bits: NameBits, indexing: number): Field {
  return new Field(name, value, bits, checkedKind(value, bits), Math.max(indexing, indexingFor(bits, value)));
}

/**
 * Makes any string fit for the wire: line ends and other controls become spaces (RFC 9110 section 5.5), characters above
 * 255 their UTF-8 bytes, blanks around are dropped. Nearly always the string itself.
 */
export function wireValue(value: string): string {
  if (isFieldValue(value)) return value;
  let wide = false;
  for (let i = 0; i < value.length && !wide; i++) wide = value.charCodeAt(i) > 255;
  const bytes = wide ? Buffer.from(value, 'utf8').toString('latin1') : value;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  return bytes.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, ' ').replace(/^[ \t]+|[ \t]+$/g, '');
}

/**
 * Fields shared by all connections of the thread, so that the same value that came over many downstream connections is
 * one object, and one entry, for an upstream encoder. Only indexable fields come in; when the table is full it starts over, which
 * costs the next requests a lookup each and nothing else.
 */
const MAX_SHARED_FIELDS = 4096;
const MAX_SHARED_VALUE = 128;
let shared = new Map<string, Map<string, Field>>();
let sharedCount = 0;

function share(name: string, value: string, bits: NameBits): Field {
  let values = shared.get(name);
  const found = values?.get(value);
  if (found !== undefined) return found;
  const field = new Field(name, value, bits, checkedKind(value, bits), Indexing.INDEX);
  if (value.length > MAX_SHARED_VALUE || name.length > MAX_SHARED_VALUE || field.kind === FieldKind.INVALID)
    return field;
  if (sharedCount >= MAX_SHARED_FIELDS) {
    shared = new Map();
    sharedCount = 0;
    values = undefined;
  }
  if (values === undefined) {
    values = new Map();
    shared.set(name, values);
  }
  values.set(value, field);
  sharedCount++;
  return field;
}

/** A field that a peer inserted into its table. */
export function insertedField(name: string, value: string, bits: NameBits): Field {
  return indexingFor(bits, value) === Indexing.INDEX
    ? share(name, value, bits)
    : receivedField(name, value, bits, Indexing.INDEX);
}

/** A CHANGING field that its peer has sent again: its value repeats after all. */
export function repeatedField({ name, value, bits }: Field): Field {
  return share(name, value, bits);
}

/** A field of our own, or of a head that another codec decoded. `name` is in lower case; a name or pseudo value that cannot be sent makes it INVALID. */
export function ownField(name: string, value: string): Field {
  const bits = nameBits(name);
  const text = wireValue(value);
  const indexing = indexingFor(bits, text);
  return indexing === Indexing.INDEX
    ? share(name, text, bits)
    : new Field(name, text, bits, checkedKind(text, bits), indexing);
}

/** Fields of the static table by HPACK index; entry 0 is not used. */
export const STATIC_FIELDS: readonly Field[] = [
  new Field('', '', 0, FieldKind.INVALID, Indexing.LITERAL),
  ...STATIC_ROWS.map(([name, value]) => {
    const bits = nameBits(name);
    return new Field(name, value, bits, checkedKind(value, bits), indexingFor(bits, value));
  }),
];
