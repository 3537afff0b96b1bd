/*
 * Over 500 lines on purpose: this is the one state machine of a request, and its transitions read best side by side. What is
 * known (exchange-record.ts), the filters (filter-run.ts) and repeats (retry.ts) have files of their own.
 */
import type { Deadline, ErrorCode } from '@weft/kit';
import {
  type BoundTranscoder,
  type ClientStream,
  CONVERTED_HEADER,
  type ConvertedRequest,
  type HeaderMap,
  type LocalReply,
  PlainResponseHead,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerStream,
  type StreamContext,
  type StreamSink,
  Verdict,
  type WantedCopy,
} from '@weft/sdk';
import { DOWNSTREAM, PROCESS, recordDownstreamRequest, UPSTREAM } from '@weft/telemetry/stats';
import type { Cluster, Host } from '../cluster/index.ts';
import { Admission, type RuleChain } from '../governance/chain.ts';
import { type Connection, Pressure } from '../net/index.ts';
import { type ForwardProgram, rewriteRequest } from '../route/index.ts';
import { PoolFailure } from '../stream/index.ts';
import { Attempt } from './attempt.ts';
import { Conversion } from './conversion.ts';
import { Copies } from './copies.ts';
import { endRecord } from './end-record.ts';
import type { DataPlane, ListenerRuntime } from './environment.ts';
import { ExchangeRecord } from './exchange-record.ts';
import { ALL_PASSED, FilterRun } from './filter-run.ts';
import { endOf, Flag } from './flags.ts';
import { HostWait } from './host-wait.ts';
import { localText } from './local-text.ts';
import { Phase } from './phase.ts';
import { RequestBody } from './request-body.ts';
import { Repeats, retryOf, safeToRepeat, wantsStatus } from './retry.ts';
import { findCluster, pickHost, refuseHosts, routeReply } from './routing.ts';
import { RuleWait } from './rule-wait.ts';
import { readerOf, readVariable, writeVariable } from './variables.ts';

/** Limit of the time to the response head where the route says nothing, ms. */
export const DEFAULT_TIMEOUT_MS = 60_000;
/** A request may go back to an earlier phase this often. */
const MAX_REENTRIES = 10;

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
export class Exchange extends ExchangeRecord implements StreamSink, StreamContext, Deadline {
  /** Unsent bytes of the response over which the upstream pauses; the high mark of the downstream codec. */
  readonly #downstreamMark: number;
  deadlineIndex = -1;
  dueAt = 0;

  #filters: FilterRun | null = null;
  #phase: Phase = Phase.BEFORE_ROUTE;
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
  #timed = false;
  /** The timeout covers the whole answer, not only the time to its head. */
  #wholeTimeout = false;
  #body: RequestBody | null = null;
  /** What was tried before; null until something was. */
  #repeats: Repeats | null = null;
  /** A rule makes the request wait; null for most. */
  #ruleWait: RuleWait | null = null;
  /** The service had no hosts yet; null for most. */
  #hostWait: HostWait | null = null;
  /** A transcoder turns the call into one of another protocol; null for most. */
  #conversion: Conversion | null = null;
  /** Rules want copies of the request; null for most. */
  #copies: Copies | null = null;

  constructor(
    plane: DataPlane,
    listener: ListenerRuntime,
    connection: Connection,
    stream: ServerStream,
    request: RequestHead,
    end: boolean,
    highWaterBytes: number,
  ) {
    super(plane, listener, connection, stream, request);
    this.#downstreamMark = highWaterBytes;
    this.#requestEnded = end;
    // Bytes without requests (TCP) are a tunnel from the start: either side may end first.
    this.#tunnel = request.family === 'raw';
  }

  get done(): boolean {
    return this.#done;
  }

