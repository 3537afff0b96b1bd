import type { AddressClusters, Cluster, ProtocolBinding } from '../cluster/index.ts';
import type { FilterChain } from '../filter/index.ts';
import type { RuleChain } from '../governance/chain.ts';
import type { NetContext } from '../net/index.ts';
import type { RouteTable } from '../route/index.ts';
import type { CopyRests } from './copy-rests.ts';
import type { ConnectionPlan, DownstreamConnection } from './downstream-connection.ts';
import type { EdgeRecorder } from './edge-recorder.ts';
import type { ExchangeRecord } from './exchange-record.ts';

/** What the exchanges of one thread share. */
export interface DataPlane {
  readonly context: NetContext;
  readonly random: () => number;
  /** Cells of the thread as a whole. */
  readonly process: Float64Array;
  cluster(name: string): Cluster | undefined;
  /** Hosts that are given by their addresses. */
  readonly addressClusters: AddressClusters;
  /** Hosts that copies leave alone. */
  readonly copyRests: CopyRests;
  /** The binding of a protocol that a route names; undefined when it is unknown. */
  protocol(name: string): ProtocolBinding | undefined;
  /** Most bytes of a request body that are kept for a retry. */
  retryBufferBytes: number;
  /** Most bytes of one stream, or of one downstream connection, that wait for a slow peer. */
  streamBufferBytes: number;
  connectionBufferBytes: number;
  onFilterFault(filter: string, error: unknown): void;
  /** A caller broke a protocol or was not understood; for the log. `bytes`: what it began with, where that was not understood. */
  onPeerError(message: string, connection: DownstreamConnection, bytes?: Buffer): void;
}

/** Writes the line of a finished exchange. */
export interface AccessLogger {
  log(exchange: ExchangeRecord): void;
}

/** What the exchanges of one listener share; replaced as a whole when the listener's configuration changes. */
export interface ListenerRuntime {
  readonly name: string;
  readonly port: number;
  /** `ingress`, `egress` or ''. */
  readonly type: string;
  readonly stats: Float64Array;
  readonly chain: FilterChain;
  /** Governance rules of the listener's direction; null where none can act. */
  readonly rules: RuleChain | null;
  /** Counts requests by service; null where nobody asks. */
  readonly edges: EdgeRecorder | null;
  /** Routing for protocols with requests; null for fixed routing by address. */
  routes(): RouteTable | null;
  /** Cluster by the addresses of a connection, for protocols without requests; '' when none matches. */
  addressRoute(remoteAddress: string, localAddress: string): string;
  readonly accessLogs: readonly AccessLogger[];
  /** A log or filter reads heads after their callback: they are copied then. */
  readonly keepsHeads: boolean;
  readonly plan: ConnectionPlan;
}
