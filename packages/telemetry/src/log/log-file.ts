import { close, promises as fs, fstatSync, mkdirSync, open, openSync, write, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type Clock, ConfigError, systemClock } from '@weft/kit';
import { type LogDestination, parseLogDestination } from './destination.ts';
import { type LogLevel, levelRank } from './levels.ts';
import { DEFAULT_ROLLER, type RollerConfig } from './roller.ts';
import { compressFile, periodEnd, periodStart, pruneRotated, rotatedName } from './rotation.ts';
import { LineStaging } from './staging.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const writeFile = promisify(write);

/** In place of a descriptor while the file rests. */
const NONE = -1;
const STDOUT = 1;
const STDERR = 2;
const FILE_MODE = 0o640;
const DIRECTORY_MODE = 0o750;
const RETRY_MS = 10;
const ERROR_REPORT_INTERVAL_MS = 10_000;
const WARN_RANK = levelRank('WARN');

export interface LogFileOptions {
  /** Default: a new file each day. Only files are rotated. */
  readonly roller?: RollerConfig;
  /** Bytes that may wait while a write is under way; beyond it lines are dropped and counted. Default 4 MiB. */
  readonly maxQueueBytes?: number;
  readonly clock?: Clock;
  /** Where in the configuration the path stands, for the message of a failed open. */
  readonly configPath?: string;
  /** Called at most every ten seconds when writing or rotating fails. Default: a line on stderr. */
  readonly onError?: (error: unknown, doing: string) => void;
}

/**
 * An append-only log on a file, stdout or stderr; main thread only, since its writes go through the thread pool. One write is
 * under way at a time and everything that comes meanwhile is the next one, so a slow disk costs memory up to
 * `maxQueueBytes` and never time. When even that is full, WARN and above go to stderr instead and the rest is dropped.
 */
export class LogFile {
  readonly destination: LogDestination;
  readonly #roller: RollerConfig;
  readonly #clock: Clock;
  readonly #onError: (error: unknown, doing: string) => void;
  #fd: number;
  #size = 0;
  /** Wall time of the next rotation by time. */
  #periodEndMs = Number.POSITIVE_INFINITY;
  #periodStartMs = 0;
  #filling: LineStaging;
  #writing: LineStaging;
  #dropped = 0;
  #reopenWanted = false;
  /** Nobody is known to write here: the file is open only while there are lines. */
  #resting = false;
  #closing = false;
  #running: Promise<void> | undefined;
  #housekeeping: Promise<void> = Promise.resolve();
  #lastErrorAt = Number.NEGATIVE_INFINITY;

