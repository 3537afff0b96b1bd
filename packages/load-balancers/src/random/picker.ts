import type { Random } from '@weft/kit';
import type { HostSet, PickContext, Picker } from '@weft/sdk';
import { drawEligible, EQUAL_SHARE } from '../common/eligible.ts';

/** Draws before all hosts are looked at. */
const DRAWS = 16;

/** Any eligible host with the same chance, however many are out. */
export class RandomPicker implements Picker {
  readonly #hosts: HostSet;
  readonly #random: Random;

  constructor(hosts: HostSet, random: Random) {
    this.#hosts = hosts;
    this.#random = random;
  }

  pick(context: PickContext): number {
    const hosts = this.#hosts;
    const length = hosts.length;
    if (length === 0) return -1;
    for (let i = 0; i < DRAWS; i++) {
      const index = this.#random.below(length);
      if (hosts.available(index) && !context.tried(index)) return index;
    }
    return drawEligible(hosts, context, this.#random, EQUAL_SHARE);
  }
}
