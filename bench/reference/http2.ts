/**
 * Reference HTTP/2 proxy (prior knowledge, relay only): the speed of light for own framing and HPACK in Node. FROZEN: it
 * is a yardstick, so it is not improved, extended or repaired together with the product.
 *
 * Left out on purpose: validation, routing, more than round robin, CONTINUATION, PUSH, priorities, waiting for credit
 * (both peers must announce large windows), stream limits, back-pressure, defences, GOAWAY, timeouts, retries, limits,
 * metrics, logs, TLS, reload.
 *
 *   node http2.ts LISTEN_PORT BACKEND_PORT...      (the backends must be up; a lost connection is not made again)
 *
 * All callers share one connection per backend. Header blocks are re-encoded without decoding the strings: a field is
 * kept as its encoded name and value, interned, so that an indexed field becomes an index of the other table by one
 * array look-up. Huffman text is only measured, when a table entry is made, because table sizes count decoded bytes.
 * Payloads are copied once, into the output buffer of their target; every target is written once per turn.
 */
import net from 'node:net';

const BUFFER_BYTES = 64 * 1024;
const TABLE_BYTES = 4096;
const MAX_FIELDS = 1 << 14;
const WINDOW = 0x7fffffff;
const [listenPort = 0, ...backendPorts] = process.argv.slice(2).map(Number);
const shared = Buffer.allocUnsafe(BUFFER_BYTES);
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

interface RawServer {
  _handle: { onconnection: (error: number, handle: unknown) => void };
}

/** Decoded sizes (name + value) of the 61 static table entries (RFC 7541 appendix A) are never needed; names are. */
const STATIC_NAME_BYTES = [
  0, 10, 7, 7, 5, 5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 14, 15, 15, 13, 6, 27, 3, 5, 13, 13, 19, 16, 16, 14, 16, 13, 12, 6, 4,
  4, 6, 7, 4, 4, 8, 17, 13, 8, 19, 13, 4, 8, 12, 18, 19, 5, 7, 7, 11, 6, 10, 25, 17, 10, 4, 3, 16,
];

/** Code lengths of RFC 7541 appendix B as `symbols x bits` runs in symbol order; the code is canonical. */
const HUFFMAN_RUNS =
  '1x13 1x23 7x28 1x24 1x30 2x28 1x30 8x28 1x30 9x28 1x6 2x10 1x12 1x13 1x6 1x8 1x11 2x10 1x8 1x11 1x8 3x6 3x5 7x6 1x7 ' +
  '1x8 1x15 1x6 1x12 1x10 1x13 1x6 22x7 1x8 1x7 1x8 1x13 1x19 1x13 1x14 1x6 1x15 1x5 1x6 1x5 1x6 1x5 3x6 1x5 2x7 3x6 ' +
  '1x5 1x6 1x7 1x6 2x5 1x6 5x7 1x15 1x11 1x14 1x13 1x28 1x20 1x22 2x20 3x22 1x23 1x22 5x23 1x24 1x23 2x24 1x22 1x23 ' +
  '1x24 4x23 1x21 1x22 1x23 1x22 2x23 1x24 1x22 1x21 1x20 2x22 2x23 1x21 1x23 2x22 1x24 1x21 1x22 2x23 2x21 1x22 1x21 ' +
  '1x23 1x22 2x23 1x20 3x22 1x23 2x22 1x23 2x26 1x20 1x19 1x22 1x23 1x22 1x25 3x26 2x27 1x26 1x24 1x25 1x19 1x21 1x26 ' +
  '2x27 1x26 1x27 1x24 2x21 2x26 1x28 3x27 1x20 1x24 1x20 1x21 1x22 2x21 1x23 2x22 2x25 2x24 1x26 1x23 1x26 1x27 2x26 ' +
  '5x27 1x28 5x27 1x26 1x30';

