import type { Publication } from '@weft/distribution';
import type { Clock } from '@weft/kit';
import type { RegistryPort } from '../registry-port.ts';

export class ManualClock implements Clock {
  #now = 0;
  #due: { at: number; run: () => void }[] = [];
  now = (): number => this.#now;
  wallNow = (): number => this.#now;
  schedule(delayMs: number, run: () => void): () => void {
    const item = { at: this.#now + delayMs, run };
    this.#due.push(item);
    return () => {
      this.#due = this.#due.filter((other) => other !== item);
    };
  }
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#due.filter((item) => item.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((item) => item !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }
  /** Until changes are routed: 100 ms, and what begins then. */
  async settle(): Promise<void> {
    this.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A registry that accepts everything and remembers it. */
export class RecordingRegistry implements RegistryPort {
  readonly instanceId = '000001';
  readonly published = new Map<string, Publication>();
  readonly subscribed = new Set<string>();
  readonly used: string[] = [];
  publish(publication: Publication): void {
    this.published.set(publication.registId, publication);
  }
  unpublish(registId: string): void {
    this.published.delete(registId);
  }
  publicationState(registId: string): { state: 'accepted' | 'waiting'; reason: string } {
    return { state: this.published.has(registId) ? 'accepted' : 'waiting', reason: '' };
  }
  subscribe(dataInfoId: string): void {
    this.subscribed.add(dataInfoId);
  }
  unsubscribe(dataInfoId: string): void {
    this.subscribed.delete(dataInfoId);
  }
  serviceUsed(dataId: string, used: boolean): void {
    this.used.push(`${used ? '+' : '-'}${dataId}`);
  }
}
