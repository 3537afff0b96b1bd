import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Logger } from '@weft/kit';

/** Beyond it the file is not ours. */
const MAX_SETTINGS = 1000;

/**
 * Levels of logs and tunable values that are there again after a restart, because somebody who changed them said
 * `persist=true`. In a file of their own: they are of this process, and needed before there is a database.
 */
export class KeptSettings {
  readonly #file: string | null;
  #values: ReadonlyMap<string, string>;

  /** @param file null keeps nothing */
  constructor(file: string | null, log: Logger) {
    this.#file = file;
    this.#values = file === null ? new Map() : read(file, log);
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /**
   * Keeps values, or forgets them where they are null.
   * @throws Error when the file cannot be written; then all is as it was
   */
  keep(changes: ReadonlyMap<string, string | null>): void {
    if (this.#file === null) throw new Error('this control plane has no folder for data');
    const next = new Map(this.#values);
    for (const [name, value] of changes)
      if (value === null) next.delete(name);
      else next.set(name, value);
    const fresh = `${this.#file}.${process.pid}`;
    writeFileSync(fresh, `${JSON.stringify(Object.fromEntries(next), null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(fresh, this.#file);
    this.#values = next;
  }
}

function read(file: string, log: Logger): ReadonlyMap<string, string> {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as object);
    return new Map(entries.filter(([, value]) => typeof value === 'string').slice(0, MAX_SETTINGS));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.error(
        { file, err: error },
        'kept levels and tunable values cannot be read; those of the release are in force',
      );
    return new Map();
  }
}

/** The query of an operational path, where each name stands once; a sentence for one that does not. */
export function readOnce(query: unknown): Readonly<Record<string, string>> | string {
  const pairs = Object.entries(query as Record<string, string | readonly string[]>);
  const once = pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  if (once.length === pairs.length) return Object.fromEntries(once);
  const [name, values] = pairs.find(([, value]) => typeof value !== 'string') ?? ['', []];
  return `${name}: found ${values.length} values, expected one`;
}

/** What `persist` of a query says: kept, forgotten, or nothing of either; a sentence for what does not fit. */
export function readPersist(text: string | undefined, ttlMs: number): boolean | null | string {
  if (text === undefined) return null;
  if (text !== 'true' && text !== 'false') return `persist=${text}: expected true or false`;
  if (text === 'true' && ttlMs > 0) return 'persist=true and ttl say two things: one is for good, the other for a time';
  return text === 'true';
}

/** Keeps what is asked for, before it acts. Gives a sentence when it cannot. */
export function keepAsked(
  settings: KeptSettings,
  persist: boolean | null,
  values: Iterable<readonly [name: string, value: string]>,
): string | null {
  if (persist === null) return null;
  try {
    settings.keep(new Map([...values].map(([name, value]) => [name, persist ? value : null])));
    return null;
  } catch (error) {
    return `it cannot be kept: ${error instanceof Error ? error.message : String(error)}`;
  }
}