/** First code of each length, and how many codes have it: all that counting symbols of a canonical code needs. */
const firstCode = new Float64Array(32);
const codeCount = new Int32Array(32);
for (const run of HUFFMAN_RUNS.split(' ')) {
  const [symbols, bits] = run.split('x').map(Number) as [number, number];
  codeCount[bits] = (codeCount[bits] as number) + symbols;
}
for (let bits = 1, code = 0; bits <= 30; bits++) {
  code = (code + (codeCount[bits - 1] as number)) * 2;
  firstCode[bits] = code;
}

function huffmanSymbols(bytes: Buffer, from: number, to: number): number {
  let symbols = 0;
  let code = 0;
  let bits = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    for (let mask = 128; mask !== 0; mask >>= 1) {
      code = code * 2 + ((byte & mask) === 0 ? 0 : 1);
      bits++;
      if (code - (firstCode[bits] as number) < (codeCount[bits] as number)) {
        symbols++;
        code = 0;
        bits = 0;
      }
    }
  }
  return symbols;
}

/** One header field as it stands on the wire: encoded name (or static index) and encoded value. */
interface Field {
  readonly id: number;
  readonly nameIndex: number;
  readonly name: Buffer | null;
  readonly value: Buffer;
  readonly tableBytes: number;
}

const fieldByText = new Map<string, Field>();

/** Position and result of the last `readInteger`, shared so that parsing allocates nothing. */
let cursor = 0;

function readInteger(bytes: Buffer, prefixBits: number): number {
  const mask = (1 << prefixBits) - 1;
  let value = (bytes[cursor++] as number) & mask;
  if (value < mask) return value;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[cursor++] as number;
    value += (byte & 127) << shift;
    if (byte < 128) return value;
  }
}

/** Moves the cursor behind a string and returns its decoded length. */
function skipString(bytes: Buffer, measure: boolean): number {
  const huffman = (bytes[cursor] as number) >= 128;
  const length = readInteger(bytes, 7);
  const from = cursor;
  cursor += length;
  return huffman && measure ? huffmanSymbols(bytes, from, cursor) : length;
}

function intern(nameIndex: number, name: Buffer | null, value: Buffer, tableBytes: number): Field {
  const key = `${nameIndex}:${name === null ? '' : name.toString('latin1')}:${value.toString('latin1')}`;
  const known = fieldByText.get(key);
  if (known !== undefined) return known;
  if (fieldByText.size >= MAX_FIELDS) throw new Error('more distinct header fields than the reference keeps');
  const field = { id: fieldByText.size, nameIndex, name, value, tableBytes };
  fieldByText.set(key, field);
  return field;
}

interface Stream {
  readonly down: Peer;
  readonly downId: number;
  readonly up: Peer;
  readonly upId: number;
  endedSides: number;
}

const dirty: Peer[] = [];
let nextUpstream = 0;

function flushAll(): void {
  for (let index = 0; index < dirty.length; index++) (dirty[index] as Peer).flush();
  dirty.length = 0;
}

class Peer {
  readonly socket: net.Socket;
  readonly upstream: boolean;
  readonly streams = new Map<number, Stream>();
  #nextId = 1;
  #prefaceLeft: number;
  #held: Buffer | null = null;
  #out = Buffer.allocUnsafe(BUFFER_BYTES);
  #outBytes = 0;
  #received = 0;
  // Decoder table, newest last; a prefix of it is evicted.
  #decoded: Field[] = [];
  #decodedBytes = 0;
  // Encoder table: the insertion number of each field, and the fields in order of insertion from `#oldest` on.
  readonly #insertedAs = new Int32Array(MAX_FIELDS).fill(-1);
  #encoded: Field[] = [];
  #oldest = 0;
  #encodedBytes = 0;
  #mayIndex = true;

