import type { Clock, Logger } from '@weft/kit';
import type { ServerStream, StreamAcceptor, StreamStatus } from '../transport/stream.ts';
import type { NodeIdentity, NodeInfo, NodeScope } from '../wire/node.ts';
import type { RegistryClientMessage, RegistryServerMessage } from '../wire/registry.ts';
import type { ReportsClientMessage, ReportsServerMessage } from '../wire/telemetry.ts';

/**
 * One version of one resource. Give the same object for the same version: the bytes on the wire are cached by it and
 * shared by all clients.
 */
export interface ResourceValue {
  /** Positive safe integer; higher is newer. A node is never sent a version below one that it had. */
  readonly version: number;
  /** The encoded resource message, without its `Any`; see `encodeDynamicValue`, `encodeServiceEndpoints`. */
  readonly body: Uint8Array;
}

/** The owner of one type of resources. Both methods are asked often and must answer from memory. */
export interface ResourceSource {
  /** What a node that subscribed to `*` receives. */
  names(node: NodeIdentity): Iterable<string>;
  /**
   * What this node has to hold under this name. `undefined`: it does not exist for it, or it may not receive it (scope);
   * a node that held it is sent the removal. `null`: not known yet, such as right after a start; nothing is said, and
   * what the node has stays, until the name is notified again. Gray release answers differently by node.
   */
  get(name: string, node: NodeIdentity): ResourceValue | undefined | null;
}

export interface Receiver {
  readonly node: NodeIdentity;
  /** Newest version sent on this connection; 0 = none. */
  readonly sentVersion: number;
  /** Version that the node holds, by its own word; 0 = none. */
  readonly ackedVersion: number;
  readonly rejected: { readonly version: number; readonly reason: string } | undefined;
  /** Unix milliseconds of the last acknowledgement or rejection; 0 = none yet. */
  readonly atMs: number;
  /** From sending to that answer, milliseconds. */
  readonly elapsedMs: number;
}

export interface ConnectedNode {
  readonly node: NodeIdentity;
  readonly peer: string;
  /** Unix milliseconds. */
  readonly connectedAtMs: number;
  /** Subscribed names by type URL; `*` counts as one. */
  readonly subscriptions: ReadonlyMap<string, number>;
  readonly pending: number;
}

export interface DistributionServerEvents {
  connected?(node: NodeIdentity): void;
  disconnected?(node: NodeIdentity, status: StreamStatus): void;
  subscribed?(node: NodeIdentity, typeUrl: string, names: readonly string[]): void;
  unsubscribed?(node: NodeIdentity, typeUrl: string, names: readonly string[]): void;
  acked?(node: NodeIdentity, typeUrl: string, name: string, version: number, elapsedMs: number): void;
  /** `removed` was acknowledged. */
  removed?(node: NodeIdentity, typeUrl: string, name: string): void;
  rejected?(node: NodeIdentity, typeUrl: string, name: string, version: number, reason: string): void;
  /**
   * A node holds a version above the one that there is for it, or (`had` equals `given`) other content in the same version,
   * as after a backup was restored: it takes nothing but what has a higher number, and was sent nothing.
   */
  ahead?(node: NodeIdentity, typeUrl: string, name: string, had: number, given: number): void;
  /** A digest differed and the difference was sent again. */
  repaired?(node: NodeIdentity, typeUrl: string, names: number): void;
}

export type AuthResult =
  | { readonly kind: 'accepted'; readonly scope: NodeScope }
  | ({ readonly kind: 'refused' } & AuthRefusal);

/** Why credentials were refused, in a word and in a sentence for the peer. */
export interface AuthRefusal {
  readonly cause: 'no-key' | 'incomplete' | 'clock' | 'unknown-key' | 'signature' | 'not-opened' | 'not-started';
  readonly reason: string;
  /** With `clock`: how far it is off. */
  readonly skewMs?: number;
}

/** `node` is what the peer says of itself (in its headers, or in its first request); undefined when it said nothing yet. */
export type Authenticate = (stream: ServerStream, node: NodeInfo | undefined) => AuthResult | Promise<AuthResult>;

/** One open typed stream (registry session or reports), server side. */
export interface ServerPeer<Out> {
  readonly node: NodeIdentity;
  readonly peer: string;
  /** False: the peer does not keep up; the message is queued all the same, up to `maxQueued`, then the stream is closed. */
  send(message: Out): boolean;
  close(status: StreamStatus): void;
}

export interface PeerHandler<In> {
  message(message: In): void;
  closed(status: StreamStatus): void;
}

