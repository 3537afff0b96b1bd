import {
  AS_CALLER,
  type BoundTranscoder,
  CONVERTED_HEADER,
  type HostProtocol,
  ResetReason,
  type ResponseHead,
  type StreamContext,
  Verdict,
} from '@weft/sdk';
import { DOWNSTREAM, PROCESS, UPSTREAM } from '@weft/telemetry/stats';
import type { Cluster, Host } from '../cluster/index.ts';
import { Admission, type RuleChain } from '../governance/chain.ts';
import { Pressure } from '../net/index.ts';
import type { ForwardProgram } from '../route/index.ts';
import { PoolFailure } from '../stream/index.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import { Conversion } from './conversion.ts';
import type { DataPlane } from './environment.ts';
import { ALL_PASSED, FilterRun } from './filter-run.ts';
import { Flag } from './flags.ts';
import { HostWait } from './host-wait.ts';
import { Phase } from './phase.ts';
import { RequestBody } from './request-body.ts';
import { RequestSide } from './request-side.ts';
import { hasRepeatLeft, Repeats, safeToRepeat, wantsStatus } from './retry.ts';
import { findCluster, pickHost, refuseHosts, routeReply } from './routing.ts';
import { RuleWait } from './rule-wait.ts';

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
 * Everything is synchronous: a filter that must wait returns PAUSE and calls `resume()`. Here are the phases and the
 * attempts. The bytes flow independently of them, the request's in `RequestSide` and the response's in `ResponseSide`, which
 * also has the ends: whatever ends the exchange passes through `finish` exactly once. What is known of the request at any
 * time is the `ExchangeRecord` below both.
 */
export class Exchange extends RequestSide implements AttemptOwner, StreamContext {
  #phase: Phase = Phase.BEFORE_ROUTE;
  #paused = false;
  #reentries = 0;
  /** The timeout runs. */
  #timed = false;
  /** What was tried before; null until something was. */
  #repeats: Repeats | null = null;
  /** A rule makes the request wait; null for most. */
  #ruleWait: RuleWait | null = null;
  /** The service had no hosts yet; null for most. */
  #hostWait: HostWait | null = null;

  override begin(): void {
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
    // What lasts is judged again when rules change, by its head.
    if (rules !== null && (rules.rechecks || this.request.upgrade !== '')) this.request.keep();
    if (!chain.empty) {
      const filters = chain.create();
      if (filters !== null) {
        this.filters = new FilterRun(this, filters);
        this.request.keep();
      }
    }
    if (admission === Admission.WAITING && rules !== null) this.#waitForRules(rules);
    else this.run();
  }

