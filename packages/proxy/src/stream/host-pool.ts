import { IdTable, type ProtocolError, WheelTimer } from '@weft/kit';
import type { CodecLimits, Pooling, Protocol, ResetReason } from '@weft/sdk';
import { UPSTREAM } from '@weft/telemetry/stats';
import type { ConnectTarget, NetContext } from '../net/index.ts';
import { Resource, type ResourceCounters } from './limits.ts';
import { UpstreamConnection } from './upstream-connection.ts';

/** Why a waiting request gets no connection. */
export const PoolFailure = { CONNECT_FAILED: 1, CONNECT_TIMEOUT: 2, OVERFLOW: 3, CLOSED: 4 } as const;
export type PoolFailure = (typeof PoolFailure)[keyof typeof PoolFailure];

/** A request that waits for a connection. Either callback comes once, unless `cancel` was called before. */
export interface PoolWaiter {
  onConnection(connection: UpstreamConnection): void;
  onPoolFailure(failure: PoolFailure, detail: string): void;
}

/** What all pools of one cluster and protocol share; immutable, replaced on reload. */
export interface PoolSettings {
  readonly protocol: Protocol;
  readonly protocolConfig: unknown;
  readonly limits: CodecLimits;
  readonly stats: Float64Array;
  readonly resources: ResourceCounters;
  readonly connectTimeoutMs: number;
  /** 0 = never. */
  readonly idleTimeoutMs: number;
  /** 0 = no limit. */
  readonly maxRequestsPerConnection: number;
  /** Unwritten bytes of one connection over which it takes no new streams. */
  readonly connectionBufferBytes: number;
  /** 0 = no heartbeats. */
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  onProtocolError(error: ProtocolError, target: ConnectTarget): void;
}

/** A multiplexed link is joined by another one only when its credit is used up; more than this many serve nobody. */
const MAX_MULTIPLEX_CONNECTIONS = 32;

/**
 * The connections of one thread to one host over one protocol.
 *
 * `multiplex`: few connections shared by all requests. `ping-pong`: a stack of idle connections, the warmest on top.
 * `bound`: a fresh connection per stream. Requests that find none wait in order, up to the cluster's limit.
 */
export class HostPool {
  readonly context: NetContext;
  readonly target: ConnectTarget;
  settings: PoolSettings;
  /** Connections made or being made by this pool. */
  size = 0;
  /** Called when the number of connections changes, so that balancers can see it. */
  onSize: (size: number) => void = () => {};
  readonly #pooling: Pooling;
  /** Ready connections that may take a stream; for ping-pong only idle ones. */
  readonly #ready: UpstreamConnection[] = [];
  readonly #all = new IdTable<UpstreamConnection>();
  readonly #waiting: PoolWaiter[] = [];
  #connecting = 0;
  /** Places of the cluster's limits that this pool takes. */
  #connectionsHeld = 0;
  #pendingHeld = 0;
  #next = 0;
  #closed = false;
  readonly #idleTimer = new WheelTimer(() => this.#closeIdle());

  constructor(context: NetContext, target: ConnectTarget, settings: PoolSettings) {
    this.context = context;
    this.target = target;
    this.settings = settings;
    this.#pooling = settings.protocol.pooling;
  }

  /** A connection that takes a stream right now, or null after the waiter was queued (or told that it failed). */
  acquire(waiter: PoolWaiter): UpstreamConnection | null {
    const ready = this.#take();
    if (ready !== null) return ready;
    if (this.#closed) {
      waiter.onPoolFailure(PoolFailure.CLOSED, 'the host was removed');
      return null;
    }
    const dialling = this.#mayDial();
    if (!dialling && this.size === 0) {
      this.settings.stats[UPSTREAM.request_pending_overflow]!++;
      waiter.onPoolFailure(PoolFailure.OVERFLOW, 'connection limit of the cluster reached');
      return null;
    }
    if (!this.#enqueue(waiter)) return null;
    if (dialling) {
      this.#dial();
      this.#failStranded();
    }
    return null;
  }

  /** Takes a waiter out of the queue again. */
  cancel(waiter: PoolWaiter): void {
    const at = this.#waiting.indexOf(waiter);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      this.#releasePending();
    }
  }

