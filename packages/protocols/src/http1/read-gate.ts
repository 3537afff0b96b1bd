import type { Link } from '@weft/sdk';

/** Whether the bytes of a connection are read. A wish to read on that comes while bytes are being taken waits until they are. */
export class ReadGate {
  readonly #link: Link;
  #taking = false;
  #paused = false;
  #wakeDue = false;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Bytes are being taken from now on. */
  enter(): void {
    this.#taking = true;
  }

  /** What can be taken is. */
  leave(): void {
    this.#taking = false;
    if (!this.#wakeDue) return;
    this.#wakeDue = false;
    this.#link.resumeReading();
  }

  /** In place of `leave` where an error ends the connection: nothing is read any more. */
  abandon(): void {
    this.#taking = false;
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#link.pauseReading();
  }

  wake(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#taking) this.#wakeDue = true;
    else this.#link.resumeReading();
  }
}
