import { WheelTimer } from '@weft/kit';
import { type PickContext, type RequestHead, ResetReason } from '@weft/sdk';
import type { Cluster, Host } from '../cluster/index.ts';
import type { NetContext } from '../net/index.ts';
import type { ForwardProgram, Route } from '../route/index.ts';
import { Resource } from '../stream/index.ts';
import type { ExchangeRecord } from './exchange-record.ts';

/** Pause before an attempt is repeated, ms. */
const RETRY_PAUSE_MS = 10;

/** Without a limit of their own, retries may be this share of the requests in flight, but at least the minimum. */
const BUDGET_SHARE = 0.2;
const BUDGET_MINIMUM = 3;

type RetryPolicy = NonNullable<ForwardProgram['retry']>;

/** How far an attempt had come when it failed. */
export interface AttemptProgress {
  /** Something of the request may have reached the host. */
  readonly sent: boolean;
  /** Something of the response arrived. */
  readonly answered: boolean;
}

/** Whether sending the request once more can do no harm: it never arrived, or repeating it is harmless by definition. */
export function safeToRepeat(request: RequestHead, progress: AttemptProgress, reason: ResetReason): boolean {
  if (progress.answered) return false;
  if (!progress.sent || reason === ResetReason.REFUSED || reason === ResetReason.CONNECT_FAILED) return true;
  return request.idempotent;
}

/** The retry policy of a route; null where it repeats nothing. */
export function retryOf(route: Route | null): RetryPolicy | null {
  if (route === null || route.action.kind !== 'forward') return null;
  const { retry } = route.action;
  return retry?.retryOn === true && retry.maxRetries > 0 ? retry : null;
}

/** Whether the policy of the route has another attempt left for this request. */
export function hasRepeatLeft({ route, attempt, variables }: ExchangeRecord): boolean {
  const retry = retryOf(route);
  return retry !== null && attempt < retry.maxRetries && variables?.get('proxy_disable_retry') !== 'true';
}

/** Whether the route wants a retry for a response of this status. */
export function wantsStatus(route: Route | null, request: RequestHead, status: number): boolean {
  if (route === null || retryOf(route) === null) return false;
  const listed = route.retryStatus === null ? status >= 500 : route.retryStatus.has(status);
  // The answer proves that the request was processed: only what may be repeated is repeated.
  return listed && request.idempotent;
}

/** What a request that is repeated needs beyond one that is not. */
export class Repeats {
  /** Hosts that were tried or set aside; the next choice prefers the others. */
  readonly tried: Host[] = [];
  /** The cluster in whose retry budget the request has a place. */
  #cluster: Cluster | null = null;
  #timer: WheelTimer | null = null;

  pickContext(attempt: number, hosts: readonly Host[]): PickContext {
    return { attempt, tried: (index) => this.tried.includes(hosts[index] as Host) };
  }

  /** Takes a place in the retry budget of the cluster, one for all repeats; false when it is used up. */
  take(cluster: Cluster): boolean {
    if (this.#cluster !== null) return true;
    const { resources, usage } = cluster;
    if (resources.limited(Resource.RETRIES)) {
      if (!resources.acquire(Resource.RETRIES)) return false;
    } else if (usage.retries >= Math.max(BUDGET_MINIMUM, usage.requests * BUDGET_SHARE)) {
      return false;
    }
    usage.retries++;
    this.#cluster = cluster;
    return true;
  }

  /** Runs `next` after the pause. */
  wait(context: NetContext, next: () => void): void {
    this.#timer ??= new WheelTimer(next);
    context.timers.arm(this.#timer, RETRY_PAUSE_MS);
  }

  /** The request is over. */
  end(context: NetContext): void {
    if (this.#timer !== null) context.timers.cancel(this.#timer);
    const cluster = this.#cluster;
    if (cluster === null) return;
    if (cluster.resources.limited(Resource.RETRIES)) cluster.resources.release(Resource.RETRIES);
    cluster.usage.retries--;
  }
}
