import { type Field, STATIC_FIELDS } from './field.ts';

const MIN_SLOTS = 16;

/**
 * The dynamic table of a decoder (RFC 7541 section 2.3.2): a ring, newest entry at `#newest`.
 *
 *     index 62      63       ...
 *     newest   newest - 1    ... oldest      (positions in the ring, modulo its size)
 */
export class DynamicTable {
  #ring: Field[] = new Array<Field>(MIN_SLOTS).fill(STATIC_FIELDS[0] as Field);
  #newest = 0;
  /** Entries. */
  count = 0;
  /** Bytes as RFC 7541 section 4.1 counts them. */
  size = 0;
  maxSize: number;

  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  /** The entry `offset` behind the newest one (0 is the newest), undefined past the oldest. */
  at(offset: number): Field | undefined {
    return offset < this.count ? this.#ring[(this.#newest - offset) & (this.#ring.length - 1)] : undefined;
  }

  /** Puts `field`, which has the same name and value, in the place of the entry at `offset`. */
  replace(offset: number, field: Field): void {
    this.#ring[(this.#newest - offset) & (this.#ring.length - 1)] = field;
  }

  /** Inserts in front, after dropping what no longer fits; an entry larger than the table empties it. */
  insert(field: Field): void {
    this.#evictTo(this.maxSize - field.size);
    if (field.size > this.maxSize) return;
    if (this.count === this.#ring.length) this.#grow();
    this.#newest = (this.#newest + 1) & (this.#ring.length - 1);
    this.#ring[this.#newest] = field;
    this.count++;
    this.size += field.size;
  }

  resize(maxSize: number): void {
    this.maxSize = maxSize;
    this.#evictTo(maxSize);
  }

  #evictTo(bytes: number): void {
    const mask = this.#ring.length - 1;
    while (this.count > 0 && this.size > bytes) {
      const at = (this.#newest - this.count + 1) & mask;
      this.size -= (this.#ring[at] as Field).size;
      this.#ring[at] = STATIC_FIELDS[0] as Field;
      this.count--;
    }
  }

  #grow(): void {
    const next = new Array<Field>(this.#ring.length * 2).fill(STATIC_FIELDS[0] as Field);
    for (let i = 0; i < this.count; i++) next[this.count - 1 - i] = this.at(i) as Field;
    this.#ring = next;
    this.#newest = this.count - 1;
  }
}
