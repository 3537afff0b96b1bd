import type { HostSet, PickContext, Picker } from '@weft/sdk';
import { scanFrom } from '../common/eligible.ts';

/** One host behind the other. The turn goes on behind the host that was taken, so the neighbour of a dead host gets no more than the rest. */
export class RoundRobinPicker implements Picker {
  readonly #hosts: HostSet;
  #next: number;

  constructor(hosts: HostSet, first: number) {
    this.#hosts = hosts;
    this.#next = first;
  }

  pick(context: PickContext): number {
    const index = scanFrom(this.#hosts, context, this.#next);
    if (index >= 0) this.#next = index + 1 === this.#hosts.length ? 0 : index + 1;
    return index;
  }
}
