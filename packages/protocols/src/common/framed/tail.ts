import type { OutputBuffer } from '@weft/kit';

/** Writes content of which only the beginning goes out as it comes: `tail` is put in place of what follows `passBytes`. */
export class TailWriter {
  readonly #tail: Buffer;
  #passLeft: number;
  /** Bytes that go out altogether. */
  readonly length: number;

  constructor(passBytes: number, tail: Buffer) {
    this.#passLeft = passBytes;
    this.#tail = tail;
    this.length = passBytes + tail.length;
  }

  /** `left` is how much of the old content comes behind `chunk`. */
  write(out: OutputBuffer, chunk: Uint8Array, left: number): void {
    const pass = Math.min(chunk.length, this.#passLeft);
    if (pass > 0) out.write(chunk, 0, pass);
    this.#passLeft -= pass;
    if (left === 0) out.write(this.#tail);
  }
}
