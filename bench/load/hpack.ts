/**
 * HPACK (RFC 7541) as far as a load generator needs it: it encodes a fixed list of fields, and decodes any answer to
 * names and values. It is not the product's codec, so that a mistake there cannot hide itself here.
 */

const TABLE_BYTES = 4096;

const STATIC_TABLE: readonly (readonly [string, string])[] = (
  ':authority=|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|' +
  ':status=206|:status=304|:status=400|:status=404|:status=500|accept-charset=|accept-encoding=gzip, deflate|' +
  'accept-language=|accept-ranges=|accept=|access-control-allow-origin=|age=|allow=|authorization=|cache-control=|' +
  'content-disposition=|content-encoding=|content-language=|content-length=|content-location=|content-range=|' +
  'content-type=|cookie=|date=|etag=|expect=|expires=|from=|host=|if-match=|if-modified-since=|if-none-match=|if-range=|' +
  'if-unmodified-since=|last-modified=|link=|location=|max-forwards=|proxy-authenticate=|proxy-authorization=|range=|' +
  'referer=|refresh=|retry-after=|server=|set-cookie=|strict-transport-security=|transfer-encoding=|user-agent=|vary=|' +
  'via=|www-authenticate='
)
  .split('|')
  .map((entry) => entry.split('=') as [string, string]);

/** Code lengths of appendix B, `symbols x bits` in symbol order; the code is canonical, so they are all of it. */
const HUFFMAN_RUNS =
  '1x13 1x23 7x28 1x24 1x30 2x28 1x30 8x28 1x30 9x28 1x6 2x10 1x12 1x13 1x6 1x8 1x11 2x10 1x8 1x11 1x8 3x6 3x5 7x6 1x7 ' +
  '1x8 1x15 1x6 1x12 1x10 1x13 1x6 22x7 1x8 1x7 1x8 1x13 1x19 1x13 1x14 1x6 1x15 1x5 1x6 1x5 1x6 1x5 3x6 1x5 2x7 3x6 ' +
  '1x5 1x6 1x7 1x6 2x5 1x6 5x7 1x15 1x11 1x14 1x13 1x28 1x20 1x22 2x20 3x22 1x23 1x22 5x23 1x24 1x23 2x24 1x22 1x23 ' +
  '1x24 4x23 1x21 1x22 1x23 1x22 2x23 1x24 1x22 1x21 1x20 2x22 2x23 1x21 1x23 2x22 1x24 1x21 1x22 2x23 2x21 1x22 1x21 ' +
  '1x23 1x22 2x23 1x20 3x22 1x23 2x22 1x23 2x26 1x20 1x19 1x22 1x23 1x22 1x25 3x26 2x27 1x26 1x24 1x25 1x19 1x21 1x26 ' +
  '2x27 1x26 1x27 1x24 2x21 2x26 1x28 3x27 1x20 1x24 1x20 1x21 1x22 2x21 1x23 2x22 2x25 2x24 1x26 1x23 1x26 1x27 2x26 ' +
  '5x27 1x28 5x27 1x26 1x30';

const codeLengths = HUFFMAN_RUNS.split(' ').flatMap((run) => {
  const [symbols, bits] = run.split('x').map(Number) as [number, number];
  return new Array<number>(symbols).fill(bits);
});
const symbolsByBits: number[][] = Array.from({ length: 31 }, () => []);
for (const [symbol, bits] of codeLengths.entries()) (symbolsByBits[bits] as number[]).push(symbol);
const firstCode: number[] = [0];
for (let bits = 1; bits <= 30; bits++) {
  firstCode[bits] = ((firstCode[bits - 1] as number) + (symbolsByBits[bits - 1] as number[]).length) * 2;
}

function decodeHuffman(bytes: Buffer, from: number, to: number): string {
  let text = '';
  let code = 0;
  let bits = 0;
  for (let at = from; at < to; at++) {
    for (let mask = 128; mask !== 0; mask >>= 1) {
      code = code * 2 + (((bytes[at] as number) & mask) === 0 ? 0 : 1);
      bits++;
      const symbol = symbolsByBits[bits]?.[code - (firstCode[bits] as number)];
      if (symbol === undefined) continue;
      text += String.fromCharCode(symbol);
      code = 0;
      bits = 0;
    }
  }
  return text;
}

type Field = readonly [name: string, value: string];

/** Decodes the header blocks of one direction of one connection. */
export class HpackDecoder {
  readonly #table: Field[] = [];
  #tableBytes = 0;
  #at = 0;
  #lastBlock = Buffer.alloc(0);
  #lastFields: readonly Field[] = [];
  #lastWasPure = false;

