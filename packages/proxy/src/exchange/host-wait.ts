import { WheelTimer } from '@weft/kit';
import type { Cluster } from '../cluster/index.ts';
import type { Exchange } from './exchange.ts';

/** A request whose service is known and whose hosts are not yet: the first list is on its way. Once for each request. */
export class HostWait {
  readonly #exchange: Exchange;
  readonly #next: () => void;
  readonly #timer = new WheelTimer(() => this.#over());
  #leave: (() => void) | null = null;

  constructor(exchange: Exchange, next: () => void) {
    this.#exchange = exchange;
    this.#next = next;
  }

  /** False: there is nothing to wait for. */
  start(cluster: Cluster): boolean {
    this.#leave = cluster.awaitHosts(() => this.#over());
    if (this.#leave === null) return false;
    this.#exchange.context.timers.arm(this.#timer, cluster.program.hostsWaitMs);
    return true;
  }

  /** There are hosts, or the time is over: the request looks again, for the last time. */
  #over(): void {
    this.cancel();
    if (!this.#exchange.done) this.#exchange.guardTimer(this.#next);
  }

  cancel(): void {
    this.#leave?.();
    this.#leave = null;
    this.#exchange.context.timers.cancel(this.#timer);
  }
}
