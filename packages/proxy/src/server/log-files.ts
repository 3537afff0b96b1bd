import path from 'node:path';
import { LogFile, type LogRing, parseRoller, type RollerConfig } from '@weft/telemetry';

const DRAIN_MS = 50;

/** The access log files of a proxy: data threads write lines into rings, main drains them into files. */
export class LogFiles {
  readonly #directory: string;
  readonly #roller: RollerConfig | undefined;
  readonly #files: LogFile[] = [];
  readonly #indices = new Map<string, number>();
  /** Files that are switched off: their lines are dropped. */
  readonly #off = new Set<number>();
  readonly #rings: readonly LogRing[];
  #timer: NodeJS.Timeout | null = null;

  constructor(rings: readonly LogRing[], directory: string, roller: string) {
    this.#rings = rings;
    this.#directory = directory;
    this.#roller = roller === '' ? undefined : parseRoller(roller);
  }

  /** Index of a file by its configured path; opened on first use. */
  index(configured: string): number {
    const known = this.#indices.get(configured);
    if (known !== undefined) return known;
    const destination =
      isStream(configured) || path.isAbsolute(configured) ? configured : path.join(this.#directory, configured);
    const file = new LogFile(destination, this.#roller === undefined ? {} : { roller: this.#roller });
    const index = this.#files.push(file) - 1;
    this.#indices.set(configured, index);
    return index;
  }

  /** Writes a line of the control thread itself. */
  write(configured: string, line: string): void {
    this.#files[this.index(configured)]?.write(line);
  }

  /** Switches a file on or off; false when there is none of that path, as configured or in full. */
  setEnabled(target: string, enabled: boolean): boolean {
    for (const [configured, index] of this.#indices) {
      if (target !== configured && path.resolve(this.#directory, configured) !== target) continue;
      if (enabled) this.#off.delete(index);
      else this.#off.add(index);
      return true;
    }
    return false;
  }

  /** Paths as configured. */
  paths(): string[] {
    return [...this.#indices.keys()];
  }

  start(): void {
    this.#timer = setInterval(() => this.drain(), DRAIN_MS);
    this.#timer.unref();
  }

  drain(): void {
    for (const ring of this.#rings)
      ring.drain((index, bytes) => {
        if (!this.#off.has(index)) this.#files[index]?.write(bytes);
      });
  }

  async reopen(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.reopen()));
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.drain();
    await Promise.all(this.#files.map((file) => file.close()));
  }

  get dropped(): number {
    return this.#files.reduce((sum, file) => sum + file.dropped, 0);
  }
}

function isStream(destination: string): boolean {
  return ['', 'stdout', 'stderr', '/dev/stdout', '/dev/stderr'].includes(destination);
}
