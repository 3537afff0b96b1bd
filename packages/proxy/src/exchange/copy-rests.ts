import type { PickContext } from '@weft/sdk';
import type { Cluster, Host } from '../cluster/index.ts';

/** How long a host rests first, and at most; each try that fails behind a rest doubles it, ms. */
const FIRST_REST_MS = 1000;
const MAX_REST_MS = 30_000;
/** Copies in a row that a host took and did not answer. One that cannot be connected to rests at once. */
const MAX_UNANSWERED = 5;

interface Rest {
  /** Copies in a row that were not answered. */
  unanswered: number;
  restMs: number;
  /** Monotonic ms; 0: it does not rest. */
  untilMs: number;
  /** When it began to rest, or was tried last: what was sent before says nothing new. */
  sinceMs: number;
}

/**
 * Hosts that copies cannot be sent to, on one thread. Copies leave such a host alone for a while, so that a target that is
 * dead does not cost a connect for each request; then one is sent to see. Requests themselves do not care.
 */
export class CopyRests implements PickContext {
  readonly attempt = 0;
  readonly #rests = new WeakMap<Host, Rest>();
  /** Of the choice at hand. */
  #hosts: readonly Host[] = [];
  #nowMs = 0;

  /** A host for a copy, rather one that does not rest; null when there is none. */
  choose(cluster: Cluster, nowMs: number): Host | null {
    this.#hosts = cluster.hosts;
    this.#nowMs = nowMs;
    const host = cluster.choose(this);
    this.#hosts = [];
    return host;
  }

  /** Hosts that rest count as tried. */
  tried(index: number): boolean {
    const host = this.#hosts[index];
    return host !== undefined && this.restMs(host, this.#nowMs) > 0;
  }

  /** For how long the host rests still, ms; 0: it does not. */
  restMs(host: Host, nowMs: number): number {
    const rest = this.#rests.get(host);
    return rest === undefined ? 0 : Math.max(0, rest.untilMs - nowMs);
  }

  /** A copy is sent to a host that does not rest. The first behind a rest is alone: others wait for what becomes of it. */
  sent(host: Host, nowMs: number): void {
    const rest = this.#rests.get(host);
    if (rest === undefined || rest.untilMs === 0) return;
    rest.sinceMs = nowMs;
    rest.untilMs = nowMs + rest.restMs;
  }

  /** @param connected the host took the copy and did not answer */
  failed(host: Host, sentAtMs: number, nowMs: number, connected: boolean): void {
    let rest = this.#rests.get(host);
    if (rest === undefined) {
      rest = { unanswered: 0, restMs: 0, untilMs: 0, sinceMs: 0 };
      this.#rests.set(host, rest);
    }
    if (rest.untilMs > 0 && sentAtMs < rest.sinceMs) return;
    rest.unanswered++;
    if (connected && rest.untilMs === 0 && rest.unanswered < MAX_UNANSWERED) return;
    rest.restMs = rest.restMs === 0 ? FIRST_REST_MS : Math.min(2 * rest.restMs, MAX_REST_MS);
    rest.untilMs = nowMs + rest.restMs;
    rest.sinceMs = nowMs;
  }

  answered(host: Host): void {
    this.#rests.delete(host);
  }
}
