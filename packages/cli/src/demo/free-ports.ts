import net from 'node:net';

/** Below the range that systems take for outgoing connections, so that none of those takes a port in between. */
const LOWEST = 15_000;
const HIGHEST = 32_000;

/** Hands out ports of 127.0.0.1 that are free now, none of them twice. */
export class FreePorts {
  readonly #taken = new Set<number>();
  #next: number;

  /** `start` spreads demos that run at the same time; any number. */
  constructor(start: number) {
    this.#next = LOWEST + (Math.abs(Math.trunc(start)) % (HIGHEST - LOWEST));
  }

  /** The port that is preferred when it is free, else the next free one. @throws Error when there is none */
  async take(preferred = 0): Promise<number> {
    if (preferred !== 0 && !this.#taken.has(preferred) && (await isFree(preferred))) {
      this.#taken.add(preferred);
      return preferred;
    }
    for (let tried = LOWEST; tried < HIGHEST; tried++) {
      const port = this.#next;
      this.#next = port + 1 < HIGHEST ? port + 1 : LOWEST;
      if (this.#taken.has(port) || !(await isFree(port))) continue;
      this.#taken.add(port);
      return port;
    }
    throw new Error(`no port from ${LOWEST} to ${HIGHEST} of 127.0.0.1 is free`);
  }

  /** Everything that was handed out. */
  list(): readonly number[] {
    return [...this.#taken];
  }
}

/** What to say behind a place whose port is not the one that was asked for; '' where it is, or any would do. */
export function insteadOf(preferred: number, port: number): string {
  return preferred === 0 || port === preferred ? '' : ` (port ${preferred} is taken, so ${port})`;
}

/** Whether a process could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
