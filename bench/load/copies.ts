/**
 * Copies of the requests of a run, sent by the generator itself to a target beside the proxy. So a proxy that copies requests can
 * be compared with one that does not while target and generator have the same to do.
 */
import type { Client, ClientEvents } from './client.ts';

export interface CopyCounts {
  sent: number;
  /** Every connection still waited for the answer to an earlier copy. */
  leftOut: number;
  /** Wrong answers and lost connections. */
  failed: number;
}

export class Copies implements ClientEvents {
  readonly counts: CopyCounts = { sent: 0, leftOut: 0, failed: 0 };
  readonly #clients: Client[] = [];
  #cursor = 0;

  /** Opens as many connections as `make` is asked for. */
  async open(connections: number, make: (events: ClientEvents) => Client): Promise<void> {
    for (let opened = 0; opened < connections; opened++) {
      const client = make(this);
      this.#clients.push(client);
      await client.ready;
    }
  }

  /** Sends a copy of a request; its answer is looked at and counts for nothing else. */
  send(): void {
    const count = this.#clients.length;
    for (let tried = 0; tried < count; tried++) {
      this.#cursor = this.#cursor + 1 >= count ? 0 : this.#cursor + 1;
      const client = this.#clients[this.#cursor] as Client;
      if (client.free === 0) continue;
      client.send(0);
      this.counts.sent++;
      return;
    }
    this.counts.leftOut++;
  }

  /** What was counted before belongs to the warm-up. */
  reset(): void {
    this.counts.sent = 0;
    this.counts.leftOut = 0;
    this.counts.failed = 0;
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  onDone(_client: Client, _intendedMs: number, error: string): void {
    if (error !== '') this.counts.failed++;
  }

  onClosed(client: Client): void {
    const at = this.#clients.indexOf(client);
    if (at >= 0) this.#clients.splice(at, 1);
  }
}
