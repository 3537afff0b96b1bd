import path from 'node:path';
import type { MosnConfig } from '@weft/schema';
import { createLogger, type LeveledLogger, LogFile, type LogLevel, parseLogLevel, parseRoller } from '@weft/telemetry';
import { OWN_LOG } from '../governance/index.ts';

/** The log of the proxy itself: `servers[0].default_log_path`, or stderr. Its level can be changed while it runs. */
export class OwnLog {
  readonly log: LeveledLogger;
  readonly #file: LogFile;

  /** @param level beats the one of the configuration */
  constructor(server: MosnConfig['servers'][number], level: LogLevel | undefined) {
    const roller = server.global_log_roller === '' ? undefined : parseRoller(server.global_log_roller);
    const file = new LogFile(server.default_log_path, roller === undefined ? {} : { roller });
    this.#file = file;
    this.log = createLogger({
      write: (line, of) => void file.write(line, of),
      level: level ?? parseLogLevel(server.default_log_level) ?? 'INFO',
      component: 'proxy',
    });
  }

  /** Where its lines go, for the lines of rules that belong there, too. */
  get file(): LogFile {
    return this.#file;
  }

  /** '' for a stream. */
  get path(): string {
    return this.#file.destination.kind === 'file' ? this.#file.destination.path : '';
  }

  get dropped(): number {
    return this.#file.dropped;
  }

  setLevel(target: string, level: string): boolean {
    const parsed = parseLogLevel(level);
    if (parsed === undefined || !this.#isMeant(target)) return false;
    this.log.setLevel(parsed);
    return true;
  }

  setEnabled(target: string, enabled: boolean): boolean {
    if (!this.#isMeant(target)) return false;
    this.log.setEnabled(enabled);
    return true;
  }

  reopen(): Promise<void> {
    return this.#file.reopen();
  }

  async close(): Promise<void> {
    this.log.flush();
    await this.#file.close();
  }

  #isMeant(target: string): boolean {
    // Whatever its file is called, and a stream has no name at all: by this name runbooks know it.
    if (target === '' || target === '*' || path.basename(target) === OWN_LOG) return true;
    return this.path !== '' && (this.path === target || path.basename(this.path) === path.basename(target));
  }
}

/** Where relative paths of access logs lead: beside the log of the proxy, or into `logs/` when that is a stream. */
export function logDirectory(server: MosnConfig['servers'][number]): string {
  return path.isAbsolute(server.default_log_path) ? path.dirname(server.default_log_path) : path.resolve('logs');
}
