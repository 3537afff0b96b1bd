import type { AuthRefusal, NodeInfo } from '@weft/distribution';
import type { Clock } from '@weft/kit';
import type { KnownKey } from '../osp/index.ts';

/** Kept; the one that tried longest ago makes room. */
const MAX_KEPT = 200;
/** Who has not tried for so long is forgotten. */
const KEPT_MS = 24 * 3_600_000;
/** A peer says these itself, before anybody knows who it is. */
const MAX_TEXT = 128;

/** Somebody whose connections were refused, as long as none of them was taken. */
export interface Refusal {
  /** As the peer says; '' where it says nothing. */
  readonly proxyId: string;
  readonly app: string;
  /** Address that it comes from, without the port. */
  readonly address: string;
  readonly accessKeyId: string;
  /** The key, where there is such a one, with its place. */
  readonly key: KnownKey | null;
  readonly why: AuthRefusal;
  readonly count: number;
  /** Wall clock, ms. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** Whose connections were refused for their key since this process began: bounded, and of every tenant. */
export class Refusals {
  readonly #clock: Clock;
  /** The one that tried last is the last. */
  readonly #byWho = new Map<string, Refusal>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A stream was refused; a proxy opens several, and comes again. */
  add(peer: string, node: NodeInfo | undefined, accessKeyId: string, key: KnownKey | null, why: AuthRefusal): void {
    const address = hostOf(peer);
    const shortId = accessKeyId.slice(0, MAX_TEXT);
    const proxyId = (node?.id ?? '').slice(0, MAX_TEXT);
    const who = JSON.stringify([proxyId === '' ? address : proxyId, shortId]);
    const before = this.#byWho.get(who);
    const nowMs = this.#clock.wallNow();
    this.#byWho.delete(who);
    this.#byWho.set(who, {
      proxyId,
      app: (node?.app ?? '').slice(0, MAX_TEXT),
      address,
      accessKeyId: shortId,
      key,
      why,
      count: (before?.count ?? 0) + 1,
      firstAtMs: before?.firstAtMs ?? nowMs,
      lastAtMs: nowMs,
    });
    if (this.#byWho.size > MAX_KEPT) this.#byWho.delete(this.#byWho.keys().next().value as string);
  }

  /** A proxy was let in: what was wrong with it is mended. */
  accepted(proxyId: string): void {
    for (const [who, refusal] of this.#byWho) if (refusal.proxyId === proxyId) this.#byWho.delete(who);
  }

  /** Newest first. */
  list(): readonly Refusal[] {
    const oldestMs = this.#clock.wallNow() - KEPT_MS;
    for (const [who, { lastAtMs }] of this.#byWho) if (lastAtMs < oldestMs) this.#byWho.delete(who);
    return [...this.#byWho.values()].reverse();
  }
}

/** `10.0.0.1:4711`, `[::1]:4711` or `ipv4:10.0.0.1:4711` without the port. */
function hostOf(peer: string): string {
  const text = peer.replace(/^ipv[46]:/, '').slice(0, MAX_TEXT);
  return text.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
