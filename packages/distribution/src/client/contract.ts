import type { Clock, Logger, Random } from '@weft/kit';
import type { SnapshotStore } from '../snapshot/contract.ts';
import type { ClientTransport, StreamStatus } from '../transport/stream.ts';
import type { NodeInfo } from '../wire/node.ts';
import type { Publication } from '../wire/registry.ts';
import type { ResourceType } from '../wire/resources.ts';
import type { AdminAnswer, AdminQuery, AskVerdict, Report, RuleAsk } from '../wire/telemetry.ts';

export interface Credentials {
  /** Id of the access key. */
  readonly accessKey: string;
  readonly secret: string;
}

/**
 * connecting → ready → (lost) waiting → connecting …; `closed` by `close()`. `refused` is `waiting` after the server said
 * that the credentials are wrong: it goes on trying, at the longest interval.
 */
export type LinkState = 'connecting' | 'ready' | 'waiting' | 'refused' | 'closed';

export interface LinkOptions {
  /** `HOST:PORT`, one or several; one is chosen at random per attempt, never the same twice in a row if there are others. */
  readonly addresses: readonly string[];
  readonly node: NodeInfo;
  readonly credentials?: Credentials;
  readonly transport: ClientTransport;
  /** Full jitter between 0 and a bound that doubles from `minMs` to `maxMs`. Defaults 1000 and 30 000. */
  readonly backOff?: { readonly minMs: number; readonly maxMs: number };
  /** A connection that is not ready by then has failed. Default 10 000 ms. */
  readonly connectTimeoutMs?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Logger;
}

/** Who speaks over a stream of a link. */
export interface LinkUser {
  /** A new stream is open; `send` and `finish` as in `MessageStream`. */
  open(stream: LinkStream): void;
  message(bytes: Uint8Array): void;
  drain(): void;
  /** The stream has ended; another follows. */
  end(status: StreamStatus): void;
}

export interface LinkStream {
  send(bytes: Uint8Array): boolean;
  finish(): void;
  /** Ends it; another follows after a back-off. For a peer that breaks the protocol. */
  abort(reason: string): void;
}

/** The one connection to the control plane; the distribution client, registry session and report stream share it. */
export interface Link {
  readonly state: LinkState;
  /** Address in use or tried last. */
  readonly address: string;
  /** Why it is not ready; '' when it is. */
  readonly reason: string;
  readonly attempts: number;
  /** Unix milliseconds of the last change of state. */
  readonly sinceMs: number;
  onState(listener: (state: LinkState, reason: string) => void): () => void;
  /** Drops the connection and makes another at once. */
  reconnect(): void;
  /** Drops the connection and stays away for so long, as the server asked. */
  retreat(afterMs: number, reason: string): void;
  /**
   * Keeps one stream of this method open for as long as the connection stands, and again after every reconnect. Returns
   * how to stop that, without ending the stream in an orderly way: see `LinkUser.open`.
   */
  attach(method: string, user: LinkUser): () => void;
  close(): void;
}

export interface ReceivedResource<T> {
  readonly name: string;
  readonly version: number;
  readonly value: T;
}

export interface ResourceUpdate<T> {
  readonly updated: readonly ReceivedResource<T>[];
  readonly removed: readonly string[];
  /** `snapshot`: from disk, before or without a server. */
  readonly origin: 'server' | 'snapshot';
  /** When it arrived, by the clock of the client, ms: updates wait for those before them. */
  readonly receivedAtMs: number;
}

/** Not applied: the value before stays in force, and the server is told. */
export interface Rejection {
  readonly name: string;
  /** With the JSON path of what is wrong, where there is one. */
  readonly reason: string;
}

/**
 * Applies an update and returns what it could not apply; all others count as applied. It is called again only after it
 * has finished. Throwing (or a rejected promise) rejects all resources of the update.
 */
export type Apply<T> = (update: ResourceUpdate<T>) => readonly Rejection[] | Promise<readonly Rejection[]>;