  /** The host is gone: no new streams; open ones may end. */
  close(): void {
    this.#closed = true;
    this.context.timers.cancel(this.#idleTimer);
    for (const connection of this.#all) {
      if (connection.state === 'connecting') connection.connection.reset();
      else connection.drain();
    }
    this.#failAll(PoolFailure.CLOSED, 'the host was removed');
  }

  get connections(): Iterable<UpstreamConnection> {
    return this.#all;
  }

  /** @internal */
  connected(connection: UpstreamConnection): void {
    this.#connecting--;
    this.#list(connection);
    this.#serve();
    this.#armIdle();
  }

  /** @internal The connection takes no new streams. */
  left(connection: UpstreamConnection): void {
    if (!connection.listed) return;
    connection.listed = false;
    this.#ready.splice(this.#ready.indexOf(connection), 1);
  }

  /** @internal A stream ended or credit came. */
  credit(connection: UpstreamConnection): void {
    if (this.#pooling === 'multiplex') {
      if (this.#waiting.length > 0) this.#serve();
    } else if (connection.available && connection.codec.activeStreams === 0) {
      this.#list(connection);
      if (this.#waiting.length > 0) this.#serve();
    }
    this.#armIdle();
  }

  /** @internal */
  closed(
    connection: UpstreamConnection,
    was: UpstreamConnection['state'],
    reason: ResetReason,
    error: Error | null,
  ): void {
    this.left(connection);
    this.#all.delete(connection.id);
    const { stats } = this.settings;
    this.size--;
    this.#releaseConnections();
    this.onSize(this.size);
    stats[UPSTREAM.connection_active]!--;
    stats[UPSTREAM.connection_close]!++;
    if (was === 'connecting') {
      this.#connecting--;
      stats[UPSTREAM.connection_con_fail]!++;
      const failure = this.#closed
        ? PoolFailure.CLOSED
        : connection.timedOut
          ? PoolFailure.CONNECT_TIMEOUT
          : PoolFailure.CONNECT_FAILED;
      const detail = this.#closed
        ? 'the host was removed'
        : connection.timedOut
          ? 'connect timeout'
          : ((error as NodeJS.ErrnoException | null)?.code ?? `reason ${reason}`);
      if (this.#pooling === 'multiplex') {
        if (this.#ready.length === 0) this.#failAll(failure, detail);
      } else {
        this.#failOne(failure, detail);
      }
    }
    if (this.#waiting.length === 0 || this.#closed) return;
    if (this.#connecting < this.#waiting.length && this.#mayDial()) this.#dial();
    this.#failStranded();
  }

  #list(connection: UpstreamConnection): void {
    if (connection.listed) return;
    connection.listed = true;
    this.#ready.push(connection);
  }

  #take(): UpstreamConnection | null {
    const ready = this.#ready;
    if (this.#pooling !== 'multiplex') {
      while (ready.length > 0) {
        const connection = ready.pop() as UpstreamConnection;
        connection.listed = false;
        if (connection.available) return connection;
      }
      return null;
    }
    for (let i = 0; i < ready.length; i++) {
      if (this.#next >= ready.length) this.#next = 0;
      const connection = ready[this.#next++] as UpstreamConnection;
      if (connection.available) return connection;
    }
    return null;
  }

  #mayDial(): boolean {
    if (this.#pooling === 'multiplex' && (this.#connecting > 0 || this.size >= MAX_MULTIPLEX_CONNECTIONS)) return false;
    const { resources } = this.settings;
    if (!resources.limited(Resource.CONNECTIONS)) return true;
    return resources.count(Resource.CONNECTIONS) < resources.limits.maxConnections;
  }

  #enqueue(waiter: PoolWaiter): boolean {
    const { resources, stats } = this.settings;
    if (resources.limited(Resource.PENDING)) {
      if (!resources.acquire(Resource.PENDING)) {
        stats[UPSTREAM.request_pending_overflow]!++;
        waiter.onPoolFailure(PoolFailure.OVERFLOW, 'pending request limit of the cluster reached');
        return false;
      }
      this.#pendingHeld++;
    }
    this.#waiting.push(waiter);
    return true;
  }

  /** By what is held, not by what is limited now: a reload may have set or lifted the limit in between. */
  #releasePending(): void {
    for (; this.#pendingHeld > this.#waiting.length; this.#pendingHeld--)
      this.settings.resources.release(Resource.PENDING);
  }

  #releaseConnections(): void {
    for (; this.#connectionsHeld > this.size; this.#connectionsHeld--)
      this.settings.resources.release(Resource.CONNECTIONS);
  }

  /** Another thread may have taken the place that was free a moment ago: whoever waits may have nothing to wait for. */
  #failStranded(): void {
    if (this.size > 0 || this.#waiting.length === 0) return;
    this.settings.stats[UPSTREAM.request_pending_overflow]! += this.#waiting.length;
    this.#failAll(PoolFailure.OVERFLOW, 'connection limit of the cluster reached');
  }

  /** Begins a connection if the limit of the cluster has a place for it. */
  #dial(): void {
    const { resources, stats } = this.settings;
    if (resources.limited(Resource.CONNECTIONS)) {
      if (!resources.acquire(Resource.CONNECTIONS)) return;
      this.#connectionsHeld++;
    }
    this.#connecting++;
    this.size++;
    stats[UPSTREAM.connection_total]!++;
    stats[UPSTREAM.connection_active]!++;
    this.#all.set(new UpstreamConnection(this));
    this.onSize(this.size);
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const connection = this.#take();
      if (connection === null) {
        if (this.#connecting < this.#waiting.length && this.#mayDial()) this.#dial();
        return;
      }
      const waiter = this.#waiting.shift() as PoolWaiter;
      this.#releasePending();
      waiter.onConnection(connection);
    }
  }

  #failOne(failure: PoolFailure, detail: string): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) return;
    this.#releasePending();
    waiter.onPoolFailure(failure, detail);
  }

  #failAll(failure: PoolFailure, detail: string): void {
    // A failed waiter may retry here at once: it must not be failed again by this loop.
    for (let count = this.#waiting.length; count > 0; count--) this.#failOne(failure, detail);
  }

  #armIdle(): void {
    const { idleTimeoutMs } = this.settings;
    if (idleTimeoutMs > 0 && !this.#idleTimer.armed && !this.#closed)
      this.context.timers.arm(this.#idleTimer, idleTimeoutMs);
  }

  #closeIdle(): void {
    const { idleTimeoutMs } = this.settings;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const connection of this.#all) {
      if (connection.state !== 'ready' || connection.codec.activeStreams > 0) continue;
      const restMs = connection.idleSince + idleTimeoutMs - this.context.now;
      if (restMs <= 0) connection.drain();
      else nextMs = Math.min(nextMs, restMs);
    }
    if (this.#all.size > 0) this.context.timers.arm(this.#idleTimer, Math.min(nextMs, idleTimeoutMs || 1000));
  }
}
