import type { StatsRef } from '@weft/telemetry/stats';
import type { CircuitLimits } from '../stream/index.ts';

export interface HostProgram {
  /** `ip:port` or `unix:/path`: identity of the host over reloads. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** Path of a Unix socket, '' for TCP. */
  readonly path: string;
  readonly hostname: string;
  /** 1..128 in files, 1..1000 of discovered services. */
  readonly weight: number;
  /** What it is labelled with; null for most. Its address is a label, too, and needs no entry. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** Index into the shared health column; stable while the host stays in the cluster. */
  readonly slot: number;
}

/** A cluster as plain data. Times in ms. */
export interface ClusterProgram {
  readonly name: string;
  readonly loadBalancer: string;
  readonly loadBalancerConfig: unknown;
  readonly hosts: readonly HostProgram[];
  /** One byte of health flags per slot; each bit has one kind of writer: the control thread or the data threads. */
  readonly health: SharedArrayBuffer;
  /** Use of limited resources, for the whole proxy. */
  readonly resources: SharedArrayBuffer;
  readonly limits: CircuitLimits;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxRequestsPerConnection: number;
  readonly connectionBufferBytes: number;
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  /** A request that finds no host waits so long for some; 0 = not. */
  readonly hostsWaitMs: number;
  /** A host that cannot be connected to is left out so long; 0 = not. */
  readonly connectEjectionMs: number;
  /** Percent of healthy hosts below which health is ignored; 0 = never. */
  readonly protectPercent: number;
  readonly stats: StatsRef;
}

/** Bits of a host's health byte; 0 = healthy. */
export const HealthFlag = { FAILED_ACTIVE_CHECK: 1, FAILED_OUTLIER_CHECK: 2 } as const;
