/** A peer that takes none of what waits for it for so long does not read. */
export const STALL_MS = 5000;

/** Whether a peer goes on reading: what it has taken, looked at from time to time while much waits for it. */
export class ReadPace {
  #takenBytes = -1;
  #since = 0;

  /**
   * True when nothing was taken since a look at least `STALL_MS` ago. Only while bytes wait: a peer that has all of them has taken
   * other bytes by the next time that some wait.
   * @param takenBytes all that the peer has ever taken
   */
  stalled(takenBytes: number, now: number): boolean {
    if (takenBytes !== this.#takenBytes) {
      this.#takenBytes = takenBytes;
      this.#since = now;
      return false;
    }
    return now - this.#since >= STALL_MS;
  }
}
