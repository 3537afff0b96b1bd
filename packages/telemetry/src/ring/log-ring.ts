/**
 * A byte ring from one data thread to the main thread that writes its log files.
 *
 *     header (32 bytes)                         data (a power of two)
 *     ┌──────┬──────┬─────────┬─────────┐      ┌────────┬───────────┬─────┬───────────────────
 *     │ head │ tail │ dropped │ records │      │ length │ fileIndex │ UTF-8, padded to 4 …
 *     └──────┴──────┴─────────┴─────────┘      └────────┴───────────┴─────┴───────────────────
 *
 * `head` and `tail` only grow (modulo 2³²); the reader alone stores `head`, the writer alone the rest. A record lies in one
 * piece: when it would cross the end, a filler takes the remainder and the record begins at 0. The store of `tail` publishes
 * a record, the store of `head` gives its room back, so neither side ever waits.
 */
const HEADER_BYTES = 32;
const HEAD = 0;
const TAIL = 1;
const DROPPED = 2;
const RECORDS = 3;

const RECORD_HEADER_BYTES = 8;
/** In the length word: nothing more up to the end of the ring. */
const FILLER = 0xffff_ffff;
const MAX_UTF8_BYTES_PER_UNIT = 3;
const MIN_RING_BYTES = 4096;
const MAX_RING_BYTES = 1 << 30;

/** Gets one line; `bytes` is borrowed shared memory and must be copied before the visitor returns. */
export type LineVisitor = (fileIndex: number, bytes: Uint8Array) => void;

export class LogRing {
  /** Goes to the other thread as it is; there `openLogRing` opens it. */
  readonly buffer: SharedArrayBuffer;
  readonly #header: Uint32Array;
  readonly #words: Uint32Array;
  readonly #bytes: Buffer;
  readonly #mask: number;
  readonly #capacity: number;
  /** The writer's own copies; the shared words are touched once per line. */
  #tail: number;
  #knownHead: number;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#header = new Uint32Array(buffer, 0, HEADER_BYTES / 4);
    this.#capacity = buffer.byteLength - HEADER_BYTES;
    this.#mask = this.#capacity - 1;
    this.#words = new Uint32Array(buffer, HEADER_BYTES);
    this.#bytes = Buffer.from(buffer, HEADER_BYTES);
    this.#tail = Atomics.load(this.#header, TAIL);
    this.#knownHead = Atomics.load(this.#header, HEAD);
  }

  /** Bytes of room for records. */
  get capacityBytes(): number {
    return this.#capacity;
  }

  /** Bytes waiting to be drained. */
  get usedBytes(): number {
    return (Atomics.load(this.#header, TAIL) - Atomics.load(this.#header, HEAD)) >>> 0;
  }

  /** Lines that found the ring full, since it was made (modulo 2³²). */
  get dropped(): number {
    return Atomics.load(this.#header, DROPPED);
  }

  /** Lines written since the ring was made (modulo 2³²). */
  get written(): number {
    return Atomics.load(this.#header, RECORDS);
  }

  /**
   * Writer: appends one line, without adding a line end. Never waits: `false` says that the ring was full and the line is
   * dropped and counted. A line of more than half the ring may never fit.
   *
   * @param fileIndex 0 … 2³² − 1, chosen by the two sides
   */
  write(fileIndex: number, line: string): boolean {
    // The longest that the text can become decides whether it fits as it is; only a nearly full ring has to measure.
    let room = RECORD_HEADER_BYTES + line.length * MAX_UTF8_BYTES_PER_UNIT;
    let offset = this.#place(room);
    if (offset < 0) {
      room = RECORD_HEADER_BYTES + Buffer.byteLength(line, 'utf8');
      offset = this.#place(room);
      if (offset < 0) {
        this.#header[DROPPED]!++;
        return false;
      }
    }
    const start = offset + RECORD_HEADER_BYTES;
    const length = this.#bytes.write(line, start, room - RECORD_HEADER_BYTES, 'utf8');
    this.#words[offset >>> 2] = length;
    this.#words[(offset >>> 2) + 1] = fileIndex;
    this.#tail = (this.#tail + recordBytes(length)) >>> 0;
    // A plain word: only this thread stores it, and whoever reads it wants no exact moment.
    this.#header[RECORDS]!++;
    Atomics.store(this.#header, TAIL, this.#tail);
    return true;
  }

  /**
   * Reader: visits the lines that are there, oldest first, and gives their room back.
   *
   * @param maxBytes stops after about this many bytes, so that one drain stays a short slice; default everything
   * @returns lines visited
   * @throws what the visitor throws; the line that it threw at is gone, the later ones stay
   */
  drain(visit: LineVisitor, maxBytes: number = this.#capacity): number {
    const tail = Atomics.load(this.#header, TAIL);
    const first = Atomics.load(this.#header, HEAD);
    let head = first;
    let lines = 0;
    try {
      while (head !== tail && (head - first) >>> 0 < maxBytes) {
        const offset = head & this.#mask;
        const length = this.#words[offset >>> 2]!;
        if (length === FILLER) {
          head = (head + this.#capacity - offset) >>> 0;
          continue;
        }
        const fileIndex = this.#words[(offset >>> 2) + 1]!;
        const start = offset + RECORD_HEADER_BYTES;
        head = (head + recordBytes(length)) >>> 0;
        lines++;
        visit(fileIndex, this.#bytes.subarray(start, start + length));
      }
    } finally {
      Atomics.store(this.#header, HEAD, head);
    }
    return lines;
  }

  /** Offset of `bytes` free bytes in one piece, after a filler where the end is too near; −1 when there are none. */
  #place(bytes: number): number {
    const offset = this.#tail & this.#mask;
    const toEnd = this.#capacity - offset;
    const padded = (bytes + 3) & ~3;
    const needed = padded <= toEnd ? padded : toEnd + padded;
    // Positions only grow, so a ring filled to the last byte does not look empty and all of it may be used.
    if (needed > this.#free(needed)) return -1;
    if (padded <= toEnd) return offset;
    this.#words[offset >>> 2] = FILLER;
    this.#tail = (this.#tail + toEnd) >>> 0;
    // Published together with the record behind it, which is known to fit.
    return 0;
  }

  #free(needed: number): number {
    const free = this.#capacity - ((this.#tail - this.#knownHead) >>> 0);
    if (free >= needed) return free;
    this.#knownHead = Atomics.load(this.#header, HEAD);
    return this.#capacity - ((this.#tail - this.#knownHead) >>> 0);
  }
}

/** A new ring with at least `bytes` of room (rounded up to a power of two, 4 KiB … 1 GiB). */
export function createLogRing(bytes: number): LogRing {
  const wanted = Math.min(Math.max(bytes, MIN_RING_BYTES), MAX_RING_BYTES);
  const capacity = 2 ** Math.ceil(Math.log2(wanted));
  return new LogRing(new SharedArrayBuffer(HEADER_BYTES + capacity));
}

/** The other side's view of a ring. Each ring has exactly one writing and one reading thread. */
export function openLogRing(buffer: SharedArrayBuffer): LogRing {
  return new LogRing(buffer);
}

function recordBytes(length: number): number {
  return (RECORD_HEADER_BYTES + length + 3) & ~3;
}
