import type { ProxyEvent } from '@weft/distribution';

/** Of those that wait for the control plane the newest are kept. */
const MAX_WAITING = 100;

/** What happened to a proxy in the mesh, for the people who look at it in the console once it can be told. */
export class MeshEvents {
  #waiting: ProxyEvent[] = [];
  #outage: { readonly sinceMs: number; readonly reason: string } | null = null;

  note(event: ProxyEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
  }

  /** The control plane is out of reach since then; said once per outage, its first reason counts. */
  lost(sinceMs: number, reason: string): void {
    this.#outage ??= { sinceMs, reason };
  }

  /** It is there again: how long it was away, and why; null when it was not. */
  returned(nowMs: number): { readonly awayMs: number; readonly reason: string } | null {
    const outage = this.#outage;
    this.#outage = null;
    return outage === null ? null : { awayMs: nowMs - outage.sinceMs, reason: outage.reason };
  }

  /** Hands over what waits. */
  take(): readonly ProxyEvent[] {
    const events = this.#waiting;
    this.#waiting = [];
    return events;
  }
}
