import { lookup } from 'node:dns/promises';
import type { Logger, Random } from '@weft/kit';
import type { HealthProbe } from '@weft/sdk';
import type { StatsStore } from '@weft/telemetry';
import { HealthFlag } from '../cluster/index.ts';

/** How a cluster's hosts are checked and resolved. Times in ms. */
export interface MonitorPlan {
  readonly cluster: string;
  readonly service: string;
  readonly hosts: readonly MonitoredHost[];
  readonly probe: HealthProbe | null;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly jitterMs: number;
  readonly initialDelayMs: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Names to resolve again; empty for clusters with addresses. */
  readonly names: readonly { readonly name: string; readonly port: number }[];
  readonly refreshMs: number;
  readonly family: 4 | 6;
}

export interface MonitoredHost {
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly hostname: string;
  readonly slot: number;
}

interface HostWatch {
  readonly host: MonitoredHost;
  timer: NodeJS.Timeout | null;
  cancel: (() => void) | null;
  good: number;
  bad: number;
}

interface ClusterWatch {
  plan: MonitorPlan;
  health: Uint8Array;
  readonly hosts: Map<string, HostWatch>;
  resolveTimer: NodeJS.Timeout | null;
}

/** Checks and resolves hosts on the control thread; data threads only read the health column. */
export class ClusterMonitor {
  readonly #log: Logger;
  readonly #stats: StatsStore;
  readonly #random: Random;
  readonly #onResolved: (cluster: string, name: string, addresses: readonly string[]) => void;
  readonly #onHealth: (line: HealthEvent) => void;
  readonly #clusters = new Map<string, ClusterWatch>();

  constructor(options: {
    readonly log: Logger;
    readonly stats: StatsStore;
    readonly random: Random;
    /** A name has other addresses than before. */
    onResolved(cluster: string, name: string, addresses: readonly string[]): void;
    onHealth(event: HealthEvent): void;
  }) {
    this.#log = options.log;
    this.#stats = options.stats;
    this.#random = options.random;
    this.#onResolved = options.onResolved;
    this.#onHealth = options.onHealth;
  }

  /** Watches these clusters from now on, and no others. */
  apply(plans: readonly { readonly plan: MonitorPlan; readonly health: SharedArrayBuffer }[]): void {
    const names = new Set(plans.map(({ plan }) => plan.cluster));
    for (const [name, watch] of this.#clusters) {
      if (names.has(name)) continue;
      this.#stop(watch);
      this.#clusters.delete(name);
    }
    for (const { plan, health } of plans) this.#place(plan, new Uint8Array(health));
  }

  close(): void {
    for (const watch of this.#clusters.values()) this.#stop(watch);
    this.#clusters.clear();
  }

  #place(plan: MonitorPlan, health: Uint8Array): void {
    let watch = this.#clusters.get(plan.cluster);
    if (watch === undefined) {
      watch = { plan, health, hosts: new Map(), resolveTimer: null };
      this.#clusters.set(plan.cluster, watch);
    } else if (watch.plan === plan) return;
    const checks = sameChecks(watch.plan, plan);
    watch.plan = plan;
    watch.health = health;
    const wanted = new Map(plan.probe === null ? [] : plan.hosts.map((host) => [host.address, host]));
    for (const [address, item] of watch.hosts) {
      const host = wanted.get(address);
      if (host !== undefined && checks && host.slot === item.host.slot) {
        wanted.delete(address);
        continue;
      }
      stopHost(item);
      watch.hosts.delete(address);
    }
    for (const host of wanted.values()) {
      const item: HostWatch = { host, timer: null, cancel: null, good: 0, bad: 0 };
      watch.hosts.set(host.address, item);
      this.#schedule(watch, item, plan.initialDelayMs);
    }
    if (plan.probe === null)
      for (const host of plan.hosts) Atomics.and(health, host.slot, ~HealthFlag.FAILED_ACTIVE_CHECK);
    if (plan.names.length > 0 && watch.resolveTimer === null) this.#scheduleResolve(watch, plan.refreshMs);
    if (plan.names.length === 0 && watch.resolveTimer !== null) {
      clearTimeout(watch.resolveTimer);
      watch.resolveTimer = null;
    }
  }

