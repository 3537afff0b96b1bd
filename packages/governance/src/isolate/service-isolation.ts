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
import { type IsolatedHost, OWN } from './messages.ts';

/** An instance that is left out, is on its way back, or was left out not long ago. */
export interface Isolation extends IsolatedHost {
  readonly sinceMs: number;
  /** Times it was left out before, without having been normal for long in between. */
  readonly before: number;
  /** Its return has been said. */
  readonly returned: boolean;
}

/** That the instance beside the proxy is to be left out by all its callers, which it cannot decide itself. */
export interface Ask {
  readonly calls: number;
  readonly exceptions: number;
  readonly sinceMs: number;
  /** Without a window that says so again it is over then. */
  readonly endsMs: number;
  /** When the control plane spoke of it last; when it began, while it has not. */
  readonly answeredMs: number;
  /** What there is to say of it; '' while nobody has said anything. */
  readonly reason: string;
}

/** Windows in which an instance may be too quiet to be judged before it stops to ask. */
const ASK_WINDOWS = 2;

/** The instances of one service, as one rule sees them over all threads; at the provider the one beside the proxy. */
export class ServiceIsolation {
  readonly service: string;
  readonly clusters = new Set<string>();
  readonly #figures = new Map<string, { calls: number; exceptions: number }>();
  readonly #isolations = new Map<string, Isolation>();
  /** Of the instance beside the proxy; null when it is left out, or need not be. */
  ask: Ask | null = null;
  /** What callers call the instance beside the proxy by. */
  host: string = OWN;

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

  /** The address that people are told. */
  shownAddress({ address }: { readonly address: string }): string {
    return address === OWN ? this.host : address;
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
    return chosen.map((host) => this.isolate(host, this.#spanMs(host.address, parameters), nowMs));
  }

  #timesBefore(address: string): number {
    const known = this.#isolations.get(address);
    return known === undefined ? 0 : known.before + 1;
  }

  /** How long an instance is left out that is to be left out now. */
  #spanMs(address: string, parameters: IsolationParameters): number {
    return isolationMs(this.#timesBefore(address), parameters);
  }

  /** Leaves an instance out from now on. */
  isolate({ address, calls, exceptions }: HostFigures, forMs: number, nowMs: number): Isolation {
    const before = this.#timesBefore(address);
    const untilMs = nowMs + forMs;
    const isolation: Isolation = { address, calls, exceptions, sinceMs: nowMs, untilMs, before, returned: false };
    this.#isolations.set(address, isolation);
    return isolation;
  }

  /** Ends a window of the instance beside the proxy: what it did. */
  takeOwn(): HostFigures {
    const { calls = 0, exceptions = 0 } = this.#figures.get(OWN) ?? {};
    this.#figures.clear();
    return { address: OWN, calls, exceptions };
  }

  /** It asks from now on, or goes on to. */
  askFor({ calls, exceptions }: HostFigures, { windowMs }: IsolationParameters, nowMs: number): void {
    const { sinceMs = nowMs, reason = '', answeredMs = nowMs } = this.ask ?? {};
    this.ask = { calls, exceptions, sinceMs, endsMs: nowMs + ASK_WINDOWS * windowMs, answeredMs, reason };
  }

  /** How long the instance beside the proxy is to be left out, or is left out for more; null when it is not to be. */
  wantedMs(parameters: IsolationParameters, nowMs: number): number | null {
    const own = this.ownOut(nowMs);
    if (own !== null) return own.untilMs - nowMs;
    return this.ask === null ? null : this.#spanMs(OWN, parameters);
  }

  /** The instance beside the proxy, while it is left out. */
  ownOut(nowMs: number): Isolation | null {
    return this.#isOut(OWN, nowMs) ? (this.#isolations.get(OWN) ?? null) : null;
  }

  /** Lets an instance come back before its time; its past is kept. */
  end(address: string, nowMs: number): void {
    const isolation = this.#isolations.get(address);
    if (isolation !== undefined) this.#isolations.set(address, { ...isolation, untilMs: nowMs, returned: true });
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
    return this.present(nowMs).map((isolation) => {
      const { untilMs, calls, exceptions } = isolation;
      return { address: this.shownAddress(isolation), untilMs, calls, exceptions };
    });
  }

  /** Drops what is long over; true when nothing is left. */
  forget(parameters: IsolationParameters, nowMs: number): boolean {
    const afterMs = forgetMs(parameters);
    for (const [address, { untilMs }] of this.#isolations)
      if (untilMs + afterMs <= nowMs) this.#isolations.delete(address);
    if (this.ask !== null && this.ask.endsMs <= nowMs) this.ask = null;
    return this.#isolations.size === 0 && this.#figures.size === 0 && this.ask === null;
  }
}
