import type { Random } from '@weft/kit';
import type { HostSet, PickContext, Picker } from '@weft/sdk';
import { drawEligible } from './eligible.ts';

/**
 * Earliest deadline first: each pick takes the host whose turn is due and sets its next turn 1/weight later, so that over
 * any stretch of picks each host has its share to within one.
 *
 *     #heap      host indices, a binary min-heap by deadline
 *     #deadlines by host index
 *
 * The first turns are spread at random, so that many proxies do not begin with the same host.
 */
export class EdfPicker implements Picker {
  readonly #hosts: HostSet;
  readonly #random: Random;
  readonly #weight: (index: number) => number;
  readonly #heap: Int32Array;
  readonly #deadlines: Float64Array;

  constructor(hosts: HostSet, random: Random, weight: (index: number) => number) {
    this.#hosts = hosts;
    this.#random = random;
    this.#weight = weight;
    const length = hosts.length;
    this.#deadlines = new Float64Array(length);
    for (let i = 0; i < length; i++) this.#deadlines[i] = random.next() / weight(i);
    this.#heap = Int32Array.from({ length }, (_, i) => i).sort((a, b) => this.#deadline(a) - this.#deadline(b));
  }

  pick(context: PickContext): number {
    const hosts = this.#hosts;
    const heap = this.#heap;
    // A host that is out takes its turns in vain; with heavy ones out that could go on long, so it is bounded.
    for (let tries = hosts.length; tries > 0; tries--) {
      const index = heap[0] as number;
      this.#deadlines[index] = this.#deadline(index) + 1 / this.#weight(index);
      this.#siftDown();
      if (hosts.available(index) && !context.tried(index)) return index;
    }
    return drawEligible(hosts, context, this.#random, this.#weight);
  }

  #deadline(index: number): number {
    return this.#deadlines[index] as number;
  }

  #siftDown(): void {
    const heap = this.#heap;
    const deadlines = this.#deadlines;
    const length = heap.length;
    const moved = heap[0] as number;
    const due = deadlines[moved] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      let index = heap[child] as number;
      if (child + 1 < length) {
        const right = heap[child + 1] as number;
        if ((deadlines[right] as number) < (deadlines[index] as number)) {
          index = right;
          child++;
        }
      }
      if ((deadlines[index] as number) >= due) break;
      heap[at] = index;
      at = child;
    }
    heap[at] = moved;
  }
}