  /** @throws ConfigError when the destination is not supported or cannot be opened; it says what to do */
  constructor(destination: string, options: LogFileOptions = {}) {
    this.destination = parseLogDestination(destination, options.configPath);
    this.#roller = options.roller ?? DEFAULT_ROLLER;
    this.#clock = options.clock ?? systemClock;
    this.#onError = options.onError ?? reportToStderr;
    const maxQueueBytes = options.maxQueueBytes ?? 4 * 1024 * 1024;
    this.#filling = new LineStaging(maxQueueBytes);
    this.#writing = new LineStaging(maxQueueBytes);
    if (this.destination.kind === 'file') {
      this.#fd = openOrExplain(this.destination.path, options.configPath ?? 'log_path');
      const { size, mtimeMs } = fstatSync(this.#fd);
      // What an earlier process left belongs to its own period.
      this.#startPeriod(size, size > 0 ? mtimeMs : this.#clock.wallNow());
    } else {
      this.#fd = this.destination.kind === 'stdout' ? STDOUT : STDERR;
    }
  }

  /** Lines dropped because the queue was full or the disk refused them. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Bytes in the file; 0 for stdout and stderr. */
  get sizeBytes(): number {
    return this.#size;
  }

  /** Appends a line and its end; bytes are copied. `false` when it was dropped. Never waits, never throws. */
  write(line: string | Uint8Array, level: LogLevel = 'INFO'): boolean {
    if (this.#closing || !this.#filling.add(line)) {
      if (levelRank(level) <= WARN_RANK) return writeToStderr(line);
      this.#dropped++;
      return false;
    }
    this.#running ??= this.#run();
    return true;
  }

  /** Opens the path anew, after something else has moved the file away. Resolves when later lines go to the new file. */
  async reopen(): Promise<void> {
    if (this.destination.kind !== 'file' || this.#fd === NONE) return;
    this.#reopenWanted = true;
    this.#running ??= this.#run();
    await this.#running;
  }

  /** Gives the descriptor back; a line that comes all the same opens the file for as long as it takes. */
  async rest(): Promise<void> {
    if (this.destination.kind !== 'file' || this.#closing) return;
    this.#resting = true;
    this.#running ??= this.#run();
    await this.#running;
  }

  /** Ends `rest`; the file is opened by the next line. */
  wake(): void {
    this.#resting = false;
  }

  /** Whether the descriptor was given back. */
  get resting(): boolean {
    return this.#resting;
  }

  /** Resolves when everything accepted so far is written and rotated files are compressed and pruned. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    await this.#housekeeping;
  }

  /** Writes what waits at once, for a process that is about to die; a write under way is left to finish by itself. */
  flushSync(): void {
    try {
      if (this.#filling.length > 0) writeSync(this.#fd, this.#filling.bytes);
    } catch (error) {
      this.#dropped += this.#filling.lines;
      this.#report(error, 'write');
    }
    this.#filling.clear();
  }

  /** Writes the rest and closes; lines that come later are dropped. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.flush();
    if (this.destination.kind === 'file') await this.#release();
  }

  /** Works until there is nothing left to do. One at a time. */
  async #run(): Promise<void> {
    // Gives the current tick the chance to add more lines to the first write.
    await new Promise<void>((resolve) => setImmediate(resolve));
    try {
      while (this.#reopenWanted || this.#filling.length > 0) {
        if (this.#reopenWanted || this.#fd === NONE) await this.#openAnew();
        else if (this.#rotationIsDue()) await this.#rotate();
        if (this.#filling.length > 0) await this.#writeStaged();
      }
      if (this.#resting) await this.#release();
    } finally {
      this.#running = undefined;
    }
  }

  async #release(): Promise<void> {
    const fd = this.#fd;
    this.#fd = NONE;
    if (fd !== NONE) await closeFile(fd);
  }

  async #writeStaged(): Promise<void> {
    const batch = this.#filling;
    this.#filling = this.#writing;
    this.#writing = batch;
    const bytes = batch.bytes;
    let written = 0;
    while (written < bytes.length) {
      try {
        const { bytesWritten } = await writeFile(this.#fd, bytes, written, bytes.length - written, null);
        written += bytesWritten;
      } catch (error) {
        // A pipe whose reader is slow; the queue meanwhile fills and drops.
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
          await new Promise<void>((resolve) => this.#clock.schedule(RETRY_MS, resolve));
          continue;
        }
        this.#dropped += batch.lines;
        this.#report(error, 'write');
        break;
      }
    }
    if (this.destination.kind === 'file') this.#size += written;
    batch.clear();
  }

  #rotationIsDue(): boolean {
    if (this.destination.kind !== 'file' || this.#size === 0) return false;
    if (this.#roller.mode === 'size') return this.#size + this.#filling.length > this.#roller.maxBytes;
    return this.#clock.wallNow() >= this.#periodEndMs;
  }

  async #rotate(): Promise<void> {
    const { path } = this.destination as { path: string };
    try {
      const stamp = this.#roller.mode === 'time' ? this.#periodStartMs : this.#clock.wallNow();
      const rotated = await rotatedName(path, stamp, this.#roller);
      await fs.rename(path, rotated);
      await this.#openAnew();
      this.#housekeeping = this.#housekeeping.then(() => this.#keepHouse(path, rotated));
    } catch (error) {
      this.#report(error, 'rotate');
      // Not again for every line: try at the next period or after as many bytes.
      this.#startPeriod(0, this.#clock.wallNow());
    }
  }

  async #keepHouse(path: string, rotated: string): Promise<void> {
    try {
      if (this.#roller.mode === 'size' && this.#roller.compress) await compressFile(rotated);
      await pruneRotated(path, this.#roller, this.#clock.wallNow());
    } catch (error) {
      this.#report(error, 'compress or delete rotated files of');
    }
  }

  async #openAnew(): Promise<void> {
    this.#reopenWanted = false;
    const { path } = this.destination as { path: string };
    try {
      await fs.mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
      const fd = await openFile(path, 'a', FILE_MODE);
      const old = this.#fd;
      this.#fd = fd;
      if (old !== NONE) await closeFile(old);
      this.#startPeriod((await fs.stat(path)).size, this.#clock.wallNow());
    } catch (error) {
      // The old descriptor is still good: lines go on to the moved file.
      this.#report(error, 'reopen');
    }
  }

  #startPeriod(size: number, wallMs: number): void {
    this.#size = size;
    if (this.#roller.mode !== 'time') return;
    this.#periodStartMs = periodStart(wallMs, this.#roller.hours);
    this.#periodEndMs = periodEnd(wallMs, this.#roller.hours);
  }

  #report(error: unknown, doing: string): void {
    const now = this.#clock.now();
    if (now - this.#lastErrorAt < ERROR_REPORT_INTERVAL_MS) return;
    this.#lastErrorAt = now;
    this.#onError(
      error,
      `cannot ${doing} the log ${this.destination.kind === 'file' ? this.destination.path : this.destination.kind}`,
    );
  }
}

function openOrExplain(path: string, configPath: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    return openSync(path, 'a', FILE_MODE);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ConfigError([
      {
        file: '',
        path: configPath,
        value: JSON.stringify(path),
        expected: 'a file that the user of the proxy may write',
        message: `cannot open the log file (${code})`,
        hint: HINTS[code] ?? 'choose another path, or stderr',
      },
    ]);
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'give that user the directory (chown), or choose another path, or stderr',
  EPERM: 'give that user the directory (chown), or choose another path, or stderr',
  EROFS: 'the file system is read-only: mount a writable volume there, or log to stderr',
  EISDIR: 'this is a directory: add a file name',
  ENOTDIR: 'a part of the path is a file: choose another path',
  EEXIST: 'a part of the path is a file: choose another path',
  ENOSPC: 'the disk is full: free space, or log to stderr',
};

function writeToStderr(line: string | Uint8Array): boolean {
  const text = typeof line === 'string' ? line : Buffer.from(line).toString('utf8');
  try {
    writeSync(STDERR, `${text}\n`);
    return true;
  } catch {
    // stderr is closed or full: nobody is left to tell.
    return false;
  }
}

function reportToStderr(error: unknown, doing: string): void {
  writeToStderr(`${doing}: ${error instanceof Error ? error.message : String(error)}`);
}
