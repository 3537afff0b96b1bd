import type { HealthResult } from '@weft/sdk';

/** A socket or a request. */
interface Closable {
  destroy(): unknown;
}

/**
 * One check under way. Whatever comes first, an answer, a failure, the deadline or `cancel`, is told once (or, after
 * `cancel`, not at all), and what was opened is closed in every case. The result never comes while `check` still runs.
 */
export class CheckRun {
  #done: ((result: HealthResult) => void) | null;
  #opened: Closable | null = null;
  readonly #deadline: NodeJS.Timeout;

  constructor(timeoutMs: number, done: (result: HealthResult) => void) {
    this.#done = done;
    this.#deadline = setTimeout(() => this.end(false, 'timeout'), timeoutMs);
  }

  /** Opens the socket of the check. What `open` throws, such as a port that is none, is a result like any other. */
  start(open: () => Closable): void {
    try {
      this.#opened = open();
    } catch (error) {
      setImmediate(() => this.fail(error));
    }
  }

  /** Tells the result and leaves the socket open, at the longest until the deadline. */
  report(healthy: boolean, detail: string): void {
    const done = this.#done;
    this.#done = null;
    done?.({ healthy, detail });
  }

  /** Closes, then tells the result unless it was told. */
  end(healthy: boolean, detail: string): void {
    this.#close();
    this.report(healthy, detail);
  }

  fail(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    this.end(false, code ?? message);
  }

  /** Closes and tells nothing any more. */
  readonly cancel = (): void => {
    this.#done = null;
    this.#close();
  };

  #close(): void {
    clearTimeout(this.#deadline);
    this.#opened?.destroy();
  }
}
