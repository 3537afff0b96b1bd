import { constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, type Logger, noopLogger, systemClock } from '@weft/kit';
import type { Snapshot, SnapshotEntry, SnapshotStore, SnapshotStoreOptions } from './contract.ts';
import { FORMAT, formatManifest, type Manifest, type ManifestEntry, parseManifest, sha256 } from './manifest.ts';

const KEPT_GENERATIONS = 3;
const PREFIX = 'generation-';
/** All files of one generation; more is refused on reading and writing. */
const MAX_TOTAL_BYTES = 1024 * 1024 * 1024;
const EMPTY: Snapshot = { generation: 0, savedAtMs: 0, entries: [], rejected: [] };

function generationsOf(names: readonly string[]): number[] {
  return names
    .filter((name) => /^generation-[1-9]\d{0,14}$/.test(name))
    .map((name) => Number(name.slice(PREFIX.length)))
    .sort((a, b) => b - a);
}

function readGeneration(directory: string, generation: number, secret: string | undefined): Snapshot {
  const folder = path.join(directory, `${PREFIX}${generation}`);
  const manifest: Manifest = parseManifest(readFileSync(path.join(folder, 'manifest.json'), 'latin1'), secret);
  if (manifest.generation !== generation) throw new Error(`manifest.json is of generation ${manifest.generation}`);
  const files = new Map<string, Buffer>();
  let totalBytes = 0;
  const entries = manifest.entries.map((entry): SnapshotEntry => {
    let file = files.get(entry.file);
    if (file === undefined) {
      if (!/^[\w.-]+$/.test(entry.file)) throw new Error('a file name of the manifest leads out of the snapshot');
      const filePath = path.join(folder, entry.file);
      totalBytes += statSync(filePath).size;
      if (totalBytes > MAX_TOTAL_BYTES) throw new Error(`more than ${MAX_TOTAL_BYTES} bytes`);
      file = readFileSync(filePath);
      files.set(entry.file, file);
    }
    const name = Buffer.from(entry.name, 'base64').toString();
    const body = file.subarray(entry.offset, entry.offset + entry.bytes);
    if (body.length !== entry.bytes) throw new Error(`${entry.file} is cut short at ${name}`);
    if (sha256(body) !== entry.sha256) throw new Error(`${entry.file} is damaged at ${name}`);
    const savedAtMs = Date.parse(entry.savedAt);
    return { kind: entry.kind, name, version: entry.version, body: new Uint8Array(body), savedAtMs };
  });
  for (const [name, file] of files) {
    const used = manifest.entries.reduce((sum, entry) => sum + (entry.file === name ? entry.bytes : 0), 0);
    if (used !== file.length) throw new Error(`${name} has ${file.length} bytes, the manifest ${used}`);
  }
  return { generation, savedAtMs: Date.parse(manifest.savedAt), entries, rejected: [] };
}

async function writeDurably(filePath: string, bytes: Uint8Array | string): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY } = constants;
  const file = await open(filePath, O_CREAT | O_EXCL | O_WRONLY, 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

class Store implements SnapshotStore {
  readonly #options: SnapshotStoreOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  #loaded: Snapshot | undefined;
  #newest = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SnapshotStoreOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? noopLogger;
  }

  load(): Snapshot {
    if (this.#loaded !== undefined) return this.#loaded;
    const { directory, secret } = this.#options;
    let names: string[];
    try {
      names = readdirSync(directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#log.warn({ directory, err: error }, '[snapshot] the directory cannot be read');
      }
      this.#loaded = EMPTY;
      return EMPTY;
    }
    const rejected: { generation: number; reason: string }[] = [];
    const generations = generationsOf(names);
    this.#newest = generations[0] ?? 0;
    let found: Snapshot = EMPTY;
    for (const generation of generations) {
      try {
        found = readGeneration(directory, generation, secret);
        break;
      } catch (error) {
        const reason = (error as Error).message;
        rejected.push({ generation, reason });
        this.#log.warn({ generation, reason }, `[snapshot] generation=${generation} rejected reason=${reason}`);
      }
    }
    this.#loaded = { ...found, rejected };
    return this.#loaded;
  }

  save(entries: readonly SnapshotEntry[]): Promise<void> {
    this.load();
    // Entries are immutable and taken now; a failed write before does not keep this one from trying.
    const list = [...entries];
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write(list));
    return this.#writing;
  }

  async #write(entries: readonly SnapshotEntry[]): Promise<void> {
    const { directory, secret } = this.#options;
    const generation = this.#newest + 1;
    const folder = path.join(directory, `${PREFIX}${generation}`);
    const temporary = `${folder}.tmp`;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { mode: 0o700 });
    try {
      const savedAt = new Date(this.#clock.wallNow()).toISOString();
      const manifestEntries: ManifestEntry[] = [];
      const kinds = [...new Set(entries.map(({ kind }) => kind))];
      for (const [index, kind] of kinds.entries()) {
        const file = `${index}-${(kind.split(/[./]/).pop() ?? '').replace(/[^\w-]/g, '').slice(0, 60)}.bin`;
        const bodies: Uint8Array[] = [];
        let offset = 0;
        for (const entry of entries) {
          if (entry.kind !== kind) continue;
          bodies.push(entry.body);
          manifestEntries.push({
            kind,
            // Any bytes may stand in a name; base64 keeps the manifest plain ASCII.
            name: Buffer.from(entry.name).toString('base64'),
            file,
            offset,
            version: entry.version,
            sha256: sha256(entry.body),
            bytes: entry.body.length,
            savedAt: new Date(entry.savedAtMs).toISOString(),
          });
          offset += entry.body.length;
        }
        if (offset > MAX_TOTAL_BYTES) throw new RangeError(`a snapshot of more than ${MAX_TOTAL_BYTES} bytes`);
        await writeDurably(path.join(temporary, file), Buffer.concat(bodies));
      }
      const manifest = formatManifest({ format: FORMAT, generation, savedAt, entries: manifestEntries }, secret);
      await writeDurably(path.join(temporary, 'manifest.json'), manifest);
      await syncDirectory(temporary);
      await rename(temporary, folder);
      await syncDirectory(directory);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true }).catch(() => {});
      throw error;
    }
    this.#newest = generation;
    const old = generationsOf(await readdir(directory)).slice(KEPT_GENERATIONS);
    for (const one of old) await rm(path.join(directory, `${PREFIX}${one}`), { recursive: true, force: true });
  }
}

/** Generations of values in a directory: written whole or not at all, and never believed when a byte is wrong. */
export function createSnapshotStore(options: SnapshotStoreOptions): SnapshotStore {
  return new Store(options);
}