  // ── request side ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Starts the exchange; `stream.sink` is this object from now on. */
  begin(): void {
    this.stream.sink = this;
    const { stats, chain, rules } = this.listener;
    stats[DOWNSTREAM.request_total]!++;
    stats[DOWNSTREAM.request_active]!++;
    const { process } = this.plane;
    process[PROCESS.exchanges_total]!++;
    process[PROCESS.exchanges_active]!++;
    if (this.listener.keepsHeads) this.request.keep();
    this.listener.edges?.begin(this);
    if (this.context.pressure === Pressure.HARD) {
      process[PROCESS.hard_mark_shed]!++;
      this.fail('overloaded', 503, Flag.Overloaded);
      return;
    }
    const admission = rules === null ? Admission.ADMITTED : rules.admit(this, this.startedAt);
    if (admission === Admission.REFUSED) return;
    if (!chain.empty) {
      const filters = chain.create();
      if (filters !== null) {
        this.#filters = new FilterRun(this, filters);
        this.request.keep();
      }
    }
    if (admission === Admission.WAITING && rules !== null) this.#waitForRules(rules);
    else this.#run();
  }

  /** The timeout of the route runs while a rule delays the request: which route it is going to be is looked up ahead. */
  #waitForRules(rules: RuleChain): void {
    // A request that is here as a whole is not held up: the end of its caller must be seen.
    if (this.#requestEnded) this.request.keep();
    else this.#hold();
    const action = this.listener.routes()?.match(this.request, readerOf(this))?.action;
    this.#armTimeout(action?.kind === 'forward' ? action : null);
    this.#ruleWait = new RuleWait(this, rules, () => this.#run());
    this.#ruleWait.start();
  }

  onInformational(): void {}

  onHead(): void {}

