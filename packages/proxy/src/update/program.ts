import type { CodecLimits, TerminalPlan } from '@weft/sdk';
import type { StatsRef } from '@weft/telemetry/stats';
import type { ClusterProgram, HostProgram } from '../cluster/index.ts';
import type { RecordSettings } from '../governance/recorder.ts';
import type { RouterProgram } from '../route/index.ts';
import type { PackedHosts } from './packed-hosts.ts';

/** A protocol or filter with its configuration, validated on the control thread. */
export interface ExtensionUse {
  readonly name: string;
  readonly config: unknown;
}

/** Where an entry of `mappings` came from. */
export type MappingOrigin =
  | { readonly from: 'configuration'; readonly name: string; readonly index: number }
  | { readonly from: 'file'; readonly name: string; readonly file: string; readonly index: number }
  | {
      readonly from: 'rule';
      readonly name: string;
      readonly ruleDbId: number;
      readonly dataId: string;
      readonly version: number;
      /** Of the rule itself; 0 where that is not known. */
      readonly ruleVersion: number;
      /** Which of the proxy's own it takes the place of, in words; missing where there is none. */
      readonly instead?: string;
    };

/** A transcoder that a filter uses. */
export interface TranscoderProgram extends ExtensionUse {
  /** Protocol that calls go out with. */
  readonly protocol: string;
  readonly maxBodyBytes: number;
  /** Where each of the `mappings` in its configuration came from. */
  readonly origins: readonly MappingOrigin[];
  /** The mappings that it is to use have not come yet: it takes no call. */
  readonly waiting: boolean;
}

export interface FilterUse extends ExtensionUse {
  /** A list for each use that the filter names, in its order. */
  readonly transcoders: readonly (readonly TranscoderProgram[])[];
}

export interface AccessLogProgram {
  /** Index of the file in the proxy's list of log files. */
  readonly fileIndex: number;
  readonly format: string;
}

/** A listener as plain data. Times in ms. */
export interface ListenerProgram {
  readonly name: string;
  readonly digest: string;
  readonly type: string;
  readonly host: string;
  readonly port: number;
  /** The address is opened; otherwise only handed-over connections arrive. */
  readonly bound: boolean;
  readonly stats: StatsRef;
  /** In the order of detection. */
  readonly protocols: readonly ExtensionUse[];
  readonly detects: boolean;
  readonly fallback: ExtensionUse | null;
  readonly routerName: string;
  readonly addressRoutes: TerminalPlan['routes'];
  readonly filters: readonly FilterUse[];
  readonly accessLogs: readonly AccessLogProgram[];
  readonly idleTimeoutMs: number;
  readonly tunnelIdleTimeoutMs: number;
}

export interface SettingsProgram {
  readonly detectTimeoutMs: number;
  readonly detectMaxBytes: number;
  readonly headTimeoutMs: number;
  /** Requests are counted by the service that they are for. */
  readonly countsEdges: boolean;
  /** What is remembered of requests; null: nothing. */
  readonly record: RecordSettings | null;
  /** A control plane sends governance rules: their code is loaded before the first of them comes. */
  readonly expectsRules: boolean;
  readonly retryBufferBytes: number;
  readonly streamBufferBytes: number;
  readonly connectionBufferBytes: number;
  readonly maxConnections: number;
  readonly limits: CodecLimits;
  /** Protocols that routes may name for upstreams, with their default configuration. */
  readonly upstreamProtocols: readonly ExtensionUse[];
}

/** A cluster of which nothing but the hosts is new: the rest is what the thread has. */
export interface RehostedCluster {
  readonly name: string;
  readonly hosts: readonly HostProgram[];
}

/** What changes from one program to the next; what is not named stays as it is. */
export interface ProgramUpdate {
  readonly generation: number;
  readonly settings: SettingsProgram;
  readonly routers: readonly RouterProgram[];
  readonly removedRouters: readonly string[];
  readonly clusters: readonly (ClusterProgram | RehostedCluster)[];
  /** The hosts of `clusters` where they are many; those of the clusters themselves are empty then. */
  readonly hosts: PackedHosts | null;
  readonly removedClusters: readonly string[];
  readonly listeners: readonly ListenerProgram[];
  readonly removedListeners: readonly string[];
}
