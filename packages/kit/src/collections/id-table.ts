/** What an `IdTable` holds: an integer of 32 bits tells it from the others. */
export interface Identified {
  readonly id: number;
}

const MIN_SLOTS = 16;

/**
 * Objects by number, for tables whose entries come and go with every request or connection.
 *
 *     slots   [ - | 7 | 3 | - | - | 9 | … ]      home = hash(id); a taken home means the next free slot (linear probing)
 *
 * Why not a Map: a Map that has seen enough deletions copies its live entries to a new store, and the old store keeps
 * pointing at the new one and at everything that was live then. Once one store is old enough for the old generation, each
 * following one is reachable from a dead one before it, with all its requests: a young collection then frees nearly nothing.
 * Measured on an HTTP/2 relay, collections grew from 0.3 to 40 ms until the next full one. Here a slot that is given up is
 * null and the array stays.
 */
export class IdTable<T extends Identified> {
  #slots: (T | null)[] = new Array<T | null>(MIN_SLOTS).fill(null);
  #mask = MIN_SLOTS - 1;
  #size = 0;

  /** Entries. */
  get size(): number {
    return this.#size;
  }

  get(id: number): T | undefined {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let at = home(id, mask); ; at = (at + 1) & mask) {
      const entry = slots[at] as T | null;
      if (entry === null) return undefined;
      if (entry.id === id) return entry;
    }
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  /** Adds `entry` under its id, or replaces the one that has it. The id must not change while the entry is here. */
  set(entry: T): void {
    if (this.#size * 2 >= this.#slots.length) this.#resize(this.#slots.length * 2);
    const slots = this.#slots;
    const mask = this.#mask;
    let at = home(entry.id, mask);
    for (let other = slots[at] as T | null; other !== null; other = slots[at] as T | null) {
      if (other.id === entry.id) {
        slots[at] = entry;
        return;
      }
      at = (at + 1) & mask;
    }
    slots[at] = entry;
    this.#size++;
  }

  /** Removes the entry with this id; false when there is none. */
  delete(id: number): boolean {
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = home(id, mask);
    for (let entry = slots[hole] as T | null; ; entry = slots[hole] as T | null) {
      if (entry === null) return false;
      if (entry.id === id) break;
      hole = (hole + 1) & mask;
    }
    // What stands behind the hole moves up where its home allows it: no probe may end early at the hole.
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const entry = slots[at] as T | null;
      if (entry === null) break;
      if (((at - home(entry.id, mask)) & mask) >= ((at - hole) & mask)) {
        slots[hole] = entry;
        hole = at;
      }
    }
    slots[hole] = null;
    this.#size--;
    // A burst is over: its room is given back where that costs nothing.
    if (this.#size === 0 && slots.length > 64 * MIN_SLOTS) this.#resize(MIN_SLOTS);
    return true;
  }

  /** The entries as they are now, by rising id; what the caller does to the table does not change this list. */
  values(): T[] {
    const list: T[] = [];
    for (const entry of this.#slots) if (entry !== null) list.push(entry);
    return list.sort((a, b) => a.id - b.id);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.values()[Symbol.iterator]();
  }

  #resize(count: number): void {
    const old = this.#slots;
    const mask = count - 1;
    const slots = new Array<T | null>(count).fill(null);
    for (let i = 0; i < old.length; i++) {
      const entry = old[i] as T | null;
      if (entry === null) continue;
      let at = home(entry.id, mask);
      while (slots[at] !== null) at = (at + 1) & mask;
      slots[at] = entry;
      // The old array may be old garbage for a while: it must not hold what is young.
      old[i] = null;
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

/**
 * Ids that follow each other, all of them or the odd ones only, have homes of their own (in strides of 1.5 and 3). A peer that
 * chooses ids to collide makes lookups as long as its open streams are many, which a limit bounds.
 */
function home(id: number, mask: number): number {
  return (id + (id >>> 1)) & mask;
}