export type StreamService<In, Out> = (peer: ServerPeer<Out>) => PeerHandler<In>;

export interface DistributionLimits {
  /** Streams of nodes at once. Default 20 000; beyond: `resource_exhausted`. */
  readonly maxClients: number;
  /** Subscribed names per client over all types. Default 20 000; beyond: the stream ends with `resource_exhausted`. */
  readonly maxNamesPerClient: number;
  /** Bytes of one resource name. Default 2048. */
  readonly maxNameBytes: number;
  /** Bytes of one response; a larger set is split. One resource above it is not sent and logged. Default 4 MiB. */
  readonly maxMessageBytes: number;
  /** Pushes begun per second over all clients. Default 20 000. */
  readonly pushRatePerSecond: number;
  /** Pushes sent and not yet answered, over all clients; a slot counts for 1 s at most. Default 1000. */
  readonly maxConcurrentPushes: number;
  /** An unanswered push ends the stream after that long. Default 60 000 ms. */
  readonly ackTimeoutMs: number;
  /** New streams per second, and burst. Default 400. */
  readonly connectionsPerSecond: number;
  /** How long a new stream waits for its turn before it is refused with `unavailable`. Default 5000 ms. */
  readonly connectionWaitMs: number;
  /** Messages queued to a slow peer of a typed stream. Default 1000. */
  readonly maxQueued: number;
}

export type TunableLimits = Pick<
  DistributionLimits,
  'maxConcurrentPushes' | 'connectionsPerSecond' | 'connectionWaitMs' | 'maxClients'
>;

export interface DistributionServerOptions {
  readonly authenticate: Authenticate;
  readonly registry?: StreamService<RegistryClientMessage, RegistryServerMessage>;
  readonly reports?: StreamService<ReportsClientMessage, ReportsServerMessage>;
  readonly events?: DistributionServerEvents;
  readonly limits?: Partial<DistributionLimits>;
  /** Said in `control_plane.identifier`. */
  readonly identifier?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
}

export interface DistributionStats {
  readonly clients: number;
  readonly pendingNames: number;
  readonly inFlight: number;
  readonly pushesTotal: number;
  readonly resourcesTotal: number;
  readonly bytesTotal: number;
  readonly ackedTotal: number;
  readonly rejectedTotal: number;
  readonly repairsTotal: number;
  readonly refusedTotal: number;
  readonly oversizedTotal: number;
  readonly regressionsTotal: number;
}

export interface DistributionServer {
  /** Give this to `createGrpcListener` or a memory network. */
  readonly accept: StreamAcceptor;
  /** Once per type URL. */
  defineType(typeUrl: string, source: ResourceSource): void;
  /**
   * What the source answers for these names may have changed. Cheap: marks them; the merged push follows as soon as the
   * client has answered the one before. `urgent` passes a freeze.
   */
  notify(typeUrl: string, names: Iterable<string>, options?: { readonly urgent?: boolean }): void;
  /** Sends a resource again to the nodes that have not acknowledged it, also to those that rejected it. Returns how many. */
  resend(typeUrl: string, name: string, affected: (node: NodeIdentity) => boolean): number;
  /** The same for all names and only these nodes: a scope or gray step changed. */
  notifyNodes(typeUrl: string, affected: (node: NodeIdentity) => boolean): void;
  /** Every connected node that subscribed to the name. */
  receivers(typeUrl: string, name: string): readonly Receiver[];
  nodes(): readonly ConnectedNode[];
  /** Changes are kept and not pushed (first answers to new subscriptions are). Without a type: all types. */
  freeze(typeUrl?: string): void;
  thaw(typeUrl?: string): void;
  readonly frozen: ReadonlySet<string>;
  /** The same for some nodes only; asked often. Replaces what was said before for the type, null ends it. Call it again when the answers change. */
  freezeNodes(typeUrl: string, affected: ((node: NodeIdentity) => boolean) | null): void;
  /** Ends the streams of these nodes, e.g. because their key was disabled. Returns how many. */
  disconnect(affected: (node: NodeIdentity) => boolean, status: StreamStatus): number;
  stats(): DistributionStats;
  /** As they are now. */
  readonly limits: Readonly<DistributionLimits>;
  /** Changes limits while it runs: who is connected stays, what waits is judged by the new ones. */
  tune(changes: Partial<TunableLimits>): void;
  /** Refuses new streams and ends all, telling each client when to come back, spread over `spreadMs` (default 5000). */
  stop(options?: { readonly spreadMs?: number }): void;
}
