import {
  byRate,
  chooseIsolated,
  forgetMs,
  type HostFigures,
  type IsolationParameters,
  isAbnormal,
  isolationMs,
  mostIsolated,
  RAMP_MS,
} from './algorithm.ts';
import type { IsolatedHost } from './messages.ts';

/** An instance that is left out, is on its way back, or was left out not long ago. */
export interface Isolation extends IsolatedHost {
  readonly sinceMs: number;
  /** Times it was left out before, without having been normal for long in between. */
  readonly before: number;
  /** Its return has been said. */
  readonly returned: boolean;
}

/** The instances of one service, as one rule sees them over all threads. */
export class ServiceIsolation {
  readonly service: string;
  readonly clusters = new Set<string>();
  readonly #figures = new Map<string, { calls: number; exceptions: number }>();
  readonly #isolations = new Map<string, Isolation>();

  constructor(service: string) {
    this.service = service;
  }

  /** Adds what a thread counted. Instances that are left out are not judged. */
  add(
    clusters: readonly string[],
    hosts: readonly (readonly [address: string, calls: number, exceptions: number])[],
    nowMs: number,
  ): void {
    for (const cluster of clusters) this.clusters.add(cluster);
    for (const [address, calls, exceptions] of hosts) {
      if (this.#isOut(address, nowMs)) continue;
      const known = this.#figures.get(address);
      if (known === undefined) this.#figures.set(address, { calls, exceptions });
      else {
        known.calls += calls;
        known.exceptions += exceptions;
      }
    }
  }

  clearFigures(): void {
    this.#figures.clear();
  }

  #isOut(address: string, nowMs: number): boolean {
    return (this.#isolations.get(address)?.untilMs ?? 0) > nowMs;
  }

  /** Ends a window: the instances that are left out from now on. */
  judge(parameters: IsolationParameters, roster: () => ReadonlyMap<string, boolean>, nowMs: number): Isolation[] {
    const figures: HostFigures[] = [...this.#figures].map(([address, counted]) => ({ address, ...counted }));
    this.#figures.clear();
    if (!figures.some((host) => isAbnormal(host, parameters))) return [];
    const isolated = new Set(this.isolated(nowMs).map(({ address }) => address));
    const chosen = chooseIsolated(figures, { healthy: roster(), isolated }, parameters);
    return chosen.map((host) => {
      const known = this.#isolations.get(host.address);
      const before = known === undefined ? 0 : known.before + 1;
      const untilMs = nowMs + isolationMs(before, parameters);
      const isolation: Isolation = { ...host, sinceMs: nowMs, untilMs, before, returned: false };
      this.#isolations.set(host.address, isolation);
      return isolation;
    });
  }

  /** Instances whose time is over since it was asked last. */
  recover(nowMs: number): Isolation[] {
    const recovered = [...this.#isolations.values()].filter(({ untilMs, returned }) => untilMs <= nowMs && !returned);
    for (const isolation of recovered) this.#isolations.set(isolation.address, { ...isolation, returned: true });
    return recovered;
  }

  /** The rule has changed: instances that it would not leave out now come back. Returns them. */
  requalify(parameters: IsolationParameters, roster: ReadonlyMap<string, boolean>, nowMs: number): Isolation[] {
    let room = mostIsolated(roster.size, parameters);
    const released: Isolation[] = [];
    for (const isolation of this.isolated(nowMs).sort(byRate)) {
      const untilMs = isolation.sinceMs + isolationMs(isolation.before, parameters);
      if (!isAbnormal(isolation, parameters) || room <= 0 || untilMs <= nowMs) {
        released.push(isolation);
        this.#isolations.delete(isolation.address);
        continue;
      }
      // One that has left the list takes nobody's place.
      if (roster.has(isolation.address)) room--;
      this.#isolations.set(isolation.address, { ...isolation, untilMs });
    }
    return released;
  }

  /** Lets an instance come back by hand; its past is forgotten. */
  release(address: string, nowMs: number): void {
    const isolation = this.#isolations.get(address);
    if (isolation !== undefined)
      this.#isolations.set(address, { ...isolation, untilMs: nowMs, before: -1, returned: true });
  }

  /** Instances that are left out. */
  isolated(nowMs: number): Isolation[] {
    return [...this.#isolations.values()].filter(({ untilMs }) => untilMs > nowMs);
  }

  /** Instances that are left out or on their way back. */
  present(nowMs: number): Isolation[] {
    return [...this.#isolations.values()].filter(({ untilMs }) => untilMs + RAMP_MS > nowMs);
  }

  /** The same, as threads are told. */
  leftOut(nowMs: number): IsolatedHost[] {
    return this.present(nowMs).map(({ address, untilMs, calls, exceptions }) => ({
      address,
      untilMs,
      calls,
      exceptions,
    }));
  }

  /** Drops what is long over; true when nothing is left. */
  forget(parameters: IsolationParameters, nowMs: number): boolean {
    const afterMs = forgetMs(parameters);
    for (const [address, { untilMs }] of this.#isolations)
      if (untilMs + afterMs <= nowMs) this.#isolations.delete(address);
    return this.#isolations.size === 0 && this.#figures.size === 0;
  }
}