  onData(chunk: Uint8Array, end: boolean): void {
    if (this.#done) return;
    this.bytesReceived += chunk.length;
    if (end) this.#requestEnded = true;
    if (this.#filters !== null && !this.#filters.requestData(chunk, end)) return;
    if (this.#copies !== null) this.#copies.sendData(chunk);
    const stream = this.upstream?.stream;
    if (stream === null || stream === undefined) {
      this.#storeBody(chunk);
      if (end) this.#gathered();
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
    this.#copies?.sendTrailers(trailers);
    const stream = this.upstream?.stream;
    if (stream === null || stream === undefined) {
      this.#body ??= new RequestBody(this.context);
      this.#body.setTrailers(trailers);
      this.#gathered();
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
    this.upstream?.stream?.resume();
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
          if (!this.#isConverted() || !this.#matchRoute()) return;
          this.#phase = Phase.AFTER_ROUTE;
          break;
        case Phase.CHOOSE_HOST:
          if (!this.#isConverted() || !this.#chooseHost()) return;
          this.#enter(Phase.AFTER_CHOOSE_HOST);
          break;
        default:
          if (this.#isConverted()) this.#send();
          return;
      }
    }
  }

  /** The head that goes out: the caller's own, but for converted calls. */
  #outgoing(): RequestHead {
    return this.#conversion?.converted?.head ?? this.request;
  }

  /** Whether nothing has to be converted any more; otherwise the run ends here for now, or for good. */
  #isConverted(): boolean {
    const conversion = this.#conversion;
    if (conversion === null || conversion.converted !== null) return true;
    if (!this.#requestEnded) {
      this.#gather(conversion);
      return false;
    }
    this.#armOnce();
    // What only guards against silence is no deadline that the other side should know.
    conversion.remainingMs =
      this.#timed && this.#wholeTimeout ? Math.max(1, Math.round(this.dueAt - this.context.now)) : 0;
    conversion.clusterName = this.clusterName;
    const done = conversion.request(this.request, this.#body);
    this.#body?.drop();
    this.#body = null;
    if (!done) {
      this.#failConversion(conversion, 'transcode_request');
      return false;
    }
    this.plane.process[PROCESS.conversions]!++;
    // The call may have brought a deadline where only the transcoder could see it.
    if (this.#outgoing().timeoutMs > 0) this.#timed = false;
    return true;
  }

  /** Waits for the whole request, within the timeout of its route. */
  #gather(conversion: Conversion): void {
    conversion.gathering = true;
    const { request } = this;
    request.keep();
    this.#armOnce();
    if (request.expectsContinue)
      this.stream.sendInformational(new PlainResponseHead(request.protocol, request.family, 100));
    if (!this.#held) return;
    this.#held = false;
    this.stream.resume();
  }

  #armOnce(): void {
    const action = this.route?.action;
    if (!this.#timed) this.#armTimeout(action?.kind === 'forward' ? action : null);
  }

  /** The request is here as a whole. */
  #gathered(): void {
    const conversion = this.#conversion;
    if (this.#done || conversion === null || !conversion.gathering) return;
    conversion.gathering = false;
    this.#run();
  }

  /** Tells the caller, in its own protocol, that its call or the answer cannot be converted. */
  #failConversion(conversion: Conversion, code: 'transcode_request' | 'transcode_response'): void {
    const { text, status, defect } = conversion.fault as NonNullable<Conversion['fault']>;
    if (defect !== null) {
      this.plane.process[PROCESS.extension_faults]!++;
      this.plane.onFilterFault(conversion.bound.name, defect);
    }
    this.plane.process[PROCESS.conversion_failures]!++;
    this.failureDetail = text === '' ? code : `${code}: ${text}`;
    this.fail(code, status, Flag.DownStreamTerminate | Flag.TranscodeFailed);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#filters?.restart();
  }

  /** Runs the rest of the filters of this phase; false when the run ends here for now. */
  #runFilters(filters: FilterRun): boolean {
    for (;;) {
      const verdict = filters.next(this.#phase);
      if (verdict === ALL_PASSED) return true;
      if (verdict !== Verdict.CONTINUE && !this.#obey(verdict)) return false;
      if (this.#done) return false;
    }
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
        this.terminate();
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
    const route = table.match(this.#outgoing(), readerOf(this));
    if (route === null) {
      this.fail('route_not_found', 404, Flag.NoRouteFound);
      return false;
    }
    this.route = route;
    // Known from here on, so that filters behind the route see it; a missing one is answered when it is needed.
    this.cluster = route.action.kind === 'forward' ? findCluster(this) : null;
    return true;
  }

  /** Finds cluster and host for the next attempt; false when the request was answered instead. */
  #chooseHost(): boolean {
    const local = routeReply(this);
    if (local !== null) {
      this.#answer(local);
      return false;
    }
    this.cluster ??= findCluster(this);
    const { cluster } = this;
    if (cluster === null) {
      this.fail('cluster_not_found', 502, Flag.NoHealthyUpstream);
      return false;
    }
    this.#abandonHost();
    const host = pickHost(this, cluster, this.#repeats);
    if (host === null) {
      if (this.#hostWait === null && this.#waitForHosts(cluster)) return false;
      if (refuseHosts(this)) return false;
      if (this.#hostWait !== null) this.failureDetail = 'no list of hosts has come';
      this.fail('no_healthy_host', 502, Flag.NoHealthyUpstream);
      return false;
    }
    this.host = host;
    const attempt = new Attempt(this, cluster, host);
    if (!attempt.admit()) {
      this.fail('overflow', 503, Flag.UpstreamOverflow);
      return false;
    }
    this.upstream = attempt;
    return true;
  }

  /** The first list of hosts is on its way: the request waits for it. */
  #waitForHosts(cluster: Cluster): boolean {
    const wait = new HostWait(this, () => {
      // Another generation of the cluster has them.
      this.cluster = null;
      this.#enter(Phase.CHOOSE_HOST);
      this.#run();
    });
    if (!wait.start(cluster)) return false;
    this.#hostWait = wait;
    this.#hold();
    return true;
  }

  /** A filter asked for another host before anything was sent. */
  #abandonHost(): void {
    if (this.upstream === null) return;
    this.upstream.abort(ResetReason.LOCAL_RESET);
    this.upstream.release(true);
    this.upstream = null;
    if (this.host !== null) this.#setAside(this.host);
  }

  /** The next choice prefers the others. */
  #setAside(host: Host): void {
    this.#repeats ??= new Repeats();
    this.#repeats.tried.push(host);
  }

  #send(): void {
    const attempt = this.upstream as Attempt;
    const { route } = this;
    const action = route === null ? null : (route.action as ForwardProgram);
    const conversion = this.#conversion;
    const protocolName =
      conversion?.protocol ?? this.variables?.get('upstream_protocol') ?? action?.upstreamProtocol ?? '';
    const binding =
      protocolName === '' || protocolName.toLowerCase() === 'auto'
        ? this.#sameProtocol()
        : this.plane.protocol(protocolName);
    if (binding === undefined || binding.protocol.family !== this.#outgoing().family) {
      this.fail('transcoding_unsupported', 502, Flag.UpstreamLocalReset);
      return;
    }
    const retry = action?.retry ?? null;
    if (retry?.retryOn && retry.maxRetries > 0 && this.attempt === 0 && conversion === null) {
      // A repeat needs the head and the body again; without a retry policy nothing is kept.
      this.request.keep();
      this.#body ??= new RequestBody(this.context);
    }
    if (!this.#timed) this.#armTimeout(action);
    const tryTimeoutMs = this.#tryTimeout(retry?.tryTimeoutMs ?? 0);
    if (!attempt.start(binding, tryTimeoutMs) && !this.#done && this.upstream === attempt) this.#hold();
  }

  #sameProtocol(): ReturnType<DataPlane['protocol']> {
    return this.plane.protocol(this.request.protocol);
  }

  #armTimeout(action: ForwardProgram | null): void {
    if (this.#tunnel) return;
    const own = Number(this.variables?.get('proxy_global_timeout') ?? 0);
    const explicit = own > 0 ? own : (action?.timeoutMs ?? 0);
    const deadline = this.#outgoing().timeoutMs;
    if (deadline < 0 && explicit === 0) return;
    let timeoutMs = explicit > 0 ? explicit : DEFAULT_TIMEOUT_MS;
    if (deadline > 0) timeoutMs = explicit > 0 ? Math.min(explicit, deadline) : deadline;
    this.#wholeTimeout = explicit > 0 || deadline > 0;
    this.#timed = true;
    const { context } = this;
    context.deadlines.set(this, context.now + timeoutMs);
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
    const conversion = this.#conversion;
    if (conversion === null) {
      if (this.#body.bytes > this.plane.streamBufferBytes) this.fail('body_too_large', 413, Flag.ReqEntityTooLarge);
    } else if (this.#body.bytes > conversion.bound.maxBodyBytes) {
      conversion.requestTooLong();
      this.#failConversion(conversion, 'transcode_request');
    }
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
    const { route } = this;
    const converted = this.#conversion?.converted ?? null;
    const request = converted === null ? this.request : converted.head;
    if (!this.#prepared) {
      this.#prepared = true;
      if (route !== null && !route.requestMutation.empty) route.requestMutation.apply(request, readerOf(this));
      if (route !== null) rewriteRequest(route, request, attempt.host.program.hostname);
    }
    if (this.sentAt === 0) this.sentAt = this.context.now;
    const body = this.#body;
    const nothingElse = body === null || body.empty;
    attempt.sent = true;
    if (this.#copies === null && this.ruleDecision !== null && this.ruleDecision.copies.length > 0)
      this.#takeCopies(this.ruleDecision.copies, request, body, converted?.body ?? null);
    if (converted !== null) {
      sendConverted(stream, converted);
      if (!this.#done && this.upstream === attempt) this.#requestEnd();
      // Nothing more comes of the request; that its caller goes away must be seen.
      if (this.#held && !this.#done) {
        this.#held = false;
        this.stream.resume();
      }
      return;
    }
    stream.sendHead(request, this.#requestEnded && nothingElse);
    if (this.#done || this.upstream !== attempt || attempt.stream === null) return;
    if (body !== null && !nothingElse) {
      body.replay(stream, this.#requestEnded);
      if (this.#done || this.upstream !== attempt || attempt.stream === null) return;
      if (retryOf(this.route) === null) {
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

  /** What is here of the request is copied; what comes later will be. A tunnel is no request. */
  #takeCopies(
    wanted: readonly WantedCopy[],
    request: RequestHead,
    body: RequestBody | null,
    converted: Uint8Array | null,
  ): void {
    if (this.#tunnel || request.upgrade !== '') return;
    this.#copies = new Copies(this.plane, wanted, request);
    if (converted !== null) this.#copies.sendData(converted);
    else body?.replay(this.#copies, this.#requestEnded);
  }

  /** Writes what waits for the host; the caller waits only when the host does not take it. */
  #pushUpstream(stream: ClientStream): void {
    this.upstream?.connection?.connection.flushNow();
    if (!this.#done && stream.bufferedBytes > this.#upstreamMark()) this.stream.pause();
  }

  /** Unsent bytes of the request over which the downstream pauses: the high mark of the upstream codec. */
  #upstreamMark(): number {
    return this.upstream?.connection?.pool.settings.limits.highWaterBytes ?? this.#downstreamMark;
  }

  #requestEnd(): void {
    this.#copies?.send();
    if (this.#outgoing().oneWay) {
      if (!this.request.oneWay) {
        // The host of a converted call says nothing, and the caller waits.
        this.#answer({ status: 200, code: 'direct_response', body: '' });
        return;
      }
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
    if (this.#done || this.upstream !== attempt) return;
    this.failureDetail = detail;
    if (failure === PoolFailure.CONNECT_FAILED || failure === PoolFailure.CONNECT_TIMEOUT)
      attempt.cluster.connectFailed(attempt.host);
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
    this.upstream = null;
    this.cluster = cluster;
    this.#hold();
    this.#enter(Phase.CHOOSE_HOST);
    this.#run();
    return true;
  }

  /** @internal */
  attemptReset(attempt: Attempt, reason: ResetReason): void {
    if (this.#done || this.upstream !== attempt) return;
    if (this.failureDetail === '') this.failureDetail = RESET_TEXT[reason] ?? `reset ${reason}`;
    if (!this.#responded && this.#retry(attempt, reason)) return;
    const flag = reason === ResetReason.CONNECTION_LOST ? Flag.UpstreamConnectionTermination : Flag.UpstreamRemoteReset;
    this.fail('upstream_reset', 502, flag, reason);
  }

  /** @internal */
  attemptTimedOut(attempt: Attempt): void {
    if (this.#done || this.upstream !== attempt) return;
    attempt.cluster.stats[UPSTREAM.request_timeout]!++;
    this.failureDetail = 'attempt timed out';
    if (!this.#responded && this.#retry(attempt, ResetReason.LOCAL_RESET)) return;
    this.fail('upstream_timeout', 504, Flag.UpstreamRequestTimeout);
  }

  /** @internal The timeout of the request has passed. */
  onDeadline(): void {
    if (this.#done) return;
    if (this.upstream !== null) this.upstream.cluster.stats[UPSTREAM.request_timeout]!++;
    this.failureDetail = 'timed out';
    this.fail('upstream_timeout', 504, Flag.UpstreamRequestTimeout);
  }

  /** Starts another attempt if the policy, the budget and safety allow; false when this was the last. */
  #retry(attempt: Attempt, reason: ResetReason): boolean {
    if (!this.#mayRepeat() || !safeToRepeat(this.#outgoing(), attempt, reason)) return false;
    return this.#repeat(attempt, reason === ResetReason.REFUSED, null);
  }

  /** The policy has an attempt left, and everything that would have to be sent again is still here. */
  #mayRepeat(): boolean {
    const retry = retryOf(this.route);
    if (retry === null || this.attempt >= retry.maxRetries) return false;
    if (this.variables?.get('proxy_disable_retry') === 'true') return false;
    return this.#body === null || this.#body.complete;
  }

  /** `unprocessed`: the host said that it did not begin; repeating that adds no load, so it takes nothing of the budget. */
  #repeat(attempt: Attempt, unprocessed: boolean, head: ResponseHead | null): boolean {
    const { stats } = attempt.cluster;
    this.#repeats ??= new Repeats();
    if (!unprocessed && !this.#repeats.take(attempt.cluster)) {
      stats[UPSTREAM.request_retry_overflow]!++;
      return false;
    }
    stats[UPSTREAM.request_retry]!++;
    if (this.ruleDecision !== null && !unprocessed) this.listener.rules?.attemptEnded(this, head, this.context.now);
    attempt.abort(ResetReason.LOCAL_RESET);
    attempt.release(false);
    this.upstream = null;
    this.#setAside(attempt.host);
    this.attempt++;
    this.#hold();
    this.#repeats.wait(this.context, () => {
      this.#enter(Phase.CHOOSE_HOST);
      this.guardTimer(() => this.#run());
    });
    return true;
  }

  // ── response side ───────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  respondInformational(head: ResponseHead): void {
    if (!this.#done && !this.#responded && this.#conversion === null) this.stream.sendInformational(head);
  }

  /** @internal */
  respondHead(attempt: Attempt, head: ResponseHead, end: boolean): void {
    if (this.#done || this.upstream !== attempt) return;
    const { route } = this;
    this.respondedAt = this.context.now;
    if (wantsStatus(route, this.#outgoing(), head.status) && this.#mayRepeat() && this.#repeat(attempt, false, head))
      return;
    const conversion = this.#conversion;
    if (conversion !== null) {
      // The timeout goes on: the caller gets nothing before the answer is here as a whole.
      if (this.ruleDecision !== null) this.listener.rules?.noteHead(this, head);
      this.listener.edges?.answered(this, head);
      conversion.answerHead(head);
      if (end) this.#convertAnswer(conversion);
      return;
    }
    if (!this.#wholeTimeout || head.switchesProtocol) this.context.deadlines.remove(this);
    if (head.switchesProtocol) this.#tunnel = true;
    if (this.ruleDecision !== null) this.listener.rules?.noteHead(this, head);
    this.#respond(head, end);
  }

  /** Sends the head of the answer, in the caller's protocol; false when filters let it go no further. */
  #respond(head: ResponseHead, end: boolean): boolean {
    const { route } = this;
    this.response = head;
    this.status = head.status;
    if (this.listener.keepsHeads) head.keep();
    this.listener.edges?.answered(this, head);
    if (this.#filters !== null && !this.#filters.response()) return false;
    if (route !== null && !route.responseMutation.empty) route.responseMutation.apply(head, readerOf(this));
    this.#responded = true;
    this.stream.sendHead(head, end);
    if (end) this.#responseEnd();
    return true;
  }

  /** @internal */
  respondData(chunk: Uint8Array, end: boolean): void {
    if (this.#done) return;
    const conversion = this.#conversion;
    if (conversion !== null) {
      if (!conversion.answerData(chunk)) this.#failConversion(conversion, 'transcode_response');
      else if (end) this.#convertAnswer(conversion);
      return;
    }
    this.#respondBytes(chunk, end);
  }

  #respondBytes(chunk: Uint8Array, end: boolean): void {
    this.#responded = true;
    this.bytesSent += chunk.length;
    if (this.#filters !== null && !this.#filters.responseData(chunk, end)) return;
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
    if (this.ruleDecision !== null) this.listener.rules?.noteTrailers(this, trailers);
    const conversion = this.#conversion;
    if (conversion === null) {
      this.#sendTrailers(trailers);
      return;
    }
    conversion.answerTrailers(trailers);
    this.#convertAnswer(conversion);
  }

  #sendTrailers(trailers: HeaderMap): void {
    if (this.#filters !== null && !this.#filters.responseTrailers(trailers)) return;
    this.stream.sendTrailers(trailers);
    this.#responseEnd();
  }

  /** The answer of the host is whole: the caller gets it in its own protocol. */
  #convertAnswer(conversion: Conversion): void {
    if (this.request.oneWay) {
      // Nobody waits for it.
      this.status = conversion.answerStatus;
      this.#responseEnd();
      return;
    }
    const answer = conversion.answer();
    if (answer === null) {
      this.#failConversion(conversion, 'transcode_response');
      return;
    }
    const { head, body, trailers } = answer;
    const more = body.length > 0 || trailers !== undefined;
    if (!this.#respond(head, !more) || !more) return;
    if (body.length > 0) this.#respondBytes(body, trailers === undefined);
    if (!this.#done && trailers !== undefined) this.#sendTrailers(trailers);
  }

  #slowReader(waiting: number): void {
    if (this.upstream?.stream?.pause() === true) {
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
    // Only HTTP has HEAD, and its heads know their method for good; others look for theirs in bytes that may be gone by now.
    const { request } = this;
    if (request.family === 'http' && request.method === 'HEAD') this.#answer({ status, code });
    else this.#answer({ status, code, body: this.#failureText(code) });
  }

  #failureText(code: ErrorCode): string {
    const text = localText(code, this.flags);
    const conversion = this.#conversion;
    return conversion === null || conversion.fault === null || conversion.fault.text === ''
      ? text
      : `${code}: ${conversion.fault.text}`;
  }

  #answer(reply: LocalReply): void {
    if (this.#done) return;
    this.plane.process[PROCESS.local_replies]!++;
    this.status = reply.status;
    this.listener.edges?.replied(this, reply);
    this.#responded = true;
    if (this.upstream !== null) this.upstream.abort(ResetReason.LOCAL_RESET);
    if (typeof reply.body === 'string') this.bytesSent = Buffer.byteLength(reply.body);
    else if (reply.body !== undefined) this.bytesSent = reply.body.length;
    if (!this.request.oneWay) this.stream.sendLocalReply(this.request, reply);
    this.#finish(reply.status < 500);
  }

  /** @internal Ends the stream without an answer. */
  terminate(): void {
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
    context.deadlines.remove(this);
    const attempt = this.upstream;
    if (attempt !== null) {
      if (!this.#requestEnded || !this.#responseEnded) attempt.abort(ResetReason.LOCAL_RESET);
      attempt.release(success && this.#responseEnded);
    }
    this.#repeats?.end(context);
    this.#ruleWait?.cancel();
    this.#hostWait?.cancel();
    this.#body?.drop();
    this.#copies?.end();
    this.#conversion?.end();
    const { stats, accessLogs } = listener;
    stats[DOWNSTREAM.request_active]!--;
    this.plane.process[PROCESS.exchanges_active]!--;
    if (!success) stats[DOWNSTREAM.request_failed]!++;
    recordDownstreamRequest(stats, this.status, this.finishedAt - this.startedAt, this.ownMs);
    if (this.recorded !== null) endRecord(this, this.recorded, success);
    if (this.ruleDecision !== null)
      listener.rules?.complete(this, this.startedAt, this.finishedAt, !success, endOf(this.flags));
    listener.edges?.record(this, success);
    this.#filters?.complete();
    for (let i = 0; i < accessLogs.length; i++) accessLogs[i]?.log(this);
  }

  // ── what filters do ─────────────────────────────────────────────────────────────────────────────────────────────

  getVariable(name: string): string | undefined {
    return readVariable(this, name);
  }

  setVariable(name: string, value: string): void {
    writeVariable(this, name, value);
  }

  reply(reply: LocalReply): void {
    // Once the answer has begun there is no other one: the stream ends instead.
    if (this.#responded) this.terminate();
    else this.#answer(reply);
  }

  resume(verdict: Verdict = Verdict.CONTINUE): void {
    if (this.#done || !this.#paused) return;
    this.#paused = false;
    if (this.#obey(verdict)) this.#run();
  }

  transcode(bound: BoundTranscoder): boolean {
    const { request } = this;
    if (this.#done || (this.#conversion !== null && this.#conversion.converted !== null)) return false;
    if (request.family !== bound.from || request.get(CONVERTED_HEADER) !== undefined) return false;
    if (!bound.transcoder.accept(request)) return false;
    this.#conversion = new Conversion(bound, request.protocol, this.context);
    return true;
  }

  get transcoder(): BoundTranscoder | null {
    return this.#conversion?.bound ?? null;
  }

  delay(delayMs: number, callback: () => void): void {
    if (!this.#done) this.#filters?.delay(delayMs, callback);
  }

  /** @internal Behind a timer no connection catches what an extension throws: it ends this request. */
  guardTimer(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.plane.process[PROCESS.extension_faults]!++;
      this.plane.onFilterFault('timer', error);
      this.fail('extension_failed', 500, Flag.FilterFault);
    }
  }
}

function sendConverted(stream: ClientStream, { head, body, trailers }: ConvertedRequest): void {
  const nothingElse = body.length === 0 && trailers === undefined;
  stream.sendHead(head, nothingElse);
  if (body.length > 0) stream.sendData(body, trailers === undefined);
  if (trailers !== undefined) stream.sendTrailers(trailers);
}

const RESET_TEXT: Readonly<Record<number, string>> = {
  [ResetReason.REMOTE_RESET]: 'remote reset',
  [ResetReason.LOCAL_RESET]: 'local reset',
  [ResetReason.CONNECTION_LOST]: 'connection lost',
  [ResetReason.CONNECT_FAILED]: 'connect failed',
  [ResetReason.REFUSED]: 'refused',
  [ResetReason.PROTOCOL_ERROR]: 'protocol error',
  [ResetReason.OVERFLOW]: 'overflow',
};
