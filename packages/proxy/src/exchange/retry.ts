import { type RequestHead, ResetReason } from '@weft/sdk';
import type { Cluster } from '../cluster/index.ts';
import type { ForwardProgram, Route } from '../route/index.ts';
import { Resource } from '../stream/index.ts';

/** Pause before an attempt is repeated, ms. */
export const RETRY_PAUSE_MS = 10;

/** Without a limit of their own, retries may be this share of the requests in flight, but at least the minimum. */
const BUDGET_SHARE = 0.2;
const BUDGET_MINIMUM = 3;

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

/** Whether the route wants a retry for a response of this status. */
export function retriesStatus(route: Route, action: ForwardProgram, request: RequestHead, status: number): boolean {
  const { retry } = action;
  if (retry === null || !retry.retryOn) return false;
  const listed = route.retryStatus === null ? status >= 500 : route.retryStatus.has(status);
  // The answer proves that the request was processed: only what may be repeated is repeated.
  return listed && request.idempotent;
}

/** Takes a place in the retry budget of the cluster; false when it is used up. */
export function takeRetry(cluster: Cluster): boolean {
  const { resources, usage } = cluster;
  if (resources.limited(Resource.RETRIES)) {
    if (!resources.acquire(Resource.RETRIES)) return false;
  } else if (usage.retries >= Math.max(BUDGET_MINIMUM, usage.requests * BUDGET_SHARE)) {
    return false;
  }
  usage.retries++;
  return true;
}

export function giveRetry(cluster: Cluster): void {
  if (cluster.resources.limited(Resource.RETRIES)) cluster.resources.release(Resource.RETRIES);
  cluster.usage.retries--;
}
