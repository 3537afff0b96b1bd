const SLOTS = 128;
/** An interim answer, the head, the trailers, and an RST_STREAM of the peer's own: what may be under way for one stream. */
const LATE_FRAMES = 4;
/** Streams that a peer may be late for at once; one that is late for more does not read. */
const MAX_LATE_STREAMS = 16_384;

/**
 * The last streams that we reset ourselves: frames that were already under way for them are ignored
 * (RFC 9113 section 5.1, "closed").
 */
export class ResetStreams {
  readonly #ids = new Int32Array(SLOTS);
  #next = 0;
  #late = 0;

  add(id: number): void {
    this.#ids[this.#next] = id;
    this.#next = (this.#next + 1) % SLOTS;
  }

  /** The peer has reset the stream too: nothing of it is under way any more. */
  remove(id: number): void {
    const at = this.#ids.indexOf(id);
    if (at >= 0) this.#ids[at] = 0;
  }

  has(id: number): boolean {
    return this.#ids.includes(id);
  }

  /** We gave up a stream that was under way: the peer may not know yet. */
  expectLate(): void {
    this.#late = Math.min(this.#late + LATE_FRAMES, LATE_FRAMES * MAX_LATE_STREAMS);
  }

  /**
   * A frame of a closed stream has come: whether it may be one that was under way when we gave its stream up. Such frames are
   * no flood, however many come at once; there can be four for each stream that we opened or took, and no more.
   */
  takeLate(): boolean {
    if (this.#late === 0) return false;
    this.#late--;
    return true;
  }
}
