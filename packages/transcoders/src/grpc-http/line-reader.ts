const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Finds lines in bytes that come in whatever pieces: they end with LF or CRLF, and those of events with CR alone, too. */
export class LineReader {
  readonly #returnsEnd: boolean;
  #pieces: Buffer[] = [];
  #keptBytes = 0;
  /** The last byte was a CR that has ended a line: an LF behind it belongs to it. */
  #returned = false;

  /** @param returnsEnd whether CR alone ends a line */
  constructor(returnsEnd: boolean) {
    this.#returnsEnd = returnsEnd;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** The lines that are complete now, without their ends. */
  read(chunk: Uint8Array): Buffer[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const lines: Buffer[] = [];
    let from = this.#returned && bytes[0] === NEWLINE ? 1 : 0;
    if (bytes.length > 0) this.#returned = this.#returnsEnd && bytes.at(-1) === RETURN;
    for (let at = this.#endOf(bytes, from); at >= 0; at = this.#endOf(bytes, from)) {
      lines.push(this.#line(bytes.subarray(from, at)));
      from = at + (this.#returnsEnd && bytes[at] === RETURN && bytes[at + 1] === NEWLINE ? 2 : 1);
    }
    if (from < bytes.length) {
      this.#pieces.push(Buffer.from(bytes.subarray(from)));
      this.#keptBytes += bytes.length - from;
    }
    return lines;
  }

  /** What is left when nothing more comes: a last line without an end, or nothing. */
  end(): Buffer {
    return this.#line(NOTHING);
  }

  /** Where the line ends that begins here; -1 where it does not yet. Every byte is looked at once. */
  #endOf(bytes: Buffer, from: number): number {
    if (!this.#returnsEnd) return bytes.indexOf(NEWLINE, from);
    for (let at = from; at < bytes.length; at++) if (bytes[at] === NEWLINE || bytes[at] === RETURN) return at;
    return -1;
  }

  #line(last: Buffer): Buffer {
    const line = this.#keptBytes === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#keptBytes = 0;
    return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
  }
}

const NOTHING = Buffer.alloc(0);
