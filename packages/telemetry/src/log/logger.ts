import { type Clock, type Logger, systemClock } from '@weft/kit';
import { type LogLevel, levelRank } from './levels.ts';
import { formatJsonLine, formatTextLine, type LogFormat, type LogRecord } from './line.ts';
import { RepeatFilter } from './repeats.ts';

export interface LoggerOptions {
  /** Gets each line without a line end; the level decides what a full destination does with it. */
  readonly write: (line: string, level: LogLevel) => void;
  /** Default INFO. */
  readonly level?: LogLevel;
  /** Default text. */
  readonly format?: LogFormat;
  /** Folder path such as `proxy.cluster`; default none. */
  readonly component?: string;
  readonly clock?: Clock;
  /** Lines of one template per second before they are summarised. Default 100. */
  readonly repeatLimit?: number;
  /** Called for every line of an enabled level, summarised ones included, so that counts stay exact. */
  readonly onLine?: (level: LogLevel) => void;
}

/** A logger whose level changes at run time, together with that of all its children. */
export interface LeveledLogger extends Logger {
  readonly level: LogLevel;
  readonly traceEnabled: boolean;
  /** Whether lines are written at all; `false` is what `disable_log` asks for. */
  readonly enabled: boolean;
  trace(fields: object, message: string): void;
  child(component: string): LeveledLogger;
  setLevel(level: LogLevel): void;
  setEnabled(enabled: boolean): void;
  /** Writes summaries of repeated lines that are still held back; before the process ends. */
  flush(): void;
}

/** What a logger and its children share. */
class LogCore {
  level: LogLevel;
  rank: number;
  enabled = true;
  readonly clock: Clock;
  readonly #write: (line: string, level: LogLevel) => void;
  readonly #format: (record: LogRecord) => string;
  readonly #onLine: ((level: LogLevel) => void) | undefined;
  readonly #repeats: RepeatFilter<LogRecord>;

  constructor(options: LoggerOptions) {
    this.level = options.level ?? 'INFO';
    this.rank = levelRank(this.level);
    this.clock = options.clock ?? systemClock;
    this.#write = options.write;
    this.#format = options.format === 'json' ? formatJsonLine : formatTextLine;
    this.#onLine = options.onLine;
    this.#repeats = new RepeatFilter(options.repeatLimit ?? 100, this.clock, (last, suppressed) => {
      const summary = {
        ...last,
        wallMs: this.clock.wallNow(),
        fields: {},
        message: `${last.message} … repeated ${suppressed} times`,
      };
      this.#write(this.#format(summary), last.level);
    });
  }

  log(level: LogLevel, component: string, fields: object, message: string): void {
    if (!this.enabled) return;
    this.#onLine?.(level);
    const record: LogRecord = { wallMs: this.clock.wallNow(), level, component, message, fields };
    if (!this.#repeats.admit(`${level} ${component} ${message}`, record)) return;
    this.#write(this.#format(record), level);
  }

  flush(): void {
    this.#repeats.flush();
  }
}

const RANK = { FATAL: 0, ERROR: 1, WARN: 2, INFO: 3, DEBUG: 4, TRACE: 5 } as const;

class ComponentLogger implements LeveledLogger {
  readonly #core: LogCore;
  readonly #component: string;

  constructor(core: LogCore, component: string) {
    this.#core = core;
    this.#component = component;
  }

  get level(): LogLevel {
    return this.#core.level;
  }

  get enabled(): boolean {
    return this.#core.enabled;
  }

  get debugEnabled(): boolean {
    return this.#core.enabled && this.#core.rank >= RANK.DEBUG;
  }

  get traceEnabled(): boolean {
    return this.#core.enabled && this.#core.rank >= RANK.TRACE;
  }

  fatal(fields: object, message: string): void {
    this.#core.log('FATAL', this.#component, fields, message);
  }

  error(fields: object, message: string): void {
    if (this.#core.rank >= RANK.ERROR) this.#core.log('ERROR', this.#component, fields, message);
  }

  warn(fields: object, message: string): void {
    if (this.#core.rank >= RANK.WARN) this.#core.log('WARN', this.#component, fields, message);
  }

  info(fields: object, message: string): void {
    if (this.#core.rank >= RANK.INFO) this.#core.log('INFO', this.#component, fields, message);
  }

  debug(fields: object, message: string): void {
    if (this.#core.rank >= RANK.DEBUG) this.#core.log('DEBUG', this.#component, fields, message);
  }

  trace(fields: object, message: string): void {
    if (this.#core.rank >= RANK.TRACE) this.#core.log('TRACE', this.#component, fields, message);
  }

  child(component: string): LeveledLogger {
    return new ComponentLogger(this.#core, component);
  }

  setLevel(level: LogLevel): void {
    this.#core.level = level;
    this.#core.rank = levelRank(level);
  }

  setEnabled(enabled: boolean): void {
    this.#core.enabled = enabled;
  }

  flush(): void {
    this.#core.flush();
  }
}

/** A logger that writes finished lines; where they go (a file, a ring to the main thread) is the caller's. */
export function createLogger(options: LoggerOptions): LeveledLogger {
  return new ComponentLogger(new LogCore(options), options.component ?? '');
}
