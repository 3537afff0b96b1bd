import http from 'node:http';

export interface LoadFigures {
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
}

/** Beyond that many answers outstanding a request is left out: a demo does not pile up work. */
const MAX_IN_FLIGHT = 64;
const TIMEOUT_MS = 10_000;

/** Readers of the page: an even stream of requests, whatever comes back. */
export class Load {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: MAX_IN_FLIGHT });
  readonly #page: URL;
  readonly #host: string;
  #timer: NodeJS.Timeout | null = null;
  #inFlight = 0;
  #sent = 0;
  #ok = 0;
  #failed = 0;

  /** `host` is the name under which the page is asked for at `page`. */
  constructor(page: URL, host: string) {
    this.#page = page;
    this.#host = host;
  }

  /** `ratePerSecond` 1 to 1000. */
  start(ratePerSecond: number): void {
    this.#timer = setInterval(() => this.#send(), 1000 / ratePerSecond);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#agent.destroy();
  }

  figures(): LoadFigures {
    return { sent: this.#sent, ok: this.#ok, failed: this.#failed };
  }

  #send(): void {
    if (this.#inFlight >= MAX_IN_FLIGHT) return;
    this.#inFlight++;
    this.#sent++;
    let settled = false;
    const settle = (good: boolean): void => {
      if (settled) return;
      settled = true;
      this.#inFlight--;
      if (good) this.#ok++;
      else this.#failed++;
    };
    const request = http.get(
      new URL(`/productpage?id=${this.#sent % 10}`, this.#page),
      { agent: this.#agent, headers: { host: this.#host }, timeout: TIMEOUT_MS },
      (response) => {
        response.resume();
        response.once('end', () => settle((response.statusCode ?? 500) < 400));
        response.once('close', () => settle(false));
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => settle(false));
  }
}
