import { createRandom, type Logger } from '@weft/kit';
import type { ClusterConfig, MosnConfig } from '@weft/schema';
import type { HealthProbe } from '@weft/sdk';
import type { StatsStore } from '@weft/telemetry';
import { type ExtensionCatalog, type ExtensionUse, namesOf, type Program } from '../update/index.ts';
import { ClusterMonitor, type HealthEvent, type MonitorPlan } from './cluster-monitor.ts';
import type { LogFiles } from './log-files.ts';

type ClusterSpec = Program['clusters'][number];

/** Starts health checks and name resolution as a configuration wants them. */
export class HealthWatch {
  readonly #catalog: ExtensionCatalog;
  readonly #logFiles: LogFiles;
  readonly #monitor: ClusterMonitor;
  readonly #plans = new WeakMap<ClusterSpec, MonitorPlan>();
  readonly #probes = new Map<string, { readonly key: string; readonly probe: HealthProbe }>();
  /** Where changes of health are written, by cluster. */
  #eventLogs: ReadonlyMap<string, string> = new Map();

  constructor(parts: {
    readonly catalog: ExtensionCatalog;
    readonly log: Logger;
    readonly stats: StatsStore;
    readonly logFiles: LogFiles;
    /** A name was resolved again. */
    onResolved(name: string, addresses: readonly string[]): void;
  }) {
    this.#catalog = parts.catalog;
    this.#logFiles = parts.logFiles;
    this.#monitor = new ClusterMonitor({
      log: parts.log,
      stats: parts.stats,
      random: createRandom(process.pid),
      onResolved: (_cluster, name, addresses) => parts.onResolved(name, addresses),
      onHealth: (event) => this.#logHealth(event),
    });
  }

  apply(config: MosnConfig, program: Program): void {
    const { clusters } = config.cluster_manager;
    this.#eventLogs = new Map(clusters.map((item) => [item.name, item.health_check?.event_log_path ?? '']));
    const specs = new Map(program.clusters.map((item) => [item.name, item]));
    for (const name of this.#probes.keys()) if (!specs.has(name)) this.#probes.delete(name);
    // Unchecked clusters are told, too: hosts that failed the checks of before come back.
    this.#monitor.apply(
      clusters.map((cluster) => {
        const spec = specs.get(cluster.name) as ClusterSpec;
        return { plan: this.#planOf(cluster, spec), health: spec.health };
      }),
    );
  }

  /** The same object for what has not changed: the monitor passes over it. */
  #planOf(cluster: ClusterConfig, spec: ClusterSpec): MonitorPlan {
    const known = this.#plans.get(spec);
    if (known !== undefined) return known;
    const plan = planOf(cluster, spec, this.#probeOf(spec));
    this.#plans.set(spec, plan);
    return plan;
  }

  close(): void {
    this.#monitor.close();
  }

  /** The same probe as long as its configuration is the same: a reload that changes nothing must not begin the checks anew. */
  #probeOf({ name, healthCheck }: ClusterSpec): HealthProbe | null {
    const use: ExtensionUse | null = healthCheck ?? null;
    if (use === null) return null;
    const key = JSON.stringify(use);
    const known = this.#probes.get(name);
    if (known?.key === key) return known.probe;
    const checker = this.#catalog.get('health-checker', use.name);
    const probe = checker.create(use.config);
    this.#probes.set(name, { key, probe });
    return probe;
  }

  /** A line for every change of health, where the cluster names a file for it; in the format that MOSN writes. */
  #logHealth(event: HealthEvent): void {
    const file = this.#eventLogs.get(event.cluster) ?? '';
    if (!event.changed || file === '') return;
    const line = `time:${new Date().toISOString()},host:${event.host},health_status:${event.healthy},current_result:${event.result},status_changed:${event.changed}`;
    this.#logFiles.write(file, line);
  }
}

function planOf(cluster: ClusterConfig, spec: ClusterSpec, probe: HealthProbe | null): MonitorPlan {
  const check = cluster.health_check;
  return {
    cluster: cluster.name,
    service: check?.service_name || cluster.name,
    hosts: spec.hosts,
    probe,
    timeoutMs: check?.timeout ?? 1000,
    intervalMs: check?.interval ?? 15_000,
    jitterMs: check?.interval_jitter ?? 0,
    initialDelayMs: check?.initial_delay_seconds ?? 1000,
    healthyThreshold: check?.healthy_threshold ?? 1,
    unhealthyThreshold: check?.unhealthy_threshold ?? 1,
    names: namesOf(cluster),
    refreshMs: cluster.dns_refresh_rate,
    family: cluster.dns_lookup_family === 'V6_ONLY' ? 6 : 4,
  };
}
