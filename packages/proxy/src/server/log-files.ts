import path from 'node:path';
import {
  LogFile,
  type LogLevel,
  type LogRing,
  levelRank,
  parseLogLevel,
  parseRoller,
  type RollerConfig,
} from '@weft/telemetry';

const DRAIN_MS = 50;

/** An access log has lines of this level only. */
const LINE_LEVEL: LogLevel = 'INFO';

/** The access log files of a proxy: data threads write lines into rings, main drains them into files. */
export class LogFiles {
  readonly #directory: string;
  readonly #roller: RollerConfig | undefined;
  readonly #files: LogFile[] = [];
  readonly #indices = new Map<string, number>();
  /** Files that are switched off: their lines are dropped. */
  readonly #off = new Set<number>();
  /** Levels that were set; beyond that of the lines nothing is written. */
  readonly #levels = new Map<number, LogLevel>();
  /** Files that a program asked for, whether or not it came into force. */
  readonly #ofPrograms = new Set<number>();
  readonly #adopted = new Set<number>();
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

  /** Lines for `configured` go to a file of somebody else's, who reopens and closes it. */
  adopt(configured: string, file: LogFile): void {
    const index = this.#files.push(file) - 1;
    this.#indices.set(configured, index);
    this.#adopted.add(index);
  }

  get #own(): LogFile[] {
    return this.#files.filter((_, index) => !this.#adopted.has(index));
  }

  /** As `index`, for a program; `restAllBut` says which of them are in use. */
  indexForProgram(configured: string): number {
    const index = this.index(configured);
    this.#ofPrograms.add(index);
    this.#files[index]?.wake();
    return index;
  }

  /** Gives back the descriptors of what no program in force writes to; late lines of its last requests still arrive. */
  restAllBut(used: ReadonlySet<number>): void {
    for (const index of this.#ofPrograms) {
      if (used.has(index)) continue;
      this.#ofPrograms.delete(index);
      void this.#files[index]?.rest();
    }
  }

  /** Writes a line of the control thread itself. */
  write(configured: string, line: string): void {
    this.#files[this.index(configured)]?.write(line);
  }

  /** Switches a file on or off; false when there is none of that path, as configured or in full. */
  setEnabled(target: string, enabled: boolean): boolean {
    const index = this.#find(target);
    if (index === undefined) return false;
    this.drain();
    if (enabled) this.#off.delete(index);
    else this.#off.add(index);
    return true;
  }

  /** Sets the level of a file by its path, as configured or in full; false when there is none, or no such level. */
  setLevel(target: string, level: string): boolean {
    const parsed = parseLogLevel(level);
    const index = this.#find(target);
    if (parsed === undefined || index === undefined) return false;
    // What was written before is judged by the level of before.
    this.drain();
    this.#levels.set(index, parsed);
    return true;
  }

  /** Levels of what is in use, by the path as configured. */
  levels(): Record<string, LogLevel> {
    const inUse = [...this.#indices].filter(
      ([, index]) => this.#files[index]?.resting === false && !this.#adopted.has(index),
    );
    return Object.fromEntries(inUse.map(([configured, index]) => [configured, this.#levels.get(index) ?? LINE_LEVEL]));
  }

  start(): void {
    this.#timer = setInterval(() => this.drain(), DRAIN_MS);
    this.#timer.unref();
  }

  drain(): void {
    for (const ring of this.#rings)
      ring.drain((index, bytes) => {
        if (!this.#off.has(index) && this.#writesLines(index)) this.#files[index]?.write(bytes);
      });
  }

  #writesLines(index: number): boolean {
    const level = this.#levels.get(index);
    return level === undefined || levelRank(level) >= levelRank(LINE_LEVEL);
  }

  #find(target: string): number | undefined {
    for (const [configured, index] of this.#indices)
      if (
        !this.#adopted.has(index) &&
        (target === configured || path.resolve(this.#directory, configured) === path.resolve(target))
      )
        return index;
    return undefined;
  }

  async reopen(): Promise<void> {
    await Promise.all(this.#own.map((file) => file.reopen()));
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.drain();
    await Promise.all(this.#own.map((file) => file.close()));
  }

  get dropped(): number {
    return this.#own.reduce((sum, file) => sum + file.dropped, 0);
  }
}

function isStream(destination: string): boolean {
  return ['', 'stdout', 'stderr', '/dev/stdout', '/dev/stderr'].includes(destination);
}
