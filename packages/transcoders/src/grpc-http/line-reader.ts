const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Finds lines in bytes that come in whatever pieces. */
export class LineReader {
  #pieces: Buffer[] = [];
  #keptBytes = 0;

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** The lines that are complete now, without their ends. */
  read(chunk: Uint8Array): Buffer[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const lines: Buffer[] = [];
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      lines.push(this.#line(bytes.subarray(from, at)));
      from = at + 1;
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

  #line(last: Buffer): Buffer {
    const line = this.#keptBytes === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#keptBytes = 0;
    return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
  }
}

const NOTHING = Buffer.alloc(0);
