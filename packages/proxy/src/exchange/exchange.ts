/*
 * Over 500 lines on purpose: this is the one state machine of a request, and its transitions read best side by side.
 */
import { type ErrorCode, WheelTimer } from '@weft/kit';
import {
  type ClientStream,
  type HeaderMap,
  type LocalReply,
  type RequestHead,
  ResetReason,
  type ResponseFlagName,
  type ResponseHead,
  type ServerStream,
  type StreamContext,
  type StreamFilter,
  type StreamSink,
  Verdict,
} from '@weft/sdk';
import { DOWNSTREAM, PROCESS, recordDownstreamRequest, UPSTREAM } from '@weft/telemetry/stats';
import type { Cluster, Host } from '../cluster/index.ts';
import type { StreamFilters } from '../filter/index.ts';
import { type Connection, type NetContext, Pressure } from '../net/index.ts';
import { type ForwardProgram, type Route, redirectLocation, rewriteRequest } from '../route/index.ts';
import { PoolFailure } from '../stream/index.ts';
import { Attempt } from './attempt.ts';
import type { DataPlane, ListenerRuntime } from './environment.ts';
import { Flag } from './flags.ts';
import { localText } from './local-text.ts';
import { RequestBody } from './request-body.ts';
import { giveRetry, RETRY_PAUSE_MS, retriesStatus, safeToRepeat, takeRetry } from './retry.ts';
import { readerOf, readVariable, writeVariable } from './variables.ts';

/** Limit of the time to the response head where the route says nothing, ms. */
export const DEFAULT_TIMEOUT_MS = 60_000;
/** A request may go back to an earlier phase this often. */
const MAX_REENTRIES = 10;

const Phase = { BEFORE_ROUTE: 0, ROUTE: 1, AFTER_ROUTE: 2, CHOOSE_HOST: 3, AFTER_CHOOSE_HOST: 4, SEND: 5 } as const;
type Phase = (typeof Phase)[keyof typeof Phase];

/**
 * The life of one request, from its head to its last byte, whatever the protocols on both sides.
 *
 *     BEFORE_ROUTE ─► ROUTE ─► AFTER_ROUTE ─► CHOOSE_HOST ─► AFTER_CHOOSE_HOST ─► SEND ─► response ─► complete
 *          │            │           │              ▲  │              │               │
 *          └─ a filter or a lack of route, host or room answers locally              └─ a failed attempt goes back to
 *                                                                                       CHOOSE_HOST while retries last
 *
 * Everything is synchronous: a filter that must wait returns PAUSE and calls `resume()`. Two directions flow
 * independently: the request's into the upstream stream (`onData`, `onTrailers`), the response's into the downstream
 * stream (`respond…`). Whatever ends the exchange passes through `#finish` exactly once.
 */
export class Exchange implements StreamSink, StreamContext {
  readonly plane: DataPlane;
  readonly listener: ListenerRuntime;
  readonly stream: ServerStream;
  /** Unsent bytes of the response over which the upstream pauses; the high mark of the downstream codec. */
  readonly #downstreamMark: number;
  readonly connection: Connection;
  readonly request: RequestHead;
  response: ResponseHead | null = null;
  route: Route | null = null;
  cluster: Cluster | null = null;
  host: Host | null = null;
  /** Attempts so far minus one. */
  attempt = 0;
  /** HTTP-like status of the answer; 0 while there is none. */
  status = 0;
  flags = 0;
  /** Body bytes in each direction. */
  bytesReceived = 0;
  bytesSent = 0;
  /** Monotonic ms: head received, request sent, response head received, end. */
  readonly startedAt: number;
  sentAt = 0;
  respondedAt = 0;
  finishedAt = 0;
  /** Why the upstream failed, for the log. */
  failureDetail = '';
  /** Variables that filters have set. */
  variables: Map<string, string> | null = null;

  #filters: StreamFilters | null = null;
  #phase: Phase = Phase.BEFORE_ROUTE;
  #filterIndex = 0;
  #paused = false;
  #reentries = 0;
  #held = false;
  #prepared = false;
  #requestEnded: boolean;
  #responded = false;
  #responseEnded = false;
  #responsePaused = false;
  #tunnel: boolean;
  #done = false;
  #body: RequestBody | null = null;
  #current: Attempt | null = null;
  #tried: Host[] | null = null;
  /** Holds a place of this cluster's retry budget. */
  #retryCluster: Cluster | null = null;
  #timer: WheelTimer | null = null;
  #wholeTimeout = false;
  #retryTimer: WheelTimer | null = null;
  #filterTimers: WheelTimer[] | null = null;
  /** Monotonic ms that the proxy itself worked on this request. */
  #ownMs = 0;

