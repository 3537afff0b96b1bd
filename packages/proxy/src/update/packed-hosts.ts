import type { HostProgram } from '../cluster/index.ts';
import { type PackedProgram, packProgram, unpackProgram } from '../governance/packed-program.ts';

/** Hosts of several clusters, one list behind the other, in shared memory. */
export interface PackedHosts {
  /** How many each list has. */
  readonly counts: readonly number[];
  readonly packed: PackedProgram;
}

/**
 * More hosts than these in one update cross in shared memory. A clone of ten thousand would be received in one go, which takes the
 * thread 4 ms.
 */
const MAX_CLONED_HOSTS = 256;
const HOSTS_PER_ITEM = 32;
const ITEMS_PER_STEP = 4;

/** Packs the hosts of updates; all threads get the same bytes, so what was packed last is kept until it is forgotten. */
export class HostPacker {
  #lists: readonly (readonly HostProgram[])[] = [];
  #last: PackedHosts | null = null;

  /** Null for lists that are short enough to be cloned. */
  pack(lists: readonly (readonly HostProgram[])[]): PackedHosts | null {
    const total = lists.reduce((sum, { length }) => sum + length, 0);
    if (total <= MAX_CLONED_HOSTS) return null;
    if (this.#last !== null && isSame(this.#lists, lists)) return this.#last;
    const hosts = lists.flat();
    const items: HostProgram[][] = [];
    for (let at = 0; at < hosts.length; at += HOSTS_PER_ITEM) items.push(hosts.slice(at, at + HOSTS_PER_ITEM));
    this.#lists = lists;
    this.#last = { counts: lists.map(({ length }) => length), packed: packProgram({ items }) };
    return this.#last;
  }

  forget(): void {
    this.#lists = [];
    this.#last = null;
  }
}

function isSame(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && before.every((list, index) => list === after[index]);
}

/** The lists that were packed, in small steps. */
export function* unpackHosts({ counts, packed }: PackedHosts): Generator<void, HostProgram[][]> {
  const { items } = yield* unpackProgram(packed, ITEMS_PER_STEP);
  const hosts = (items as HostProgram[][]).flat();
  let at = 0;
  return counts.map((count) => {
    at += count;
    return hosts.slice(at - count, at);
  });
}
