import { readFileSync } from 'node:fs';
import type { LimitRuleInput } from '@weft/api';
import { EXIT } from '@weft/kit';
import { CommandError } from '../../outcome.ts';

const MAX_BYTES = 8 * 1024 * 1024;

/** Rules of a file in JSON or YAML: one rule, a list of them, or what `weft rule export` writes; `-` is standard input. */
export async function readRules(file: string): Promise<LimitRuleInput[]> {
  const value = await readDocument(file);
  const list = Array.isArray(value)
    ? value
    : isObject(value) && Array.isArray(value['rules'])
      ? value['rules']
      : [value];
  return list.map((item: unknown, index) => {
    if (isObject(item) && typeof item['name'] === 'string' && typeof item['app'] === 'string')
      return item as unknown as LimitRuleInput;
    throw new CommandError(
      EXIT.USAGE,
      'rule_file',
      `${file}: rule ${index + 1} has no name or no app; expected an object such as {"name":"echo-qps","app":"echo","services":["*"],"spec":{"threshold":100}}`,
    );
  });
}

/** @throws CommandError for a file that cannot be read, is too large, or is neither JSON nor YAML */
export async function readDocument(file: string): Promise<unknown> {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandError(EXIT.FAILED, 'file', error instanceof Error ? error.message : String(error));
  }
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new CommandError(EXIT.USAGE, 'rule_file', `${file} is over ${MAX_BYTES / 1024 / 1024} MiB`);
  try {
    // JSON is YAML, too, but says better where it is broken.
    return /^\s*[[{]/.test(text) ? JSON.parse(text) : (await import('yaml')).parse(text);
  } catch (error) {
    throw new CommandError(
      EXIT.USAGE,
      'rule_file',
      `${file} is neither JSON nor YAML: ${error instanceof Error ? error.message.split('\n')[0] : ''}`,
    );
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
