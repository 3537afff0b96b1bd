import { readFileSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, MeshError } from '@weft/kit';
import { showValue } from '../parse/path.ts';
import { parseJson, SyntaxProblem } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

/** Largest configuration file, and largest sum of a folder of split files. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** The name of a file tells its format. */
export const FILE_EXTENSIONS: readonly string[] = ['.json', '.yaml', '.yml'];

/**
 * Reads one file as JSON or YAML.
 *
 * @throws ConfigError with line and column; MeshError config_unreadable
 */
export async function readDocument(file: string): Promise<unknown> {
  const extension = path.extname(file).toLowerCase();
  if (!FILE_EXTENSIONS.includes(extension)) {
    const expected = FILE_EXTENSIONS.join(', ');
    const message = 'the name of a configuration file tells its format';
    throw new ConfigError([{ file, path: '', value: showValue(extension), expected, message }]);
  }
  const text = readText(file);
  try {
    return extension === '.json' ? parseJson(text) : await parseYaml(text);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const { line, column, message } = error;
    const expected = extension === '.json' ? 'JSON' : 'YAML';
    throw new ConfigError([{ file, path: `line ${line}, column ${column}`, expected, message }]);
  }
}

/** Size of a file that can be read, bytes. Devices and pipes are refused: they may never end. */
export function fileSize(file: string): number {
  let stats: Stats;
  try {
    stats = statSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  if (!stats.isFile()) throw new MeshError('config_unreadable', `${file}: it is not a file`, { origin: 'config' });
  return stats.size;
}

function readText(file: string): string {
  const size = fileSize(file);
  if (size > MAX_FILE_BYTES) {
    const expected = `at most ${MAX_FILE_BYTES} bytes`;
    throw new ConfigError([{ file, path: '', value: `${size} bytes`, expected, message: 'the file is too large' }]);
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The decoder throws for nothing else.
    throw new ConfigError([{ file, path: '', expected: 'a file in UTF-8', message: 'not UTF-8' }]);
  }
}

function unreadable(file: string, error: unknown): MeshError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'this user may not read it' : message;
  return new MeshError('config_unreadable', `${file}: ${why}`, { origin: 'config', cause: error });
}
