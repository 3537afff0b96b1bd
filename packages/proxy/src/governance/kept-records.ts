import { bytesOf, type RecordedRequest } from './recorded-request.ts';

/** Slots of forgotten records that are given back together. */
const MAX_EMPTY = 1024;

/** Records in the order in which they were kept; the oldest go first, by age and by bytes. */
export class KeptRecords {
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  readonly #kept: (RecordedRequest | undefined)[] = [];
  /** Those before it are gone. */
  #first = 0;
  #bytes = 0;

  constructor(maxBytes: number, maxAgeMs: number) {
    this.#maxBytes = maxBytes;
    this.#maxAgeMs = maxAgeMs;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(record: RecordedRequest, wallNowMs: number): void {
    record.bytes = bytesOf(record);
    this.#bytes += record.bytes;
    this.#kept.push(record);
    this.evict(wallNowMs);
  }

  evict(wallNowMs: number): void {
    const oldestMs = wallNowMs - this.#maxAgeMs;
    while (this.#first < this.#kept.length) {
      const record = this.#kept[this.#first] as RecordedRequest;
      if (this.#bytes <= this.#maxBytes && record.atMs >= oldestMs) break;
      this.#bytes -= record.bytes;
      this.#kept[this.#first++] = undefined;
    }
    if (this.#first > MAX_EMPTY && this.#first * 2 > this.#kept.length) {
      this.#kept.splice(0, this.#first);
      this.#first = 0;
    }
  }

  list(): RecordedRequest[] {
    return this.#kept.slice(this.#first) as RecordedRequest[];
  }
}