  /**
   * Fields of one block, names as sent. A block equal to the last one, which touched no table, is not decoded again:
   * the generator should cost less than the proxy it measures.
   */
  decode(bytes: Buffer, from: number, to: number): readonly Field[] {
    if (
      this.#lastWasPure &&
      to - from === this.#lastBlock.length &&
      bytes.compare(this.#lastBlock, 0, undefined, from, to) === 0
    ) {
      return this.#lastFields;
    }
    const fields: Field[] = [];
    let pure = true;
    this.#at = from;
    while (this.#at < to) {
      const byte = bytes[this.#at] as number;
      if (byte >= 128) {
        fields.push(this.#entry(this.#integer(bytes, 7)));
      } else if (byte >= 64) {
        const field = this.#literal(bytes, 6);
        pure = false;
        this.#tableBytes += entryBytes(field);
        this.#table.unshift(field);
        this.#evict(TABLE_BYTES);
        fields.push(field);
      } else if (byte >= 32) {
        pure = false;
        this.#evict(this.#integer(bytes, 5));
      } else {
        fields.push(this.#literal(bytes, 4));
      }
    }
    this.#lastWasPure = pure;
    if (pure) {
      this.#lastBlock = Buffer.from(bytes.subarray(from, to));
      this.#lastFields = fields;
    }
    return fields;
  }

  #evict(limitBytes: number): void {
    while (this.#tableBytes > limitBytes) this.#tableBytes -= entryBytes(this.#table.pop() as Field);
  }

  #entry(index: number): Field {
    const field = index <= 61 ? STATIC_TABLE[index - 1] : this.#table[index - 62];
    if (field === undefined) throw new Error(`HPACK index ${index} is outside the tables`);
    return field;
  }

  #literal(bytes: Buffer, prefixBits: number): Field {
    const index = this.#integer(bytes, prefixBits);
    const name = index === 0 ? this.#string(bytes) : this.#entry(index)[0];
    return [name, this.#string(bytes)];
  }

  #integer(bytes: Buffer, prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = (bytes[this.#at++] as number) & mask;
    if (value < mask) return value;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[this.#at++] as number;
      value += (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  #string(bytes: Buffer): string {
    const huffman = (bytes[this.#at] as number) >= 128;
    const length = this.#integer(bytes, 7);
    const from = this.#at;
    this.#at += length;
    return huffman ? decodeHuffman(bytes, from, this.#at) : bytes.toString('latin1', from, this.#at);
  }
}

function entryBytes(field: Field): number {
  return field[0].length + field[1].length + 32;
}

function encodeInteger(out: number[], first: number, prefixBits: number, value: number): void {
  const mask = (1 << prefixBits) - 1;
  if (value < mask) {
    out.push(first | value);
    return;
  }
  out.push(first | mask);
  let rest = value - mask;
  for (; rest >= 128; rest >>= 7) out.push((rest & 127) | 128);
  out.push(rest);
}

function encodeString(out: number[], text: string): void {
  encodeInteger(out, 0, 7, text.length);
  out.push(...Buffer.from(text, 'latin1'));
}

/** The same fields as two blocks: the first fills the peer's table, the others only refer to it. */
export interface FixedBlocks {
  readonly first: Buffer;
  readonly following: Buffer;
}

/**
 * Encodes a list of fields that is the same in every message of a connection. With `indexed` false nothing enters the
 * peer's table (for peers that announce a small one). Together the fields must fit 4096 bytes of table, and no other
 * block of the connection may insert anything.
 */
export function encodeFixed(fields: readonly Field[], indexed = true): FixedBlocks {
  const first: number[] = [];
  const following: number[] = [];
  const insertedAs: number[] = [];
  let inserted = 0;
  for (const [position, [name, value]] of fields.entries()) {
    const exact = STATIC_TABLE.findIndex((entry) => entry[0] === name && entry[1] === value) + 1;
    if (exact > 0) {
      first.push(128 | exact);
      continue;
    }
    const nameIndex = STATIC_TABLE.findIndex((entry) => entry[0] === name) + 1;
    encodeInteger(first, indexed ? 64 : 0, indexed ? 6 : 4, nameIndex);
    if (nameIndex === 0) encodeString(first, name);
    encodeString(first, value);
    insertedAs[position] = inserted++;
  }
  // A table that the peer has made smaller must be acknowledged by a size update (0x20: zero bytes) in the first block.
  if (!indexed) return { first: Buffer.from([0x20, ...first]), following: Buffer.from(first) };
  for (const [position, [name, value]] of fields.entries()) {
    const exact = STATIC_TABLE.findIndex((entry) => entry[0] === name && entry[1] === value) + 1;
    if (exact > 0) following.push(128 | exact);
    else encodeInteger(following, 128, 7, 62 + inserted - 1 - (insertedAs[position] as number));
  }
  return { first: Buffer.from(first), following: Buffer.from(following) };
}
