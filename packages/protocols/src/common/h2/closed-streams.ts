const SLOTS = 128;
/** An interim answer, the head, the trailers, and an RST_STREAM of the peer's own: what may be under way for one stream. */
const LATE_FRAMES = 4;
/** Beside them: credit for what we had sent of it, and its priority. */
const LATE_UPDATES = 4;
/** Streams that a peer may be late for at once; one that is late for more does not read. */
const MAX_LATE_STREAMS = 16_384;

/**
 * The last streams that we reset ourselves: frames that were already under way for them are ignored
 * (RFC 9113 section 5.1, "closed").
 */
export class ResetStreams {
  readonly #ids = new Int32Array(SLOTS);
  #next = 0;
  #lateFrames = 0;
  #lateUpdates = 0;

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
    this.#lateFrames = Math.min(this.#lateFrames + LATE_FRAMES, LATE_FRAMES * MAX_LATE_STREAMS);
    this.#lateUpdates = Math.min(this.#lateUpdates + LATE_UPDATES, LATE_UPDATES * MAX_LATE_STREAMS);
  }

  /**
   * A frame of a closed stream has come: whether it may be one that was under way when we gave its stream up. Such frames are
   * no flood, however many come at once; there can be four for each stream that we opened or took, and no more.
   */
  takeLate(): boolean {
    if (this.#lateFrames === 0) return false;
    this.#lateFrames--;
    return true;
  }

  /** The same of WINDOW_UPDATE and PRIORITY, which are counted apart: they take nothing from the frames of an answer. */
  takeLateUpdate(): boolean {
    if (this.#lateUpdates === 0) return false;
    this.#lateUpdates--;
    return true;
  }
}
