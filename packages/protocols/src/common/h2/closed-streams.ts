const SLOTS = 128;

/**
 * The last streams that we reset ourselves: frames that were already under way for them are ignored
 * (RFC 9113 section 5.1, "closed").
 */
export class ResetStreams {
  readonly #ids = new Int32Array(SLOTS);
  #next = 0;

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
}
