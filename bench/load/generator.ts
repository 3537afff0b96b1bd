/**
 * The load generator. Two ways to drive a server:
 *
 * - closed loop: every connection keeps `inFlight` requests open; this finds the highest rate.
 * - open loop: requests arrive at a fixed rate whatever the server does, and latency counts from the moment a request
 *   was meant to start. A server that stalls therefore delays the requests behind the stall in the figures too, as it
 *   would delay users; measuring from the actual send would omit them ("coordinated omission").
 *
 * Every answer is checked (status, length, content). Latencies of wrong answers are not recorded.
 */
import { BoltClient } from './bolt-client.ts';
import type { Client, ClientEvents, ClientOptions } from './client.ts';
import { Copies, type CopyCounts } from './copies.ts';
import { DubboClient } from './dubbo-client.ts';
import { Histogram, type LatencySummary } from './histogram.ts';
import { Http1Client } from './http1-client.ts';
import { Http2Client } from './http2-client.ts';
import { startTicker } from './ticker.ts';

export type LoadProtocol = 'http1' | 'http2' | 'grpc' | 'bolt' | 'dubbo';

export interface LoadOptions {
  readonly protocol: LoadProtocol;
  readonly port: number;
  readonly connections: number;
  /** Requests in flight per connection; HTTP/1.1 always has one. */
  readonly inFlight: number;
  /** Requests per second of an open loop; 0 runs a closed loop. */
  readonly ratePerSecond: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  /** Ends the measured part after so many requests, if that comes before `durationMs`; 0 means no limit. */
  readonly requests: number;
  /** Whether HTTP/1.1 requests carry a 1 KB body. */
  readonly requestBody: boolean;
  /** Each request is sent a second time to this port, whose answers count for nothing. */
  readonly copiesTo?: number;
}

export interface LoadResult {
  /** Correct answers in the measured part. */
  readonly completed: number;
  readonly requestsPerSecond: number;
  readonly measuredMs: number;
  /** From the intended start, in milliseconds. */
  readonly latency: LatencySummary;
  readonly errors: number;
  /** What went wrong, and how often, warm-up included. */
  readonly errorKinds: Readonly<Record<string, number>>;
  /** Of the measured part; null without `copiesTo`. */
  readonly copies: Readonly<CopyCounts> | null;
}

/** How long answers may take after the last request was started, before they count as missing. */
const DRAIN_MS = 3000;
/** Errors after which a run is given up: it measures nothing any more. */
const MAX_ERRORS = 10_000;

function openClient(protocol: LoadProtocol, options: ClientOptions, events: ClientEvents): Client {
  switch (protocol) {
    case 'http1':
      return new Http1Client(options, events);
    case 'http2':
      return new Http2Client(options, false, events);
    case 'grpc':
      return new Http2Client(options, true, events);
    case 'bolt':
      return new BoltClient(options, events);
    case 'dubbo':
      return new DubboClient(options, events);
  }
}

/**
 * Runs one load; `onMeasuring` is called when the warm-up is over and `onMeasured` when the measured part ends, which
 * `enough` can make earlier.
 */
export async function runLoad(
  options: LoadOptions,
  onMeasuring: () => void = () => {},
  onMeasured: () => void = () => {},
  enough?: AbortSignal,
): Promise<LoadResult> {
  const run = new Run(options);
  await run.connect();
  return run.start(onMeasuring, onMeasured, enough);
}