  #schedule(watch: ClusterWatch, item: HostWatch, delayMs: number): void {
    item.timer = setTimeout(() => this.#check(watch, item), delayMs + this.#random.next() * watch.plan.jitterMs);
    item.timer.unref();
  }

  #check(watch: ClusterWatch, item: HostWatch): void {
    const { plan } = watch;
    const labels = { service: plan.service };
    this.#stats.counter('healthcheck_attempt', labels);
    item.cancel = (plan.probe as HealthProbe).check(item.host, plan.timeoutMs, (result) => {
      item.cancel = null;
      this.#stats.counter(result.healthy ? 'healthcheck_success' : 'healthcheck_failure', labels);
      if (!result.healthy) this.#stats.counter('healthcheck_active_failure', labels);
      this.#judge(watch, item, result.healthy, result.detail);
      this.#schedule(watch, item, plan.intervalMs);
    });
  }

  #judge(watch: ClusterWatch, item: HostWatch, healthy: boolean, detail: string): void {
    const { plan, health } = watch;
    const { slot, address } = item.host;
    const wasHealthy = ((health[slot] as number) & HealthFlag.FAILED_ACTIVE_CHECK) === 0;
    item.good = healthy ? item.good + 1 : 0;
    item.bad = healthy ? 0 : item.bad + 1;
    let isHealthy = wasHealthy;
    if (wasHealthy && item.bad >= plan.unhealthyThreshold) isHealthy = false;
    else if (!wasHealthy && item.good >= plan.healthyThreshold) isHealthy = true;
    if (isHealthy !== wasHealthy) {
      if (isHealthy) Atomics.and(health, slot, ~HealthFlag.FAILED_ACTIVE_CHECK);
      else Atomics.or(health, slot, HealthFlag.FAILED_ACTIVE_CHECK);
      this.#log.warn(
        { cluster: plan.cluster, host: address, healthy: isHealthy, seen: detail },
        'the health of a host changed',
      );
    }
    this.#onHealth({
      cluster: plan.cluster,
      host: address,
      healthy: isHealthy,
      result: healthy,
      changed: isHealthy !== wasHealthy,
    });
  }

  #scheduleResolve(watch: ClusterWatch, delayMs: number): void {
    watch.resolveTimer = setTimeout(() => void this.#resolve(watch), delayMs);
    watch.resolveTimer.unref();
  }

  async #resolve(watch: ClusterWatch): Promise<void> {
    const { plan } = watch;
    for (const { name } of plan.names) {
      try {
        const found = await resolveName(name, plan.family);
        if (this.#clusters.get(plan.cluster) === watch) this.#onResolved(plan.cluster, name, found);
      } catch (error) {
        // A failed refresh keeps the old hosts: a name server that is away must not take a service away.
        this.#log.warn({ cluster: plan.cluster, name, err: error }, 'a name could not be resolved; its hosts stay');
      }
    }
    if (this.#clusters.get(plan.cluster) === watch) this.#scheduleResolve(watch, plan.refreshMs);
  }

  #stop(watch: ClusterWatch): void {
    for (const item of watch.hosts.values()) stopHost(item);
    if (watch.resolveTimer !== null) clearTimeout(watch.resolveTimer);
  }
}

export interface HealthEvent {
  readonly cluster: string;
  readonly host: string;
  readonly healthy: boolean;
  readonly result: boolean;
  readonly changed: boolean;
}

/** All addresses of a name, sorted, so that the same answer in another order is no change. */
export async function resolveName(name: string, family: 4 | 6): Promise<string[]> {
  const found = await lookup(name, { all: true, family });
  return [...new Set(found.map((item) => item.address))].sort();
}

function sameChecks(a: MonitorPlan, b: MonitorPlan): boolean {
  return a.probe === b.probe && a.intervalMs === b.intervalMs && a.timeoutMs === b.timeoutMs;
}

function stopHost(item: HostWatch): void {
  if (item.timer !== null) clearTimeout(item.timer);
  item.cancel?.();
}
