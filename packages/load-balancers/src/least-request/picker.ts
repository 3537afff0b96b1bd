import type { Random } from '@weft/kit';
import type { HostSet, PickContext, Picker } from '@weft/sdk';
import { drawEligible, EQUAL_SHARE } from '../common/eligible.ts';

/** Draws in vain before all hosts are looked at. */
const SPARE_DRAWS = 16;

/** Of `choices` hosts drawn at random the one with the fewest requests in flight; hosts that are out do not count as drawn. */
export class ChoicesPicker implements Picker {
  readonly #hosts: HostSet;
  readonly #random: Random;
  readonly #choices: number;

  constructor(hosts: HostSet, random: Random, choices: number) {
    this.#hosts = hosts;
    this.#random = random;
    this.#choices = choices;
  }

  pick(context: PickContext): number {
    const hosts = this.#hosts;
    const length = hosts.length;
    if (length === 0) return -1;
    let best = -1;
    let fewest = 0;
    let previous = -1;
    let spare = SPARE_DRAWS;
    for (let drawn = 0; drawn < this.#choices; ) {
      let index = this.#random.below(previous < 0 || length === 1 ? length : length - 1);
      // Two draws in a row are never the same host, so that two choices are two.
      if (previous >= 0 && length > 1 && index >= previous) index++;
      previous = index;
      if (!hosts.available(index) || context.tried(index)) {
        if (--spare === 0) break;
        continue;
      }
      drawn++;
      const active = hosts.activeRequests(index);
      if (best < 0 || active < fewest) {
        best = index;
        fewest = active;
      }
    }
    return best < 0 ? drawEligible(hosts, context, this.#random, EQUAL_SHARE) : best;
  }
}
