import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, type ConfigProblem, MeshError } from '@weft/kit';
import { mosnConfigSchema } from '../gen/mosn-config.gen.ts';
import { checkMosnConfig } from '../mosn/check.ts';
import type { MosnConfig } from '../mosn/config.ts';
import { maskSecrets } from '../parse/mask-secrets.ts';
import { parseConfig } from '../parse/parse-config.ts';
import { parseJson, SyntaxProblem } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

/** Largest configuration file, and largest sum of a folder of split files. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_SPLIT_FILES = 10_000;
const EXTENSIONS = ['.json', '.yaml', '.yml'];

export interface LoadedConfig {
  readonly config: MosnConfig;
  readonly warnings: readonly ConfigProblem[];
  /** The configuration with secrets masked, for dumps. */
  readonly masked: unknown;
  /** The document as it was read, split files put in. */
  readonly document: unknown;
  /** Every file that was read, the main one first. */
  readonly files: readonly string[];
}

/**
 * Reads a configuration file (`.json`, `.yaml`, `.yml`) with its folders of split files and validates it.
 *
 * @throws ConfigError with place, value and expectation of every problem; MeshError config_unreadable
 */
export async function loadConfigFile(file: string): Promise<LoadedConfig> {
  const files = [file];
  const document = await readDocument(file);
  await putSplitFilesIn(document, path.dirname(path.resolve(file)), files);
  const { config, warnings } = parseMosnConfig(document, file);
  return { config, warnings, masked: maskSecrets(config, mosnConfigSchema), document, files };
}

/** Validates a document that did not come from a file, or was read already. */
export function parseMosnConfig(
  document: unknown,
  file = '',
): { readonly config: MosnConfig; readonly warnings: readonly ConfigProblem[] } {
  const { value, warnings } = parseConfig<MosnConfig>(document, mosnConfigSchema, { file });
  const problems = checkMosnConfig(value).map((problem) => ({ ...problem, file }));
  if (problems.length > 0) throw new ConfigError(problems);
  return { config: value, warnings };
}

async function readDocument(file: string): Promise<unknown> {
  const extension = path.extname(file).toLowerCase();
  if (!EXTENSIONS.includes(extension)) {
    throw new ConfigError([
      {
        file,
        path: '',
        value: JSON.stringify(extension),
        expected: EXTENSIONS.join(', '),
        message: 'the name of a configuration file tells its format',
      },
    ]);
  }
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > MAX_FILE_BYTES)
      throw new ConfigError([
        {
          file,
          path: '',
          value: `${size} bytes`,
          expected: `at most ${MAX_FILE_BYTES} bytes`,
          message: 'the file is too large',
        },
      ]);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'this user may not read it'
          : (error as Error).message;
    throw new MeshError('config_unreadable', `${file}: ${why}`, { origin: 'config', cause: error });
  }
  try {
    return extension === '.json' ? parseJson(text) : await parseYaml(text);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new ConfigError([
      {
        file,
        path: `line ${error.line}, column ${error.column}`,
        expected: extension === '.json' ? 'JSON' : 'YAML',
        message: error.message,
      },
    ]);
  }
}

/** Replaces `clusters_configs` and `router_configs` by the content of their folders, one object a file, sorted by name. */
async function putSplitFilesIn(document: unknown, folder: string, files: string[]): Promise<void> {
  const manager = child(document, 'cluster_manager');
  if (manager !== null) await fill(manager, 'clusters_configs', 'clusters', 'cluster_manager', folder, files);
  const servers = isRecord(document) ? document[keyOf(document, 'servers') ?? ''] : undefined;
  for (const [at, server] of (Array.isArray(servers) ? servers : []).entries()) {
    const routers = isRecord(server) ? server[keyOf(server, 'routers') ?? ''] : undefined;
    for (const [index, router] of (Array.isArray(routers) ? routers : []).entries()) {
      if (isRecord(router))
        await fill(router, 'router_configs', 'virtual_hosts', `servers[${at}].routers[${index}]`, folder, files);
    }
  }
}

async function fill(
  owner: Record<string, unknown>,
  from: string,
  to: string,
  place: string,
  folder: string,
  files: string[],
): Promise<void> {
  const fromKey = keyOf(owner, from);
  const value = fromKey === undefined ? undefined : owner[fromKey];
  if (fromKey === undefined || typeof value !== 'string' || value === '') return;
  const toKey = keyOf(owner, to);
  if (toKey !== undefined && Array.isArray(owner[toKey]) && (owner[toKey] as unknown[]).length > 0) {
    throw new ConfigError([
      {
        file: files[0] ?? '',
        path: `${place}.${from}`,
        value: JSON.stringify(value),
        expected: `either ${from} or ${to}`,
        message: `${from} and ${to} exclude each other`,
      },
    ]);
  }
  const directory = path.resolve(folder, value);
  const items: unknown[] = [];
  for (const name of listFolder(directory, `${place}.${from}`, files[0] ?? '')) {
    const file = path.join(directory, name);
    files.push(file);
    items.push(await readDocument(file));
  }
  delete owner[fromKey];
  owner[toKey ?? to] = items;
}

function listFolder(directory: string, place: string, file: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => EXTENSIONS.includes(path.extname(name).toLowerCase()));
  } catch (error) {
    throw new ConfigError([
      {
        file,
        path: place,
        value: JSON.stringify(directory),
        expected: 'a readable folder',
        message: (error as Error).message,
      },
    ]);
  }
  if (names.length > MAX_SPLIT_FILES)
    throw new ConfigError([
      {
        file,
        path: place,
        value: `${names.length} files`,
        expected: `at most ${MAX_SPLIT_FILES}`,
        message: 'too many files in the folder',
      },
    ]);
  return names.sort();
}

function child(document: unknown, key: string): Record<string, unknown> | null {
  if (!isRecord(document)) return null;
  const value = document[keyOf(document, key) ?? ''];
  return isRecord(value) ? value : null;
}

/** Keys are compared without case, as everywhere in this file format. */
function keyOf(record: Record<string, unknown>, name: string): string | undefined {
  return Object.keys(record).find((key) => key.toLowerCase() === name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
