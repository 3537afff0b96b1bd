import type { Deadline } from '@weft/kit';
import { type ClientStream, type HeaderMap, ResetReason, type ResponseHead, type StreamSink } from '@weft/sdk';
import { recordUpstreamDuration, UPSTREAM } from '@weft/telemetry/stats';
import type { Cluster, Host, ProtocolBinding } from '../cluster/index.ts';
import type { NetContext } from '../net/index.ts';
import {
  type HostPool,
  type PoolFailure,
  type PoolWaiter,
  Resource,
  type UpstreamConnection,
} from '../stream/index.ts';

/** Who wants the answer of an attempt. */
export interface AttemptOwner {
  readonly context: NetContext;
  /** The attempt has its stream. */
  attemptReady(attempt: Attempt, stream: ClientStream): void;
  attemptUnconnected(attempt: Attempt, failure: PoolFailure, detail: string): void;
  attemptReset(attempt: Attempt, reason: ResetReason): void;
  attemptTimedOut(attempt: Attempt): void;
  requestMayFlow(): void;
  respondInformational(head: ResponseHead): void;
  respondHead(attempt: Attempt, head: ResponseHead, end: boolean): void;
  respondData(chunk: Uint8Array, end: boolean): void;
  respondTrailers(trailers: HeaderMap): void;
  /** Head and content at once; false when they are wanted one behind the other. */
  respondWhole?(attempt: Attempt, head: ResponseHead, bytes: Buffer, start: number, end: number): boolean;
}

/**
 * One try to get an answer from one host: waits for a connection, sends, receives. It reports to its owner, which
 * decides whether another attempt follows.
 */
export class Attempt implements StreamSink, PoolWaiter, Deadline {
  readonly cluster: Cluster;
  readonly host: Host;
  stream: ClientStream | null = null;
  connection: UpstreamConnection | null = null;
  /** Something of the request may have reached the host. */
  sent = false;
  /** Something of the response arrived. */
  answered = false;
  /** Monotonic ms when the head was sent. */
  startedAt = 0;
  deadlineIndex = -1;
  dueAt = 0;
  readonly #owner: AttemptOwner;
  #pool: HostPool | null = null;
  #counted = false;
  #over = false;

  constructor(owner: AttemptOwner, cluster: Cluster, host: Host) {
    this.#owner = owner;
    this.cluster = cluster;
    this.host = host;
  }

  /** Takes a place of the cluster's request limit; false when there is none. */
  admit(): boolean {
    const { resources, stats, usage } = this.cluster;
    if (resources.limited(Resource.REQUESTS)) {
      if (!resources.acquire(Resource.REQUESTS)) {
        stats[UPSTREAM.request_pending_overflow]!++;
        return false;
      }
      this.#counted = true;
    }
    usage.requests++;
    this.host.active++;
    stats[UPSTREAM.request_total]!++;
    stats[UPSTREAM.request_active]!++;
    return true;
  }

  /** Gets a connection; true when the request was sent within this call. */
  start(binding: ProtocolBinding, tryTimeoutMs: number): boolean {
    if (tryTimeoutMs > 0) {
      const { context } = this.#owner;
      context.deadlines.set(this, context.now + tryTimeoutMs);
    }
    const pool = this.cluster.pool(this.host, binding);
    this.#pool = pool;
    const connection = pool.acquire(this);
    if (connection === null) return false;
    this.onConnection(connection);
    return true;
  }

  onConnection(connection: UpstreamConnection): void {
    if (this.#over) return;
    this.#pool = null;
    this.connection = connection;
    this.startedAt = this.#owner.context.now;
    const stream = connection.open(this);
    // A sink callback may already have ended this attempt from within `open`.
    if (this.#over) {
      stream.reset(ResetReason.LOCAL_RESET);
      return;
    }
    this.stream = stream;
    this.#owner.attemptReady(this, stream);
  }

  onPoolFailure(failure: PoolFailure, detail: string): void {
    if (this.#over) return;
    this.#pool = null;
    this.#owner.attemptUnconnected(this, failure, detail);
  }

  onInformational(head: ResponseHead): void {
    if (!this.#over) this.#owner.respondInformational(head);
  }

  onHead(head: ResponseHead, end: boolean): void {
    if (this.#over) return;
    this.answered = true;
    this.#owner.context.deadlines.remove(this);
    this.#owner.respondHead(this, head, end);
  }

  onData(chunk: Uint8Array, end: boolean): void {
    if (this.#over) return;
    this.answered = true;
    this.#owner.respondData(chunk, end);
  }

  onWhole(head: ResponseHead, bytes: Buffer, start: number, end: number): void {
    if (this.#over) return;
    const owner = this.#owner;
    if (owner.respondWhole !== undefined) {
      this.answered = true;
      owner.context.deadlines.remove(this);
      if (owner.respondWhole(this, head, bytes, start, end)) return;
    }
    this.onHead(head, false);
    this.onData(bytes.subarray(start, end), true);
  }

  onTrailers(trailers: HeaderMap): void {
    if (!this.#over) this.#owner.respondTrailers(trailers);
  }

  onReset(reason: ResetReason): void {
    if (this.#over) return;
    const { stats } = this.cluster;
    if (reason === ResetReason.LOCAL_RESET) stats[UPSTREAM.request_local_reset]!++;
    else stats[UPSTREAM.request_remote_reset]!++;
    if (reason === ResetReason.CONNECTION_LOST) stats[UPSTREAM.connection_remote_close_with_active_request]!++;
    this.stream = null;
    this.#owner.attemptReset(this, reason);
  }

  onWritable(): void {
    if (!this.#over) this.#owner.requestMayFlow();
  }

  /** Stops waiting and gives the stream up. Call `release` afterwards. */
  abort(reason: ResetReason): void {
    this.#pool?.cancel(this);
    this.#pool = null;
    const { stream } = this;
    this.stream = null;
    this.#over = true;
    stream?.reset(reason);
  }

  /** Returns everything that the attempt counted. Called exactly once. */
  release(success: boolean): void {
    this.#over = true;
    this.#owner.context.deadlines.remove(this);
    const { resources, stats, usage } = this.cluster;
    if (this.#counted) resources.release(Resource.REQUESTS);
    usage.requests--;
    this.host.active--;
    stats[UPSTREAM.request_active]!--;
    if (success) stats[UPSTREAM.response_success]!++;
    else stats[UPSTREAM.response_failed]!++;
    if (this.startedAt > 0) recordUpstreamDuration(stats, this.#owner.context.now - this.startedAt);
  }

  /** The time of this try is over. */
  onDeadline(): void {
    this.#owner.attemptTimedOut(this);
  }
}