export interface Subscription {
  add(names: readonly string[]): void;
  /** The names are forgotten at once, without a call of `apply`. */
  remove(names: readonly string[]): void;
  readonly names: ReadonlySet<string>;
}

export interface AppliedResource {
  readonly name: string;
  readonly version: number;
  readonly origin: 'server' | 'snapshot';
  /** Unix milliseconds of acceptance. */
  readonly atMs: number;
  readonly rejected: { readonly version: number; readonly reason: string } | undefined;
}

export interface DistributionClientOptions {
  readonly link: Link;
  /** Values held over a restart; without one nothing is written. */
  readonly snapshot?: SnapshotStore;
  /** How often the digest of what is held goes to the server. Default 60 000 ms. */
  readonly digestIntervalMs?: number;
  /** An accepted change is on disk at most this long after. Default 2000 ms. */
  readonly saveDelayMs?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Logger;
}

export interface ClientStats {
  readonly updatesTotal: number;
  readonly rejectedTotal: number;
  readonly ignoredOldTotal: number;
  readonly repairsTotal: number;
  readonly reconnectsTotal: number;
}

export interface DistributionClient {
  /**
   * One per type; `names` may hold `*` for all that the node may have. Values of the snapshot are applied before this
   * returns (or before its promise work ends, if `apply` is asynchronous), then the server's as they come.
   */
  subscribe<T>(
    type: ResourceType<T>,
    names: readonly string[],
    apply: Apply<T>,
    options?: { /** Default true. False for what must never be on disk. */ readonly persist?: boolean },
  ): Subscription;
  /** What is held of a type. */
  applied(typeUrl: string): readonly AppliedResource[];
  /** SHA-256 in hex over the sorted lines `name=version\n` of what is held of a type. */
  digest(typeUrl: string): string;
  stats(): ClientStats;
  /** Writes the snapshot now; resolves when it is on disk. */
  save(): Promise<void>;
  /** Resolves after a pending save. The link is not closed. */
  close(): Promise<void>;
}

export interface RegistrySessionOptions {
  readonly link: Link;
  /** Same over reconnects of one process, so that the lease goes on. Default a random UUID. */
  readonly sessionId?: string;
  /** Default 10. */
  readonly leaseSeconds?: number;
  /** Default 3000 ms. */
  readonly renewIntervalMs?: number;
  /** What rules ask for now: said at the beginning of each connection, before what is published. Default nothing. */
  asks?(): readonly RuleAsk[];
  readonly events?: {
    accepted?(registId: string, version: number): void;
    refused?(registId: string, reason: string): void;
  };
  readonly clock?: Clock;
  readonly log?: Logger;
}

export type PublicationState = 'waiting' | 'accepted' | 'refused';

export interface RegistrySession {
  readonly sessionId: string;
  /** Kept and sent again after every reconnect until `unpublish`; the same registId replaces. Bounded to 10 000: throws beyond. */
  publish(publication: Publication): void;
  unpublish(registId: string): void;
  publications(): readonly {
    readonly publication: Publication;
    readonly state: PublicationState;
    readonly reason: string;
  }[];
  /** How long the registry has not answered what it was asked, ms; 0 when it owes no answer. */
  readonly silentMs: number;
  /** Unpublishes everything (waits until that is written, 1 s at most) and ends the stream. */
  close(): Promise<void>;
}

export interface ReportStreamOptions {
  readonly link: Link;
  /** Answers a read-only question; the caller keeps the allow-list. Throwing answers 500. */
  readonly onAdminQuery?: (query: AdminQuery) => AdminAnswer | Promise<AdminAnswer>;
  /** Told of what the control plane says to the asks of rules; must not throw. */
  readonly onVerdicts?: (verdicts: readonly AskVerdict[]) => void;
  /** Reports kept while there is no connection; the oldest are dropped and counted. Default 60. */
  readonly maxQueued?: number;
  readonly clock?: Clock;
  readonly log?: Logger;
}

export interface ReportStream {
  report(report: Report): void;
  readonly droppedTotal: number;
  close(): void;
}