  constructor(
    plane: DataPlane,
    listener: ListenerRuntime,
    connection: Connection,
    stream: ServerStream,
    request: RequestHead,
    end: boolean,
    highWaterBytes: number,
  ) {
    this.plane = plane;
    this.listener = listener;
    this.connection = connection;
    this.#downstreamMark = highWaterBytes;
    this.stream = stream;
    this.request = request;
    this.startedAt = plane.context.now;
    this.#requestEnded = end;
    // Bytes without requests (TCP) are a tunnel from the start: either side may end first.
    this.#tunnel = request.family === 'raw';
  }

  get context(): NetContext {
    return this.plane.context;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Monotonic ms of the proxy's own work so far. */
  get ownMs(): number {
    return this.#ownMs;
  }

  get upstream(): Attempt | null {
    return this.#current;
  }

  // ── request side ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Starts the exchange; `stream.sink` is this object from now on. */
  begin(): void {
    this.stream.sink = this;
    const { stats, chain } = this.listener;
    stats[DOWNSTREAM.request_total]!++;
    stats[DOWNSTREAM.request_active]!++;
    const { process } = this.plane;
    process[PROCESS.exchanges_total]!++;
    process[PROCESS.exchanges_active]!++;
    if (this.listener.keepsHeads) this.request.keep();
    if (this.context.pressure === Pressure.HARD) {
      process[PROCESS.hard_mark_shed]!++;
      this.fail('overloaded', 503, Flag.Overloaded);
      return;
    }
    if (!chain.empty) {
      this.#filters = chain.create();
      if (this.#filters !== null) this.request.keep();
    }
    this.#run();
  }

  onInformational(): void {}

  onHead(): void {}

  onData(chunk: Uint8Array, end: boolean): void {
    if (this.#done) return;
    this.bytesReceived += chunk.length;
    if (end) this.#requestEnded = true;
    if (this.#filters !== null && !this.#filterRequestData(chunk, end)) return;
    const stream = this.#current?.stream;
    if (stream === null || stream === undefined) {
      this.#storeBody(chunk);
      return;
    }
    if (this.#body !== null) this.#storeForRetry(chunk);
    stream.sendData(chunk, end);
    if (end) this.#requestEnd();
    else if (stream.bufferedBytes > this.#upstreamMark()) this.#pushUpstream(stream);
  }

  onTrailers(trailers: HeaderMap): void {
    if (this.#done) return;
    this.#requestEnded = true;
    const stream = this.#current?.stream;
    if (stream === null || stream === undefined) {
      this.#body ??= new RequestBody(this.context);
      this.#body.setTrailers(trailers);
      return;
    }
    this.#body?.setTrailers(trailers);
    stream.sendTrailers(trailers);
    this.#requestEnd();
  }

  /** The caller is gone. */
  onReset(_reason: ResetReason): void {
    if (this.#done) return;
    this.listener.stats[DOWNSTREAM.request_reset]!++;
    this.flags |= Flag.DownStreamTerminate;
    if (this.status === 0) this.status = 499;
    this.#finish(false);
  }

  /** The caller can take more of the response. */
  onWritable(): void {
    if (!this.#responsePaused) return;
    this.#responsePaused = false;
    this.#current?.stream?.resume();
  }

  // ── phases ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #run(): void {
    while (!this.#done) {
      switch (this.#phase) {
        case Phase.BEFORE_ROUTE:
        case Phase.AFTER_ROUTE:
        case Phase.AFTER_CHOOSE_HOST:
          if (this.#filters !== null && !this.#runFilters(this.#filters)) return;
          this.#enter((this.#phase + 1) as Phase);
          break;
        case Phase.ROUTE:
          if (!this.#matchRoute()) return;
          this.#phase = Phase.AFTER_ROUTE;
          break;
        case Phase.CHOOSE_HOST:
          if (!this.#chooseHost()) return;
          this.#enter(Phase.AFTER_CHOOSE_HOST);
          break;
        default:
          this.#send();
          return;
      }
    }
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#filterIndex = 0;
  }

  /** Runs the filters of this phase from `#filterIndex` on; false when the run ends here for now. */
  #runFilters(filters: StreamFilters): boolean {
    while (this.#filterIndex < filters.filters.length) {
      const index = this.#filterIndex++;
      const verdict = this.#callFilter(filters, index);
      if (verdict !== Verdict.CONTINUE && !this.#obey(verdict)) return false;
      if (this.#done) return false;
    }
    return true;
  }

  #callFilter(filters: StreamFilters, index: number): Verdict {
    const filter = filters.filters[index] as StreamFilter;
    try {
      switch (this.#phase) {
        case Phase.BEFORE_ROUTE:
          return filter.beforeRoute === undefined ? Verdict.CONTINUE : filter.beforeRoute(this);
        case Phase.AFTER_ROUTE:
          return filter.afterRoute === undefined ? Verdict.CONTINUE : filter.afterRoute(this);
        default:
          return filter.afterChooseHost === undefined ? Verdict.CONTINUE : filter.afterChooseHost(this);
      }
    } catch (error) {
      return this.#filterFault(filters, index, error);
    }
  }

  #filterFault(filters: StreamFilters, index: number, error: unknown): Verdict {
    const entry = filters.entries[index] as { name: string; onFault: 'open' | 'closed' };
    this.plane.process[PROCESS.extension_faults]!++;
    this.plane.onFilterFault(entry.name, error);
    this.flags |= Flag.FilterFault;
    if (entry.onFault === 'open') return Verdict.CONTINUE;
    this.fail('extension_failed', 500, Flag.FilterFault);
    return Verdict.REPLIED;
  }

  /** Does what a verdict of a request hook says; true when the run goes on. */
  #obey(verdict: Verdict): boolean {
    switch (verdict) {
      case Verdict.CONTINUE:
        return true;
      case Verdict.PAUSE:
        this.#paused = true;
        this.#hold();
        return false;
      case Verdict.TERMINATE:
        this.#terminate();
        return false;
      case Verdict.REMATCH_ROUTE:
        if (!this.#reenter()) return false;
        // The filters that ran already do not run again: routing happens in between and the phase goes on behind them.
        if (this.#phase !== Phase.BEFORE_ROUTE && !this.#matchRoute()) return false;
        return true;
      case Verdict.RECHOOSE_HOST:
        if (!this.#reenter()) return false;
        if (this.#phase === Phase.AFTER_CHOOSE_HOST && !this.#chooseHost()) return false;
        return true;
      default:
        if (!this.#done && !this.#responded) this.fail('extension_failed', 500, Flag.FilterFault);
        return false;
    }
  }

  #reenter(): boolean {
    if (++this.#reentries <= MAX_REENTRIES) return true;
    this.fail('internal', 500, Flag.PhaseLoop);
    return false;
  }

  #matchRoute(): boolean {
    // Bytes without requests go by address, also where they are the fallback of a listener with a router.
    const table = this.request.family === 'raw' ? null : this.listener.routes();
    if (table === null) return true;
    const route = table.match(this.request, readerOf(this));
    if (route === null) {
      this.fail('route_not_found', 404, Flag.NoRouteFound);
      return false;
    }
    this.route = route;
    // Known from here on, so that filters behind the route see it; a missing one is answered when it is needed.
    this.cluster = route.action.kind === 'forward' ? this.#findCluster(route) : null;
    return true;
  }

  /** Finds cluster and host for the next attempt; false when the request was answered instead. */
  #chooseHost(): boolean {
    const { route } = this;
    if (route !== null && route.action.kind === 'direct') {
      const { status, body } = route.action;
      this.#answer({ status, code: 'direct_response', body });
      return false;
    }
    if (route !== null && route.action.kind === 'redirect') {
      const location = redirectLocation(route.action, this.request);
      this.#answer({ status: route.action.status, code: 'direct_response', headers: [['location', location]] });
      return false;
    }
    this.cluster ??= this.#findCluster(route);
    const { cluster } = this;
    if (cluster === null) {
      this.fail('cluster_not_found', 502, Flag.NoHealthyUpstream);
      return false;
    }
    this.#abandonHost();
    const host = cluster.choose(this.#pickContext());
    if (host === null) {
      this.fail('no_healthy_host', 502, Flag.NoHealthyUpstream);
      return false;
    }
    this.host = host;
    const attempt = new Attempt(this, cluster, host);
    if (!attempt.admit()) {
      this.fail('overflow', 503, Flag.UpstreamOverflow);
      return false;
    }
    this.#current = attempt;
    return true;
  }

  #findCluster(route: Route | null): Cluster | null {
    const { listener, plane } = this;
    const name =
      route === null
        ? listener.addressRoute(this.connection.remoteAddress, this.connection.localAddress)
        : route.clusterName(plane.random, readerOf(this));
    const cluster = name === '' ? undefined : plane.cluster(name);
    if (cluster === undefined) this.failureDetail = name === '' ? 'no cluster named' : `no cluster ${name}`;
    return cluster ?? null;
  }

  /** A filter asked for another host before anything was sent. */
  #abandonHost(): void {
    if (this.#current === null) return;
    this.#current.abort(ResetReason.LOCAL_RESET);
    this.#current.release(true);
    this.#current = null;
    if (this.host !== null) {
      this.#tried ??= [];
      this.#tried.push(this.host);
    }
  }

  #pickContext(): { tried(index: number): boolean; attempt: number } {
    const tried = this.#tried;
    if (tried === null) return FIRST_PICK;
    const hosts = (this.cluster as Cluster).hosts;
    return { attempt: this.attempt, tried: (index) => tried.includes(hosts[index] as Host) };
  }

  #send(): void {
    const attempt = this.#current as Attempt;
    const { route } = this;
    const action = route === null ? null : (route.action as ForwardProgram);
    const protocolName = this.variables?.get('upstream_protocol') ?? action?.upstreamProtocol ?? '';
    const binding =
      protocolName === '' || protocolName.toLowerCase() === 'auto'
        ? this.#sameProtocol()
        : this.plane.protocol(protocolName);
    if (binding === undefined || binding.protocol.family !== this.request.family) {
      this.fail('transcoding_unsupported', 502, Flag.UpstreamLocalReset);
      return;
    }
    const retry = action?.retry ?? null;
    if (retry?.retryOn && retry.maxRetries > 0 && this.attempt === 0) {
      // A repeat needs the head and the body again; without a retry policy nothing is kept.
      this.request.keep();
      this.#body ??= new RequestBody(this.context);
    }
    if (this.#timer === null) this.#armTimeout(action);
    const tryTimeoutMs = this.#tryTimeout(retry?.tryTimeoutMs ?? 0);
    if (!attempt.start(binding, tryTimeoutMs) && !this.#done && this.#current === attempt) this.#hold();
  }

  #sameProtocol(): ReturnType<DataPlane['protocol']> {
    return this.plane.protocol(this.request.protocol);
  }

  #armTimeout(action: ForwardProgram | null): void {
    if (this.#tunnel) return;
    const own = Number(this.variables?.get('proxy_global_timeout') ?? 0);
    const explicit = own > 0 ? own : (action?.timeoutMs ?? 0);
    const deadline = this.request.timeoutMs;
    if (deadline < 0 && explicit === 0) return;
    let timeoutMs = explicit > 0 ? explicit : DEFAULT_TIMEOUT_MS;
    if (deadline > 0) timeoutMs = explicit > 0 ? Math.min(explicit, deadline) : deadline;
    this.#wholeTimeout = explicit > 0 || deadline > 0;
    this.#timer = new TimeoutTimer(this);
    this.context.timers.arm(this.#timer, timeoutMs);
  }

  #tryTimeout(configured: number): number {
    const own = Number(this.variables?.get('proxy_try_timeout') ?? 0);
    return own > 0 ? own : configured;
  }

  /** Holds the request: the head is copied, the body waits. */
  #hold(): void {
    if (this.#held || this.#done) return;
    this.#held = true;
    this.request.keep();
    this.stream.pause();
  }

  #storeBody(chunk: Uint8Array): void {
    this.#body ??= new RequestBody(this.context);
    this.#body.add(chunk);
    if (this.#body.bytes > this.plane.streamBufferBytes) this.fail('body_too_large', 413, Flag.ReqEntityTooLarge);
  }

  #storeForRetry(chunk: Uint8Array): void {
    const body = this.#body as RequestBody;
    if (!body.complete) return;
    if (body.bytes + chunk.length > this.plane.retryBufferBytes) {
      body.drop();
      body.markIncomplete();
    } else {
      body.add(chunk);
    }
  }

  // ── attempts ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal The attempt has its stream: send what there is. */
  attemptReady(attempt: Attempt, stream: ClientStream): void {
    const { request, route } = this;
    if (!this.#prepared) {
      this.#prepared = true;
      if (route !== null && !route.requestMutation.empty) route.requestMutation.apply(request, readerOf(this));
      if (route !== null) rewriteRequest(route, request, attempt.host.program.hostname);
    }
    if (this.sentAt === 0) this.sentAt = this.context.now;
    const body = this.#body;
    const nothingElse = body === null || body.empty;
    attempt.sent = true;
    stream.sendHead(request, this.#requestEnded && nothingElse);
    if (this.#done || this.#current !== attempt || attempt.stream === null) return;
    if (body !== null && !nothingElse) {
      body.replay(stream, this.#requestEnded);
      if (this.#done || this.#current !== attempt || attempt.stream === null) return;
      if (!this.#repeats()) {
        body.drop();
        this.#body = null;
      } else if (body.bytes > this.plane.retryBufferBytes) {
        // It may wait for a connection as a whole, but it is not kept for a repeat.
        body.drop();
        body.markIncomplete();
      }
    }
    if (this.#requestEnded) this.#requestEnd();
    if (this.#held && !this.#done) {
      this.#held = false;
      if (stream.bufferedBytes <= this.#upstreamMark()) this.stream.resume();
    }
  }

  #repeats(): boolean {
    const { route } = this;
    return (
      route !== null &&
      route.action.kind === 'forward' &&
      route.action.retry?.retryOn === true &&
      route.action.retry.maxRetries > 0
    );
  }

  /** Writes what waits for the host; the caller waits only when the host does not take it. */
  #pushUpstream(stream: ClientStream): void {
    this.#current?.connection?.connection.flushNow();
    if (!this.#done && stream.bufferedBytes > this.#upstreamMark()) this.stream.pause();
  }

  /** Unsent bytes of the request over which the downstream pauses: the high mark of the upstream codec. */
  #upstreamMark(): number {
    return this.#current?.connection?.pool.settings.limits.highWaterBytes ?? this.#downstreamMark;
  }

  #requestEnd(): void {
    if (this.request.oneWay) {
      if (this.status === 0) this.status = 200;
      this.#finish(true);
    } else if (this.#tunnel && this.#responseEnded) {
      this.#finish(true);
    }
  }

  /** @internal The upstream can take more of the request. */
  requestMayFlow(): void {
    if (!this.#done) this.stream.resume();
  }

  /** @internal */
  attemptUnconnected(attempt: Attempt, failure: PoolFailure, detail: string): void {
    if (this.#done || this.#current !== attempt) return;
    this.failureDetail = detail;
    if (failure === PoolFailure.CLOSED && this.#moveOn(attempt)) return;
    if (failure === PoolFailure.OVERFLOW) {
      this.fail('overflow', 503, Flag.UpstreamOverflow);
      return;
    }
    if (this.#retry(attempt, ResetReason.CONNECT_FAILED)) return;
    const timedOut = failure === PoolFailure.CONNECT_TIMEOUT;
    this.fail('upstream_connect_failed', timedOut ? 504 : 502, Flag.UpstreamConnectionFailure);
  }

  /** The host was removed while the request waited for a connection: nothing was sent, so another one gets it. */
  #moveOn(attempt: Attempt): boolean {
    const cluster = this.plane.cluster(attempt.cluster.name);
    if (cluster === undefined || ++this.#reentries > MAX_REENTRIES) return false;
    attempt.release(false);
    this.#current = null;
    this.cluster = cluster;
    this.#hold();
    this.#enter(Phase.CHOOSE_HOST);
    this.#run();
    return true;
  }

  /** @internal */
  attemptReset(attempt: Attempt, reason: ResetReason): void {
    if (this.#done || this.#current !== attempt) return;
    if (this.failureDetail === '') this.failureDetail = RESET_TEXT[reason] ?? `reset ${reason}`;
    if (!this.#responded && this.#retry(attempt, reason)) return;
    const flag = reason === ResetReason.CONNECTION_LOST ? Flag.UpstreamConnectionTermination : Flag.UpstreamRemoteReset;
    this.fail('upstream_reset', 502, flag, reason);
  }

  /** @internal */
  attemptTimedOut(attempt: Attempt): void {
    if (this.#done || this.#current !== attempt) return;
    attempt.cluster.stats[UPSTREAM.request_timeout]!++;
    this.failureDetail = 'attempt timed out';
    if (!this.#responded && this.#retry(attempt, ResetReason.LOCAL_RESET)) return;
    this.fail('upstream_timeout', 504, Flag.UpstreamRequestTimeout);
  }

  /** @internal */
  timedOut(): void {
    if (this.#done) return;
    if (this.#current !== null) this.#current.cluster.stats[UPSTREAM.request_timeout]!++;
    this.failureDetail = 'timed out';
    this.fail('upstream_timeout', 504, Flag.UpstreamRequestTimeout);
  }

  /** Starts another attempt if the policy, the budget and safety allow; false when this was the last. */
  #retry(attempt: Attempt, reason: ResetReason): boolean {
    const action = this.route?.action;
    if (action?.kind !== 'forward' || action.retry === null || !action.retry.retryOn) return false;
    if (this.attempt >= action.retry.maxRetries || this.variables?.get('proxy_disable_retry') === 'true') return false;
    if (this.#body !== null && !this.#body.complete) return false;
    if (!safeToRepeat(this.request, attempt, reason)) return false;
    return this.#repeat(attempt, reason === ResetReason.REFUSED);
  }

  /** `unprocessed`: the host said that it did not begin; repeating that adds no load, so it takes nothing of the budget. */
  #repeat(attempt: Attempt, unprocessed: boolean): boolean {
    const { stats } = attempt.cluster;
    if (this.#retryCluster === null && !unprocessed) {
      if (!takeRetry(attempt.cluster)) {
        stats[UPSTREAM.request_retry_overflow]!++;
        return false;
      }
      this.#retryCluster = attempt.cluster;
    }
    stats[UPSTREAM.request_retry]!++;
    attempt.abort(ResetReason.LOCAL_RESET);
    attempt.release(false);
    this.#current = null;
    this.#tried ??= [];
    this.#tried.push(attempt.host);
    this.attempt++;
    this.#hold();
    this.#retryTimer ??= new WheelTimer(() => {
      this.#enter(Phase.CHOOSE_HOST);
      this.#guardTimer(() => this.#run());
    });
    this.context.timers.arm(this.#retryTimer, RETRY_PAUSE_MS);
    return true;
  }

  // ── response side ───────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  respondInformational(head: ResponseHead): void {
    if (!this.#done && !this.#responded) this.stream.sendInformational(head);
  }

  /** @internal */
  respondHead(attempt: Attempt, head: ResponseHead, end: boolean): void {
    if (this.#done || this.#current !== attempt) return;
    const { route } = this;
    this.respondedAt = this.context.now;
    if (
      route !== null &&
      route.action.kind === 'forward' &&
      retriesStatus(route, route.action, this.request, head.status)
    ) {
      const { retry } = route.action;
      if (
        retry !== null &&
        this.attempt < retry.maxRetries &&
        this.variables?.get('proxy_disable_retry') !== 'true' &&
        (this.#body === null || this.#body.complete) &&
        this.#repeat(attempt, false)
      )
        return;
    }
    this.response = head;
    this.status = head.status;
    if (this.#timer !== null && (!this.#wholeTimeout || head.switchesProtocol)) this.context.timers.cancel(this.#timer);
    if (head.switchesProtocol) this.#tunnel = true;
    if (this.listener.keepsHeads) head.keep();
    if (this.#filters !== null && !this.#filterResponse(this.#filters)) return;
    if (route !== null && !route.responseMutation.empty) route.responseMutation.apply(head, readerOf(this));
    this.#responded = true;
    this.stream.sendHead(head, end);
    if (end) this.#responseEnd();
  }

  /** @internal */
  respondData(chunk: Uint8Array, end: boolean): void {
    if (this.#done) return;
    this.#responded = true;
    this.bytesSent += chunk.length;
    if (this.#filters !== null && !this.#filterResponseData(this.#filters, chunk, end)) return;
    const { stream } = this;
    stream.sendData(chunk, end);
    if (this.#done) return;
    if (end) {
      this.#responseEnd();
      this.#checkBacklog();
      return;
    }
    if (stream.bufferedBytes > this.#downstreamMark) {
      // Most readers take it at once; only who does not makes the upstream wait.
      this.connection.flushNow();
      const waiting = stream.bufferedBytes;
      if (waiting > this.#downstreamMark) this.#slowReader(waiting);
    }
  }

  /** @internal */
  respondTrailers(trailers: HeaderMap): void {
    if (this.#done) return;
    const filters = this.#filters;
    if (filters !== null) {
      for (let i = filters.filters.length - 1; i >= 0; i--) {
        const verdict = this.#guarded(
          filters,
          i,
          (filter) => filter.onResponseTrailers?.(this, trailers) ?? Verdict.CONTINUE,
        );
        if (verdict !== Verdict.CONTINUE) {
          this.#terminate();
          return;
        }
      }
    }
    this.stream.sendTrailers(trailers);
    this.#responseEnd();
  }

  #slowReader(waiting: number): void {
    if (this.#current?.stream?.pause() === true) {
      this.#responsePaused = true;
      return;
    }
    // A shared link cannot wait for one slow caller: at the cap the caller loses its connection, nobody else notices.
    if (waiting > this.plane.connectionBufferBytes) {
      this.failureDetail = 'the caller reads too slowly';
      this.stream.reset(ResetReason.OVERFLOW);
      this.flags |= Flag.DownStreamTerminate;
      this.#finish(false);
    }
  }

  /** Many small answers add up as one large one does: a caller that reads none of them loses its connection. */
  #checkBacklog(): void {
    if (this.connection.pendingBytes > this.plane.connectionBufferBytes) this.connection.reset();
  }

  #responseEnd(): void {
    this.#responseEnded = true;
    if (this.#tunnel && !this.#requestEnded) return;
    this.#finish(this.status < 500);
  }

  #filterResponse(filters: StreamFilters): boolean {
    for (let i = filters.filters.length - 1; i >= 0; i--) {
      const verdict = this.#guarded(filters, i, (filter) => filter.onResponse?.(this) ?? Verdict.CONTINUE);
      if (this.#done) return false;
      if (verdict === Verdict.CONTINUE) continue;
      if (verdict === Verdict.STOP) return true;
      this.#terminate();
      return false;
    }
    return true;
  }

  #filterRequestData(chunk: Uint8Array, end: boolean): boolean {
    const filters = this.#filters as StreamFilters;
    for (let i = 0; i < filters.filters.length; i++) {
      const verdict = this.#guarded(
        filters,
        i,
        (filter) => filter.onRequestData?.(this, chunk, end) ?? Verdict.CONTINUE,
      );
      if (this.#done) return false;
      if (verdict !== Verdict.CONTINUE) {
        this.#terminate();
        return false;
      }
    }
    return true;
  }

  #filterResponseData(filters: StreamFilters, chunk: Uint8Array, end: boolean): boolean {
    for (let i = filters.filters.length - 1; i >= 0; i--) {
      const verdict = this.#guarded(
        filters,
        i,
        (filter) => filter.onResponseData?.(this, chunk, end) ?? Verdict.CONTINUE,
      );
      if (this.#done) return false;
      if (verdict !== Verdict.CONTINUE) {
        this.#terminate();
        return false;
      }
    }
    return true;
  }

  #guarded(filters: StreamFilters, index: number, call: (filter: StreamFilter) => Verdict): Verdict {
    try {
      return call(filters.filters[index] as StreamFilter);
    } catch (error) {
      return this.#filterFault(filters, index, error);
    }
  }

  // ── ends ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Answers locally with an error, or ends the stream when the answer has begun. */
  fail(code: ErrorCode, status: number, flag: number, reason: ResetReason = ResetReason.LOCAL_RESET): void {
    if (this.#done) return;
    this.flags |= flag;
    if (this.#responded || this.#tunnel) {
      if (this.status === 0) this.status = status;
      this.stream.reset(reason);
      this.#finish(false);
      return;
    }
    if (this.request.method === 'HEAD') this.#answer({ status, code });
    else this.#answer({ status, code, body: localText(code, this.flags) });
  }

  #answer(reply: LocalReply): void {
    if (this.#done) return;
    this.plane.process[PROCESS.local_replies]!++;
    this.status = reply.status;
    this.#responded = true;
    if (this.#current !== null) this.#current.abort(ResetReason.LOCAL_RESET);
    if (typeof reply.body === 'string') this.bytesSent = Buffer.byteLength(reply.body);
    else if (reply.body !== undefined) this.bytesSent = reply.body.length;
    if (!this.request.oneWay) this.stream.sendLocalReply(this.request, reply);
    this.#finish(reply.status < 500);
  }

  #terminate(): void {
    if (this.#done) return;
    this.stream.reset(ResetReason.LOCAL_RESET);
    this.#finish(false);
  }

  #finish(success: boolean): void {
    if (this.#done) return;
    this.#done = true;
    // What is left of the request is read and dropped by the codec: nobody else would ever let it flow again.
    if (!this.#requestEnded) this.stream.resume();
    const { context, listener } = this;
    this.finishedAt = context.now;
    const { timers } = context;
    if (this.#timer !== null) timers.cancel(this.#timer);
    if (this.#retryTimer !== null) timers.cancel(this.#retryTimer);
    if (this.#filterTimers !== null) for (const timer of this.#filterTimers) timers.cancel(timer);
    const attempt = this.#current;
    if (attempt !== null) {
      if (!this.#requestEnded || !this.#responseEnded) attempt.abort(ResetReason.LOCAL_RESET);
      attempt.release(success && this.#responseEnded);
    }
    if (this.#retryCluster !== null) giveRetry(this.#retryCluster);
    this.#body?.drop();
    this.#ownMs =
      this.sentAt === 0
        ? this.finishedAt - this.startedAt
        : this.sentAt - this.startedAt + (this.respondedAt === 0 ? 0 : this.finishedAt - this.respondedAt);
    const { stats, accessLogs } = listener;
    stats[DOWNSTREAM.request_active]!--;
    this.plane.process[PROCESS.exchanges_active]!--;
    if (!success) stats[DOWNSTREAM.request_failed]!++;
    recordDownstreamRequest(stats, this.status, this.finishedAt - this.startedAt, this.#ownMs);
    if (this.#filters !== null) this.#complete(this.#filters);
    for (let i = 0; i < accessLogs.length; i++) accessLogs[i]?.log(this);
  }

  #complete(filters: StreamFilters): void {
    for (let i = filters.filters.length - 1; i >= 0; i--) {
      try {
        filters.filters[i]?.onComplete?.(this);
      } catch (error) {
        this.plane.process[PROCESS.extension_faults]!++;
        this.plane.onFilterFault(filters.entries[i]?.name ?? '', error);
      }
    }
  }

  // ── what filters see ────────────────────────────────────────────────────────────────────────────────────────────

  get clusterName(): string {
    return this.cluster?.name ?? '';
  }

  get routeName(): string {
    return this.route?.name ?? '';
  }

  get hostAddress(): string {
    return this.host?.address ?? '';
  }

  get remoteAddress(): string {
    return this.connection.remoteAddress;
  }

  get listenerName(): string {
    return this.listener.name;
  }

  routeConfig(filterName: string): unknown {
    return this.route?.filterConfig(filterName);
  }

  getVariable(name: string): string | undefined {
    return readVariable(this, name);
  }

  setVariable(name: string, value: string): void {
    writeVariable(this, name, value);
  }

  reply(reply: LocalReply): void {
    // Once the answer has begun there is no other one: the stream ends instead.
    if (this.#responded) this.#terminate();
    else this.#answer(reply);
  }

  resume(verdict: Verdict = Verdict.CONTINUE): void {
    if (this.#done || !this.#paused) return;
    this.#paused = false;
    if (this.#obey(verdict)) this.#run();
  }

  delay(delayMs: number, callback: () => void): void {
    if (this.#done) return;
    const timer = new WheelTimer(() => this.#guardTimer(callback));
    this.#filterTimers ??= [];
    this.#filterTimers.push(timer);
    this.context.timers.arm(timer, delayMs);
  }

  /** Behind a timer no connection catches what an extension throws: it ends this request. */
  #guardTimer(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.plane.process[PROCESS.extension_faults]!++;
      this.plane.onFilterFault('timer', error);
      this.fail('extension_failed', 500, Flag.FilterFault);
    }
  }

  addFlag(flag: ResponseFlagName): void {
    this.flags |= Flag[flag];
  }
}

/** The timeout of an exchange, without a closure of its own: nearly every request has one. */
class TimeoutTimer extends WheelTimer {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    super();
    this.#exchange = exchange;
  }

  override fire(): void {
    this.#exchange.timedOut();
  }
}

const FIRST_PICK = { attempt: 0, tried: () => false };

const RESET_TEXT: Readonly<Record<number, string>> = {
  [ResetReason.REMOTE_RESET]: 'remote reset',
  [ResetReason.LOCAL_RESET]: 'local reset',
  [ResetReason.CONNECTION_LOST]: 'connection lost',
  [ResetReason.CONNECT_FAILED]: 'connect failed',
  [ResetReason.REFUSED]: 'refused',
  [ResetReason.PROTOCOL_ERROR]: 'protocol error',
  [ResetReason.OVERFLOW]: 'overflow',
};
