const LINE_FEED = 0x0a;
const INITIAL_BYTES = 16 * 1024;
/** After a burst a buffer of more than this is given back. */
const KEPT_BYTES = 256 * 1024;
const MAX_UTF8_BYTES_PER_UNIT = 3;

/** Lines gathered for one write, in one buffer that grows up to a limit. */
export class LineStaging {
  readonly #maxBytes: number;
  #buffer: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #length = 0;
  #lines = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  get lines(): number {
    return this.#lines;
  }

  /** The bytes gathered; valid until `clear`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Copies a line and adds a line end; `false` when it does not fit any more. */
  add(line: string | Uint8Array): boolean {
    const most = (typeof line === 'string' ? line.length * MAX_UTF8_BYTES_PER_UNIT : line.length) + 1;
    if (!this.#reserve(most)) {
      const exact = (typeof line === 'string' ? Buffer.byteLength(line) : line.length) + 1;
      if (!this.#reserve(exact)) return false;
    }
    if (typeof line === 'string') {
      this.#length += this.#buffer.write(line, this.#length, 'utf8');
    } else {
      this.#buffer.set(line, this.#length);
      this.#length += line.length;
    }
    this.#buffer[this.#length++] = LINE_FEED;
    this.#lines++;
    return true;
  }

  clear(): void {
    this.#length = 0;
    this.#lines = 0;
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  }

  #reserve(bytes: number): boolean {
    const needed = this.#length + bytes;
    if (needed > this.#maxBytes) return false;
    if (needed <= this.#buffer.length) return true;
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#maxBytes, Math.max(needed, this.#buffer.length * 2)));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
    return true;
  }
}