  constructor(handle: unknown, port: number) {
    this.upstream = port !== 0;
    this.#prefaceLeft = this.upstream ? 0 : PREFACE.length;
    const onread = { buffer: shared, callback: (byteCount: number): boolean => this.#onRead(byteCount) };
    this.socket = this.upstream
      ? net.connect({ port, host: '127.0.0.1', onread })
      : new net.Socket({ handle, onread } as unknown as net.SocketConstructorOpts);
    this.socket.setNoDelay(true);
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      for (const stream of this.streams.values()) {
        const other = this.upstream ? stream.down : stream.up;
        other.streams.delete(this.upstream ? stream.downId : stream.upId);
        other.#frame(4, 3, 0, this.upstream ? stream.downId : stream.upId);
        other.#integer(8);
      }
      this.streams.clear();
    });
    if (this.upstream) PREFACE.copy(this.#out, this.#reserve(PREFACE.length));
    this.#frame(12, 4, 0, 0);
    const place = this.#reserve(12);
    this.#out.writeUInt16BE(4, place);
    this.#out.writeUInt32BE(WINDOW, place + 2);
    this.#out.writeUInt16BE(3, place + 6);
    this.#out.writeUInt32BE(100000, place + 8);
    this.#frame(4, 8, 0, 0);
    this.#integer(WINDOW - 65535);
  }