  /** The timeout of the route runs while a rule delays the request: which route it is going to be is looked up ahead. */
  #waitForRules(rules: RuleChain): void {
    // A request that is here as a whole is not held up: the end of its caller must be seen.
    if (this.requestEnded) this.request.keep();
    else this.hold();
    const action = this.listener.routes()?.match(this.request, this)?.action;
    this.#armTimeout(action?.kind === 'forward' ? action : null);
    this.#ruleWait = new RuleWait(this, rules, () => this.run());
    this.#ruleWait.start();
  }

  // ── phases ──────────────────────────────────────────────────────────────────────────────────────────────────────

  protected override run(): void {
    while (!this.done) {
      switch (this.#phase) {
        case Phase.BEFORE_ROUTE:
        case Phase.AFTER_ROUTE:
        case Phase.AFTER_CHOOSE_HOST:
          if (this.filters !== null && !this.#runFilters(this.filters)) return;
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

  /** Whether nothing has to be converted any more; otherwise the run ends here for now, or for good. */
  #isConverted(): boolean {
    const { conversion } = this;
    if (conversion === null || conversion.head !== null) return true;
    const action = this.route?.action;
    if (!this.#timed) this.#armTimeout(action?.kind === 'forward' ? action : null);
    const streams = conversion.begin(this.#deadlineMs());
    if (streams) this.convertKept(conversion);
    else if (this.done || !conversion.admits(this.request.contentLength)) return false;
    else if (!this.requestEnded) {
      conversion.gather();
      this.unhold();
      return false;
    } else {
      const done = conversion.convert(this.body, this.#deadlineMs());
      this.dropBody();
      if (!done) return false;
    }
    // The call may have brought a deadline where only the transcoder could see it.
    if (this.outgoing().timeoutMs > 0) this.#timed = false;
    return !this.done;
  }

  /** Time left, ms; 0 for none: what only guards against silence is no deadline that the other side should know. */
  #deadlineMs(): number {
    return this.#timed && this.wholeTimeout ? Math.max(1, Math.round(this.dueAt - this.context.now)) : 0;
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.filters?.restart();
  }

  /** Runs the rest of the filters of this phase; false when the run ends here for now. */
  #runFilters(filters: FilterRun): boolean {
    for (;;) {
      const verdict = filters.next(this.#phase);
      if (verdict === ALL_PASSED) return true;
      if (verdict !== Verdict.CONTINUE && !this.#obey(verdict)) return false;
      if (this.done) return false;
    }
  }

  /** Does what a verdict of a request hook says; true when the run goes on. */
  #obey(verdict: Verdict): boolean {
    switch (verdict) {
      case Verdict.CONTINUE:
        return true;
      case Verdict.PAUSE:
        this.#paused = true;
        this.hold();
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
        if (!this.done && !this.responded) this.fail('extension_failed', 500, Flag.FilterFault);
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
    const route = table.match(this.outgoing(), this);
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
      this.answer(local);
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
      this.run();
    });
    if (!wait.start(cluster)) return false;
    this.#hostWait = wait;
    this.hold();
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
    const conversion = this.conversion;
    const protocolName =
      conversion?.protocol ?? this.variables?.get('upstream_protocol') ?? action?.upstreamProtocol ?? '';
    const binding =
      protocolName === '' || protocolName.toLowerCase() === 'auto'
        ? this.#sameProtocol()
        : this.plane.protocol(protocolName);
    if (binding === undefined || binding.protocol.family !== this.outgoing().family) {
      this.fail('transcoding_unsupported', 502, Flag.UpstreamLocalReset);
      return;
    }
    const retry = action?.retry ?? null;
    if (
      retry?.retryOn &&
      retry.maxRetries > 0 &&
      this.attempt === 0 &&
      (conversion === null || conversion.streamsRequest)
    ) {
      // A repeat needs the head and the body again; without a retry policy nothing is kept.
      this.request.keep();
      this.body ??= new RequestBody(this.context);
    }
    if (!this.#timed) this.#armTimeout(action);
    const tryTimeoutMs = this.#tryTimeout(retry?.tryTimeoutMs ?? 0);
    if (!attempt.start(binding, tryTimeoutMs) && !this.done && this.upstream === attempt) this.hold();
  }

  #sameProtocol(): ReturnType<DataPlane['protocol']> {
    return this.plane.protocol(this.request.protocol);
  }

  #armTimeout(action: ForwardProgram | null): void {
    if (this.tunnel) return;
    const own = Number(this.variables?.get('proxy_global_timeout') ?? 0);
    const explicit = own > 0 ? own : (action?.timeoutMs ?? 0);
    const deadline = this.outgoing().timeoutMs;
    if (deadline < 0 && explicit === 0) return;
    let timeoutMs = explicit > 0 ? explicit : DEFAULT_TIMEOUT_MS;
    if (deadline > 0) timeoutMs = explicit > 0 ? Math.min(explicit, deadline) : deadline;
    this.wholeTimeout = explicit > 0 || deadline > 0;
    this.#timed = true;
    const { context } = this;
    context.deadlines.set(this, context.now + timeoutMs);
  }

  #tryTimeout(configured: number): number {
    const own = Number(this.variables?.get('proxy_try_timeout') ?? 0);
    return own > 0 ? own : configured;
  }

  // ── attempts ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  attemptUnconnected(attempt: Attempt, failure: PoolFailure, detail: string): void {
    if (this.done || this.upstream !== attempt) return;
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
    this.hold();
    this.#enter(Phase.CHOOSE_HOST);
    this.run();
    return true;
  }

  /** @internal */
  attemptReset(attempt: Attempt, reason: ResetReason): void {
    if (this.done || this.upstream !== attempt) return;
    if (this.failureDetail === '') this.failureDetail = RESET_TEXT[reason] ?? `reset ${reason}`;
    if (!this.responded && this.#retry(attempt, reason)) return;
    const flag = reason === ResetReason.CONNECTION_LOST ? Flag.UpstreamConnectionTermination : Flag.UpstreamRemoteReset;
    this.fail(reason === ResetReason.PROTOCOL_ERROR ? 'upstream_malformed' : 'upstream_reset', 502, flag, reason);
  }

  /** @internal */
  attemptTimedOut(attempt: Attempt): void {
    if (this.done || this.upstream !== attempt) return;
    attempt.cluster.stats[UPSTREAM.request_timeout]!++;
    this.failureDetail = 'attempt timed out';
    if (!this.responded && this.#retry(attempt, ResetReason.LOCAL_RESET)) return;
    this.fail('upstream_timeout', 504, Flag.UpstreamRequestTimeout);
  }

  /** Starts another attempt if the policy, the budget and safety allow; false when this was the last. */
  #retry(attempt: Attempt, reason: ResetReason): boolean {
    if (!this.#mayRepeat() || !safeToRepeat(this.outgoing(), attempt, reason)) return false;
    return this.#repeat(attempt, reason === ResetReason.REFUSED, null);
  }

  /** The policy has an attempt left, and everything that would have to be sent again is still here. */
  #mayRepeat(): boolean {
    return hasRepeatLeft(this) && (this.body === null || this.body.complete);
  }

  protected override repeatFor(attempt: Attempt, head: ResponseHead): boolean {
    const wanted = wantsStatus(this.route, this.outgoing(), head.status);
    return wanted && this.#mayRepeat() && this.#repeat(attempt, false, head);
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
    this.hold();
    this.#repeats.wait(this.context, () => {
      this.#enter(Phase.CHOOSE_HOST);
      this.guardTimer(() => this.run());
    });
    return true;
  }

  protected override releaseRequest(): void {
    super.releaseRequest();
    this.#repeats?.end(this.context);
    this.#ruleWait?.cancel();
    this.#hostWait?.cancel();
  }

  // ── what filters do ─────────────────────────────────────────────────────────────────────────────────────────────

  resume(verdict: Verdict = Verdict.CONTINUE): void {
    if (this.done || !this.#paused) return;
    this.#paused = false;
    if (this.#obey(verdict)) this.run();
  }

  transcode(bound: BoundTranscoder): boolean {
    const { request } = this;
    if (this.done || (this.conversion !== null && this.conversion.head !== null)) return false;
    if (request.family !== bound.from || request.get(CONVERTED_HEADER) !== undefined) return false;
    if (!bound.transcoder.accept(request)) return false;
    this.conversion = new Conversion(bound, this);
    return true;
  }

  get transcoder(): BoundTranscoder | null {
    return this.conversion?.bound ?? null;
  }

  get hostProtocol(): HostProtocol | null {
    const action = this.route?.action;
    const name = action?.kind === 'forward' ? action.upstreamProtocol : '';
    if (name === '') return null;
    return name.toLowerCase() === 'auto' ? AS_CALLER : (this.plane.protocol(name)?.protocol ?? null);
  }

  delay(delayMs: number, callback: () => void): void {
    if (!this.done) this.filters?.delay(delayMs, callback);
  }
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
