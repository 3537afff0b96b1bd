import { type HostAvoidance, OutcomeKind, type RuleHolder, type RuleOutcome } from '@weft/sdk';
import { type IsolatedHost, OWN, type ServiceReport } from './messages.ts';

/** Instances of a service that one thread counts in a window; others are not judged. */
const MAX_HOSTS = 20_000;
/** Clusters that the hosts of a service lie in. */
const MAX_CLUSTERS = 16;

interface HostTally {
  calls: number;
  exceptions: number;
}

/** Who is told that a call was counted. */
export interface TallySink {
  /** Before the first call of a service in a window. Returns false when it is not to be counted. */
  opens(tally: ServiceTally, nowMs: number): boolean;
}

/** The calls of one service that one rule counts on one thread, and the instances that are left out. */
export class ServiceTally implements RuleHolder, HostAvoidance {
  readonly service: string;
  /** Of the provider's side: the one host is the instance itself, whatever its address. */
  readonly #own: boolean;
  readonly #sink: TallySink;
  readonly #errorCodes: ReadonlySet<number> | null;
  readonly #complete: (outcome: RuleOutcome) => void;
  readonly #hosts = new Map<string, HostTally>();
  readonly #clusters = new Set<string>();
  /** When each instance comes back, or came back. */
  #returns: ReadonlyMap<string, number> = NONE;

  /** @param complete told of each request that ends */
  constructor(
    service: string,
    own: boolean,
    sink: TallySink,
    errorCodes: ReadonlySet<number> | null,
    complete: (outcome: RuleOutcome) => void,
  ) {
    this.service = service;
    this.#own = own;
    this.#sink = sink;
    this.#errorCodes = errorCodes;
    this.#complete = complete;
  }

  /** Whether some instance is left out, or on its way back. */
  get leavesOut(): boolean {
    return this.#returns.size > 0;
  }

  get empty(): boolean {
    return this.#hosts.size === 0;
  }

  place(hosts: readonly IsolatedHost[]): void {
    const out = hosts.filter(({ asking }) => asking === undefined);
    this.#returns =
      out.length === 0 ? NONE : new Map(out.map(({ address, untilMs }) => [this.#own ? OWN : address, untilMs]));
  }

  avoids(address: string, limitMs: number): boolean {
    const returnsMs = this.#returns.get(address);
    return returnsMs !== undefined && returnsMs > limitMs;
  }

  onComplete(outcome: RuleOutcome): void {
    this.#complete(outcome);
    this.onAttempt(outcome);
  }

  onAttempt({ kind, code, hostAddress, clusterName, nowMs }: RuleOutcome): void {
    const host = this.#own ? OWN : hostAddress;
    if (host === '' || kind === OutcomeKind.CANCELLED) return;
    // What ends while an instance is left out says nothing of the time behind it.
    if ((this.#returns.get(host) ?? 0) > nowMs) return;
    if (!this.#sink.opens(this, nowMs)) return;
    let tally = this.#hosts.get(host);
    if (tally === undefined) {
      if (this.#hosts.size >= MAX_HOSTS) return;
      tally = { calls: 0, exceptions: 0 };
      this.#hosts.set(host, tally);
    }
    if (this.#clusters.size < MAX_CLUSTERS) this.#clusters.add(clusterName);
    tally.calls++;
    if (this.#isException(kind, code)) tally.exceptions++;
  }

  #isException(kind: OutcomeKind, code: number): boolean {
    if (kind === OutcomeKind.UNANSWERED) return true;
    return this.#errorCodes === null ? kind === OutcomeKind.ERROR : this.#errorCodes.has(code);
  }

  /** What was counted, and begins anew. */
  take(): ServiceReport {
    const hosts = [...this.#hosts].map(([address, { calls, exceptions }]) => [address, calls, exceptions] as const);
    const clusters = [...this.#clusters];
    this.#hosts.clear();
    this.#clusters.clear();
    return { service: this.service, clusters, hosts };
  }
}

const NONE: ReadonlyMap<string, number> = new Map();