  #onRead(byteCount: number): boolean {
    let bytes = shared;
    let at = 0;
    let to = byteCount;
    if (this.#held !== null) {
      bytes = Buffer.concat([this.#held, shared.subarray(0, to)]);
      to = bytes.length;
      this.#held = null;
    }
    if (this.#prefaceLeft > 0) {
      const skipped = Math.min(this.#prefaceLeft, to);
      this.#prefaceLeft -= skipped;
      at = skipped;
    }
    while (at + 9 <= to) {
      const size = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
      const end = at + 9 + size;
      if (end > to) break;
      const streamId =
        (((bytes[at + 5] as number) & 127) << 24) |
        ((bytes[at + 6] as number) << 16) |
        ((bytes[at + 7] as number) << 8) |
        (bytes[at + 8] as number);
      this.#onFrame(bytes[at + 3] as number, bytes[at + 4] as number, streamId, bytes, at + 9, end);
      at = end;
    }
    if (at < to) this.#held = Buffer.from(bytes.subarray(at, to));
    return true;
  }

  #onFrame(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    let start = from;
    let end = to;
    if (type <= 1 && (flags & 8) !== 0) {
      end -= bytes[start++] as number;
    }
    if (type === 0) {
      this.#received += to - from;
      if (this.#received > WINDOW >> 1) {
        this.#frame(4, 8, 0, 0);
        this.#integer(this.#received);
        this.#received = 0;
      }
      const stream = this.streams.get(streamId);
      if (stream === undefined) return;
      const target = this.upstream ? stream.down : stream.up;
      target.#frame(end - start, 0, flags & 1, this.upstream ? stream.downId : stream.upId);
      const place = target.#reserve(end - start);
      bytes.copy(target.#out, place, start, end);
      if ((flags & 1) !== 0) this.#ended(stream);
    } else if (type === 1) {
      if ((flags & 4) === 0) {
        this.socket.destroy();
        return;
      }
      if ((flags & 32) !== 0) start += 5;
      let stream = this.streams.get(streamId);
      if (stream === undefined) {
        if (this.upstream) return;
        const up = upstreams[nextUpstream++ % upstreams.length] as Peer;
        stream = { down: this, downId: streamId, up, upId: up.#nextId, endedSides: 0 };
        up.#nextId += 2;
        this.streams.set(streamId, stream);
        up.streams.set(stream.upId, stream);
      }
      this.#relayHeaders(this.upstream ? stream.down : stream.up, stream, flags & 1, bytes, start, end);
      if ((flags & 1) !== 0) this.#ended(stream);
    } else if (type === 3) {
      const stream = this.streams.get(streamId);
      if (stream === undefined) return;
      const target = this.upstream ? stream.down : stream.up;
      target.#frame(4, 3, 0, this.upstream ? stream.downId : stream.upId);
      target.#integer(bytes.readUInt32BE(start));
      stream.endedSides = 1;
      this.#ended(stream);
    } else if (type === 4 && (flags & 1) === 0) {
      for (let at = start; at < end; at += 6) {
        if (bytes[at + 1] === 1) this.#mayIndex = bytes.readUInt32BE(at + 2) >= TABLE_BYTES;
      }
      this.#frame(0, 4, 1, 0);
    } else if (type === 6 && (flags & 1) === 0) {
      this.#frame(8, 6, 1, 0);
      const place = this.#reserve(8);
      bytes.copy(this.#out, place, start, end);
    }
  }

  #ended(stream: Stream): void {
    if (++stream.endedSides < 2) return;
    stream.down.streams.delete(stream.downId);
    stream.up.streams.delete(stream.upId);
  }

  #relayHeaders(target: Peer, stream: Stream, endStream: number, bytes: Buffer, from: number, to: number): void {
    const head = target.#frame(0, 1, 4 | endStream, this.upstream ? stream.downId : stream.upId);
    const begin = target.#outBytes;
    cursor = from;
    while (cursor < to) {
      const byte = bytes[cursor] as number;
      if (byte >= 128) {
        const index = readInteger(bytes, 7);
        if (index <= 61) target.#byte(128 | index);
        else target.#encodeField(this.#decoded[this.#decoded.length + 61 - index] as Field);
      } else if (byte >= 64) {
        target.#encodeField(this.#insert(bytes));
      } else if (byte >= 32) {
        const limit = readInteger(bytes, 5);
        while (this.#decodedBytes > limit) this.#evictDecoded();
      } else {
        const never = byte & 16;
        const index = readInteger(bytes, 4);
        if (index > 0 && index <= 61) {
          target.#encodeInteger(never, 4, index);
        } else {
          target.#byte(never);
          if (index !== 0) target.#encodeName(this.#decoded[this.#decoded.length + 61 - index] as Field);
        }
        const start = cursor;
        if (index === 0) skipString(bytes, false);
        skipString(bytes, false);
        const place = target.#reserve(cursor - start);
        bytes.copy(target.#out, place, start, cursor);
      }
    }
    const size = target.#outBytes - begin;
    target.#out[head] = size >> 16;
    target.#out[head + 1] = size >> 8;
    target.#out[head + 2] = size;
  }

  /** Reads a literal with incremental indexing into the decoder's table. */
  #insert(bytes: Buffer): Field {
    const index = readInteger(bytes, 6);
    let nameIndex = index;
    let name: Buffer | null = null;
    let nameBytes = 0;
    if (index === 0) {
      const start = cursor;
      nameBytes = skipString(bytes, true);
      name = Buffer.from(bytes.subarray(start, cursor));
    } else if (index <= 61) {
      nameBytes = STATIC_NAME_BYTES[index] as number;
    } else {
      const base = this.#decoded[this.#decoded.length + 61 - index] as Field;
      nameIndex = base.nameIndex;
      name = base.name;
      if (name === null) {
        nameBytes = STATIC_NAME_BYTES[nameIndex] as number;
      } else {
        const back = cursor;
        cursor = 0;
        nameBytes = skipString(name, true);
        cursor = back;
      }
    }
    const start = cursor;
    const valueBytes = skipString(bytes, true);
    const value = Buffer.from(bytes.subarray(start, cursor));
    const field = intern(nameIndex, name, value, nameBytes + valueBytes + 32);
    this.#decodedBytes += field.tableBytes;
    this.#decoded.push(field);
    while (this.#decodedBytes > TABLE_BYTES) this.#evictDecoded();
    return field;
  }

  #evictDecoded(): void {
    this.#decodedBytes -= (this.#decoded.shift() as Field).tableBytes;
  }

  #encodeField(field: Field): void {
    const newest = this.#oldest + this.#encoded.length - 1;
    const inserted = this.#insertedAs[field.id] as number;
    if (inserted >= this.#oldest) {
      this.#encodeInteger(128, 7, 62 + newest - inserted);
      return;
    }
    const index = this.#mayIndex && field.tableBytes <= TABLE_BYTES;
    if (field.name === null) this.#encodeInteger(index ? 64 : 0, index ? 6 : 4, field.nameIndex);
    else {
      this.#byte(index ? 64 : 0);
      this.#encodeName(field);
    }
    const place = this.#reserve(field.value.length);
    field.value.copy(this.#out, place);
    if (!index) return;
    this.#encodedBytes += field.tableBytes;
    this.#encoded.push(field);
    this.#insertedAs[field.id] = newest + 1;
    while (this.#encodedBytes > TABLE_BYTES) {
      this.#encodedBytes -= (this.#encoded.shift() as Field).tableBytes;
      this.#oldest++;
    }
  }

  /** Writes a field's name as a literal string; the preceding byte has said that no index follows. */
  #encodeName(field: Field): void {
    if (field.name === null) {
      // The name came from the static table: correct the byte just written to carry its index.
      const first = this.#out[--this.#outBytes] as number;
      this.#encodeInteger(first, first === 64 ? 6 : 4, field.nameIndex);
      return;
    }
    const place = this.#reserve(field.name.length);
    field.name.copy(this.#out, place);
  }

  #encodeInteger(first: number, prefixBits: number, value: number): void {
    const mask = (1 << prefixBits) - 1;
    if (value < mask) {
      this.#byte(first | value);
      return;
    }
    this.#byte(first | mask);
    let rest = value - mask;
    for (; rest >= 128; rest >>= 7) this.#byte((rest & 127) | 128);
    this.#byte(rest);
  }

  #byte(value: number): void {
    const place = this.#reserve(1);
    this.#out[place] = value;
  }

  #integer(value: number): void {
    const place = this.#reserve(4);
    this.#out.writeUInt32BE(value, place);
  }

