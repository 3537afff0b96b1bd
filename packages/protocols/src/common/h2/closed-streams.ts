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

  has(id: number): boolean {
    return this.#ids.includes(id);
  }
}