class Run implements ClientEvents {
  readonly #options: LoadOptions;
  readonly #latency = new Histogram();
  readonly #errorKinds: Record<string, number> = {};
  readonly #clients: Client[] = [];
  readonly #copies: Copies | null;
  #errors = 0;
  #pending = 0;
  #sending = false;
  #measuring = false;
  #onLimit: () => void = () => {};
  #onDrained: () => void = () => {};
  // Open loop only: when the arrivals began, how many have been started, and where to look for a free connection.
  #firstArrivalMs = 0;
  #arrivals = 0;
  #cursor = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#copies = options.copiesTo === undefined ? null : new Copies();
  }

  async connect(): Promise<void> {
    const { copiesTo: port, connections, protocol } = this.#options;
    if (port !== undefined)
      await this.#copies?.open(connections, (events) => openClient(protocol, { ...this.#options, port }, events));
    for (let opened = 0; opened < this.#options.connections; opened++) {
      const client = this.#open();
      await client.ready;
    }
  }

  #open(): Client {
    const client = openClient(this.#options.protocol, this.#options, this);
    this.#clients.push(client);
    return client;
  }

  async start(onMeasuring: () => void, onMeasured: () => void, enough: AbortSignal | undefined): Promise<LoadResult> {
    const { ratePerSecond, warmupMs, durationMs } = this.#options;
    this.#sending = true;
    const ticker = ratePerSecond > 0 ? startTicker(1000 / ratePerSecond, () => this.#arrive()) : null;
    this.#firstArrivalMs = performance.now();
    if (ticker === null) for (const client of [...this.#clients]) this.#fill(client);
    await new Promise((resolve) => setTimeout(resolve, warmupMs));
    this.#latency.reset();
    this.#copies?.reset();
    this.#measuring = true;
    onMeasuring();
    const beganMs = performance.now();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      this.#onLimit = (): void => {
        clearTimeout(timer);
        resolve();
      };
      if (enough?.aborted === true) this.#onLimit();
      else enough?.addEventListener('abort', this.#onLimit, { once: true });
    });
    const measuredMs = performance.now() - beganMs;
    const completed = this.#latency.count;
    const copies = this.#copies === null ? null : { ...this.#copies.counts };
    onMeasured();
    this.#sending = false;
    ticker?.stop();
    await this.#drain();
    this.#measuring = false;
    for (const client of this.#clients) client.close();
    this.#copies?.close();
    return {
      completed,
      requestsPerSecond: (completed * 1000) / measuredMs,
      measuredMs,
      latency: this.#latency.summary(),
      errors: this.#errors,
      errorKinds: this.#errorKinds,
      copies,
    };
  }

  async #drain(): Promise<void> {
    if (this.#pending === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#fail('no answer', this.#pending);
        resolve();
      }, DRAIN_MS);
      this.#onDrained = (): void => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #fail(kind: string, count = 1): void {
    this.#errors += count;
    this.#errorKinds[kind] = (this.#errorKinds[kind] ?? 0) + count;
    if (this.#errors >= MAX_ERRORS) this.#onLimit();
  }

  #fill(client: Client): void {
    while (this.#sending && client.free > 0) this.#send(client, performance.now());
  }

  #send(client: Client, intendedMs: number): void {
    this.#pending++;
    client.send(intendedMs);
    this.#copies?.send();
  }

  /** Starts every request whose time has come; those without a free connection wait, their clock running. */
  #arrive(): void {
    if (!this.#sending) return;
    const { ratePerSecond } = this.#options;
    const due = Math.floor(((performance.now() - this.#firstArrivalMs) * ratePerSecond) / 1000);
    while (this.#arrivals < due) {
      const client = this.#nextFree();
      if (client === undefined) return;
      this.#send(client, this.#firstArrivalMs + ((this.#arrivals + 1) * 1000) / ratePerSecond);
      this.#arrivals++;
    }
  }

  #nextFree(): Client | undefined {
    const count = this.#clients.length;
    for (let tried = 0; tried < count; tried++) {
      this.#cursor = this.#cursor + 1 >= count ? 0 : this.#cursor + 1;
      const client = this.#clients[this.#cursor] as Client;
      if (client.free > 0) return client;
    }
    return undefined;
  }

  onDone(client: Client, intendedMs: number, error: string): void {
    this.#pending--;
    if (error !== '') this.#fail(error);
    else this.#latency.record(performance.now() - intendedMs);
    if (this.#measuring && this.#options.requests > 0 && this.#latency.count >= this.#options.requests) this.#onLimit();
    if (!this.#sending) {
      if (this.#pending === 0) this.#onDrained();
      return;
    }
    if (this.#options.ratePerSecond > 0) this.#arrive();
    else this.#fill(client);
  }

  onClosed(client: Client, reason: string): void {
    const at = this.#clients.indexOf(client);
    if (at >= 0) this.#clients.splice(at, 1);
    if (!this.#sending) return;
    this.#fail(`connection lost ${reason}`.trim());
    if (this.#errors >= MAX_ERRORS) return;
    const replacement = this.#open();
    replacement.ready.then(
      () => {
        if (this.#options.ratePerSecond === 0) this.#fill(replacement);
      },
      () => {},
    );
  }
}