  /** Writes a frame header and returns where it stands. */
  #frame(size: number, type: number, flags: number, streamId: number): number {
    const place = this.#reserve(9);
    const out = this.#out;
    out[place] = size >> 16;
    out[place + 1] = size >> 8;
    out[place + 2] = size;
    out[place + 3] = type;
    out[place + 4] = flags;
    out[place + 5] = streamId >>> 24;
    out[place + 6] = streamId >>> 16;
    out[place + 7] = streamId >>> 8;
    out[place + 8] = streamId;
    return place;
  }

  #reserve(size: number): number {
    if (this.#outBytes === 0) {
      if (dirty.length === 0) setImmediate(flushAll);
      dirty.push(this);
    }
    const place = this.#outBytes;
    this.#outBytes = place + size;
    if (this.#outBytes > this.#out.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#out.length * 2, this.#outBytes));
      this.#out.copy(grown, 0, 0, place);
      this.#out = grown;
    }
    return place;
  }

  flush(): void {
    const byteCount = this.#outBytes;
    this.#outBytes = 0;
    if (byteCount === 0 || this.socket.destroyed) return;
    this.socket.write(this.#out.subarray(0, byteCount));
    if (this.socket.writableLength !== 0) this.#out = Buffer.allocUnsafe(BUFFER_BYTES);
  }
}

const upstreams: Peer[] = backendPorts.map((port) => new Peer(null, port));

const server = net.createServer();
server.listen({ port: listenPort, host: '127.0.0.1', backlog: 4096 }, () => {
  (server as unknown as RawServer)._handle.onconnection = (error, handle) => {
    if (error === 0) new Peer(handle, 0);
  };
  process.stdout.write('ready\n');
});
process.on('SIGTERM', () => process.exit(0));
