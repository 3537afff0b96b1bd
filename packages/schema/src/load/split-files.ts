import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, type ConfigProblem } from '@weft/kit';
import { showValue } from '../parse/path.ts';
import { FILE_EXTENSIONS, fileSize, MAX_FILE_BYTES, readDocument } from './read-document.ts';

const MAX_SPLIT_FILES = 10_000;

type Keyed = Record<string, unknown>;

/**
 * The folders that stand for a list of a configuration: `clusters_configs` and `router_configs`, with one entry a file,
 * sorted by name. Remembers which entry came from which file.
 */
export class SplitFiles {
  /** Every file that was read, the main one first. */
  readonly files: string[];
  readonly #main: string;
  /** Files by the place of their content, such as `cluster_manager.clusters[0]`. */
  readonly #places = new Map<string, string>();

  constructor(main: string) {
    this.#main = main;
    this.files = [main];
  }

  /** Puts the files of all folders into `document`, in place of the keys that name the folders. */
  async putInto(document: unknown): Promise<void> {
    const manager = lookUp(document, 'cluster_manager');
    await this.#fill(manager, 'clusters_configs', 'clusters', 'cluster_manager');
    for (const [at, server] of listOf(document, 'servers').entries()) {
      for (const [index, router] of listOf(server, 'routers').entries()) {
        await this.#fill(router, 'router_configs', 'virtual_hosts', `servers[${at}].routers[${index}]`);
      }
    }
  }

  /** A problem of the whole configuration, told by the file that it is in. */
  locate(problem: ConfigProblem): ConfigProblem {
    for (let end = problem.path.indexOf(']'); end >= 0; end = problem.path.indexOf(']', end + 1)) {
      const file = this.#places.get(problem.path.slice(0, end + 1));
      if (file !== undefined) return { ...problem, file, path: problem.path.slice(end + 2) };
    }
    return problem.file === '' ? { ...problem, file: this.#main } : problem;
  }

  async #fill(owner: unknown, from: string, to: string, place: string): Promise<void> {
    if (!isKeyed(owner)) return;
    const fromKey = keyOf(owner, from);
    const value = fromKey === undefined ? undefined : owner[fromKey];
    if (fromKey === undefined || typeof value !== 'string' || value === '') return;
    const refuse = (expected: string, message: string, shown = showValue(value)): ConfigError =>
      new ConfigError([{ file: this.#main, path: `${place}.${from}`, value: shown, expected, message }]);
    if (listOf(owner, to).length > 0) throw refuse(`either ${from} or ${to}`, `${from} and ${to} exclude each other`);

    const directory = path.resolve(path.dirname(path.resolve(this.#main)), value);
    const names = listFolder(directory, (message) => refuse('a readable folder', message));
    if (names.length > MAX_SPLIT_FILES) {
      throw refuse(`at most ${MAX_SPLIT_FILES}`, 'too many files in the folder', `${names.length} files`);
    }
    const found = names.map((name) => path.join(directory, name));
    const bytes = found.reduce((sum, file) => sum + fileSize(file), 0);
    if (bytes > MAX_FILE_BYTES) {
      throw refuse(
        `at most ${MAX_FILE_BYTES} bytes`,
        'the files of the folder are too large together',
        `${bytes} bytes`,
      );
    }
    const items: unknown[] = [];
    for (const file of found) {
      this.#places.set(`${place}.${to}[${items.length}]`, file);
      this.files.push(file);
      items.push(await readDocument(file));
    }
    const toKey = keyOf(owner, to) ?? to;
    delete owner[fromKey];
    owner[toKey] = items;
  }
}

function listFolder(directory: string, refuse: (message: string) => ConfigError): string[] {
  try {
    const names = readdirSync(directory);
    return names.filter((name) => FILE_EXTENSIONS.includes(path.extname(name).toLowerCase())).sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw refuse('there is no such folder');
    if (code === 'ENOTDIR') throw refuse('it is not a folder');
    throw refuse(code === 'EACCES' ? 'this user may not read it' : message);
  }
}

function lookUp(owner: unknown, name: string): unknown {
  return isKeyed(owner) ? owner[keyOf(owner, name) ?? ''] : undefined;
}

function listOf(owner: unknown, name: string): readonly unknown[] {
  const value = lookUp(owner, name);
  return Array.isArray(value) ? value : [];
}

/** Keys are compared without case, as everywhere in this file format. */
function keyOf(record: Keyed, name: string): string | undefined {
  return Object.keys(record).find((key) => key.toLowerCase() === name);
}

function isKeyed(value: unknown): value is Keyed {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
