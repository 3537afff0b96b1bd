import type { MadeUpAnswer } from '@weft/sdk';

/** What a protocol makes of the answers of rules, written once for each rule and gone with it. */
export class KeptAnswers {
  readonly #written = new WeakMap<MadeUpAnswer, Buffer>();
  readonly #write: (answer: MadeUpAnswer) => Buffer;

  constructor(write: (answer: MadeUpAnswer) => Buffer) {
    this.#write = write;
  }

  of(answer: MadeUpAnswer): Buffer {
    let bytes = this.#written.get(answer);
    if (bytes === undefined) {
      bytes = this.#write(answer);
      this.#written.set(answer, bytes);
    }
    return bytes;
  }
}
