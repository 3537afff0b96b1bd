import { sharedLatin1 } from '../../shared-text.ts';
import { DynamicTable } from './dynamic-table.ts';
import { type Field, insertedField, receivedField, repeatedField, STATIC_FIELDS } from './field.ts';
import { decodeHuffman } from './huffman.ts';
import { FieldKind, Indexing, type NameBits, nameBits } from './names.ts';
import { STATIC_COUNT } from './static-table.ts';

/** Table size that both sides begin with (RFC 9113 section 6.5.2); we never announce another one. */
export const DEFAULT_TABLE_BYTES = 4096;

/** Larger integers mean nothing in a header block and would only cost (RFC 7541 section 5.1). */
const MAX_INTEGER = 0xff_ffff;

/** Where Huffman text is decoded to; shared by all decoders of the thread, as decoding never waits. */
let scratch = Buffer.allocUnsafeSlow(8 * 1024);

/**
 * HPACK decoder of one connection (RFC 7541). `decode` fills `fields`, whose first `count` entries are valid until the next
 * call.
 *
 * A block over the limits is decoded to its end, because the table must stay in step with the peer's; its surplus fields are
 * dropped and `overflow` is set. Memory is bound by the limits whatever the block expands to.
 */
export class HpackDecoder {
  readonly fields: Field[] = [];
  count = 0;
  /** Header list size (RFC 9113 section 6.5.2) of the fields kept. */
  listBytes = 0;
  overflow = false;
  /** Kinds of the fields kept, one bit for each. */
  kinds = 0;
  /** How many of them are pseudo fields or may not be sent at all, and how many are a `content-length`. */
  specials = 0;
  lengths = 0;
  /** Why `decode` returned false. */
  error = '';

  readonly #maxListBytes: number;
  readonly #maxCount: number;
  readonly #table = new DynamicTable(DEFAULT_TABLE_BYTES);
  /** Where the last integer or string ended. */
  #next = 0;

  constructor(maxListBytes: number, maxCount: number) {
    this.#maxListBytes = maxListBytes;
    this.#maxCount = maxCount;
  }

  /** Decodes a complete block. False: the connection must end with COMPRESSION_ERROR. */
  decode(bytes: Buffer, start: number, end: number): boolean {
    const { fields } = this;
    const table = this.#table;
    const maxListBytes = this.#maxListBytes;
    const maxCount = this.#maxCount;
    let count = 0;
    let listBytes = 0;
    let overflow = false;
    let kinds = 0;
    let specials = 0;
    let lengths = 0;
    let at = start;
    let sizeUpdateAllowed = true;
    while (at < end) {
      const first = bytes[at] as number;
      let field: Field | undefined | null;
      if (first >= 0x80) {
        // Indexed field: 1xxxxxxx
        let index = first & 0x7f;
        at++;
        if (index === 0x7f) {
          index = this.#integer(bytes, at, end, 0x7f);
          at = this.#next;
        }
        field = index <= STATIC_COUNT ? STATIC_FIELDS[index] : table.at(index - STATIC_COUNT - 1);
        if (index <= 0 || field === undefined) return this.#fail('index outside the table');
        if (field.indexing === Indexing.CHANGING && index > STATIC_COUNT) {
          field = repeatedField(field);
          table.replace(index - STATIC_COUNT - 1, field);
        }
      } else if (first >= 0x40) {
        // Literal with incremental indexing: 01xxxxxx
        field = this.#literal(bytes, at, end, 0x3f, Indexing.INDEX);
        if (field === null) return false;
        table.insert(field);
        at = this.#next;
      } else if (first >= 0x20) {
        // Table size update: 001xxxxx, only at the beginning of a block
        const size = this.#integer(bytes, at + 1, end, 0x1f, first);
        if (size < 0 || size > DEFAULT_TABLE_BYTES) return this.#fail('table size over the announced one');
        if (!sizeUpdateAllowed) return this.#fail('table size update behind a field');
        table.resize(size);
        at = this.#next;
        continue;
      } else {
        // Literal without indexing 0000xxxx, never indexed 0001xxxx
        field = this.#literal(bytes, at, end, 0x0f, (first & 0x10) !== 0 ? Indexing.NEVER : Indexing.LITERAL);
        if (field === null) return false;
        at = this.#next;
      }
      sizeUpdateAllowed = false;
      listBytes += field.size;
      if (listBytes > maxListBytes || count >= maxCount) {
        overflow = true;
        continue;
      }
      fields[count++] = field;
      const { kind } = field;
      if (kind === FieldKind.REGULAR) continue;
      kinds |= 1 << kind;
      if (kind <= FieldKind.INVALID) specials++;
      else if (kind === FieldKind.CONTENT_LENGTH) lengths++;
    }
    this.count = count;
    this.listBytes = listBytes;
    this.overflow = overflow;
    this.kinds = kinds;
    this.specials = specials;
    this.lengths = lengths;
    return true;
  }

  #fail(error: string): false {
    this.error = error;
    return false;
  }

  #literal(bytes: Buffer, at: number, end: number, mask: number, indexing: number): Field | null {
    const index = this.#integer(bytes, at + 1, end, mask, bytes[at] as number);
    if (index < 0) return this.#failField('integer too large or cut off');
    let name: string | null;
    let bits: NameBits;
    if (index === 0) {
      name = this.#string(bytes, this.#next, end);
      if (name === null) return null;
      bits = nameBits(name);
    } else {
      const named = index <= STATIC_COUNT ? STATIC_FIELDS[index] : this.#table.at(index - STATIC_COUNT - 1);
      if (named === undefined) return this.#failField('index outside the table');
      name = named.name;
      bits = named.bits;
    }
    const value = this.#string(bytes, this.#next, end);
    if (value === null) return null;
    return indexing === Indexing.INDEX ? insertedField(name, value, bits) : receivedField(name, value, bits, indexing);
  }

  #failField(error: string): null {
    this.error = error;
    return null;
  }

  /**
   * An integer whose prefix is `first & mask`; `at` is the byte behind the prefix (RFC 7541 section 5.1). Sets `#next`.
   * Returns -1 when it is cut off or too large.
   */
  #integer(bytes: Buffer, at: number, end: number, mask: number, first: number = mask): number {
    let value = first & mask;
    this.#next = at;
    if (value !== mask) return value;
    let position = at;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (position >= end) return -1;
      const byte = bytes[position++] as number;
      value += (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) {
        this.#next = position;
        return value > MAX_INTEGER ? -1 : value;
      }
    }
    return -1;
  }

  #string(bytes: Buffer, at: number, end: number): string | null {
    if (at >= end) return this.#failField('string cut off');
    const first = bytes[at] as number;
    const length = this.#integer(bytes, at + 1, end, 0x7f, first);
    const start = this.#next;
    if (length < 0 || length > end - start) return this.#failField('string cut off');
    this.#next = start + length;
    if (first < 0x80) return sharedLatin1(bytes, start, start + length);
    const room = Math.ceil(length * 1.6);
    if (scratch.length < room) scratch = Buffer.allocUnsafeSlow(room * 2);
    const count = decodeHuffman(bytes, start, start + length, scratch);
    if (count < 0) return this.#failField('wrong Huffman code');
    return sharedLatin1(scratch, 0, count);
  }
}
