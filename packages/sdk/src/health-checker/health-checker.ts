import type { JsonSchema } from '../schema.ts';

export interface HealthTarget {
  /** IP address or host name. */
  readonly host: string;
  readonly port: number;
  /** Path of a Unix socket instead of host and port; '' otherwise. */
  readonly path: string;
  /** Name of the host for the Host header; '' when it has none. */
  readonly hostname: string;
}

export interface HealthResult {
  readonly healthy: boolean;
  /** What was seen, for the event log: `200`, `timeout`, `ECONNREFUSED`. */
  readonly detail: string;
}

/** Probes one host. Runs on the control thread. */
export interface HealthProbe {
  /** Starts one check and calls `done` exactly once, also on timeout. Returns a function that gives the check up without `done`. */
  check(target: HealthTarget, timeoutMs: number, done: (result: HealthResult) => void): () => void;
}

export interface HealthChecker<Config = unknown> {
  readonly kind: 'health-checker';
  /** The name in `health_check.protocol`; compared without case. */
  readonly name: string;
  readonly schema: JsonSchema;
  create(config: Config): HealthProbe;
}

export function defineHealthChecker<Config>(definition: Omit<HealthChecker<Config>, 'kind'>): HealthChecker<Config> {
  return Object.freeze({ kind: 'health-checker' as const, ...definition });
}
