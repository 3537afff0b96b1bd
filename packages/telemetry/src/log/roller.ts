import { ConfigError } from '@weft/kit';

/** When a log file is put aside and what becomes of it; a file is rotated by size or by time, never by both. */
export type RollerConfig =
  | {
      readonly mode: 'size';
      readonly maxBytes: number;
      /** Rotated files older than this are deleted; 0 keeps them. */
      readonly maxAgeMs: number;
      /** Rotated files kept; 0 keeps all. */
      readonly keep: number;
      readonly compress: boolean;
    }
  | { readonly mode: 'time'; readonly hours: number };

/** What holds when nothing is configured: a new file each day. */
export const DEFAULT_ROLLER: RollerConfig = { mode: 'time', hours: 24 };

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const GRAMMAR = '"size=<MiB> age=<days> keep=<files> compress=<on|off>" or "time=<hours>"';

/**
 * Reads a `global_log_roller`: `size=100 age=7 keep=10 compress=on` (missing parts: 1000 MiB, 7 days, 10 files, off) or
 * `time=24` (1 … 24 hours). '' is the default, 24 hours.
 *
 * @param path where it stands, for the message
 * @throws ConfigError
 */
export function parseRoller(text: string, path = 'global_log_roller'): RollerConfig {
  const parts = new Map<string, string>();
  for (const word of text.trim().split(/\s+/)) {
    if (word === '') continue;
    const match = /^(size|age|keep|compress|time)=(.*)$/.exec(word);
    if (match === null) throw rollerError(path, word, GRAMMAR, 'unknown part of a log roller');
    if (parts.has(match[1]!)) throw rollerError(path, word, 'each part once', 'repeated part of a log roller');
    parts.set(match[1]!, match[2]!);
  }
  if (parts.size === 0) return DEFAULT_ROLLER;
  const hours = parts.get('time');
  if (hours !== undefined) {
    if (parts.size > 1) throw rollerError(path, text, GRAMMAR, 'a log is rotated by size or by time, not by both');
    return { mode: 'time', hours: whole(path, 'time', hours, 1, 24, 'hours') };
  }
  const compress = parts.get('compress') ?? 'off';
  if (compress !== 'on' && compress !== 'off')
    throw rollerError(path, `compress=${compress}`, 'on or off', 'wrong value');
  return {
    mode: 'size',
    maxBytes: whole(path, 'size', parts.get('size') ?? '1000', 1, 1_000_000, 'MiB') * MIB,
    maxAgeMs: whole(path, 'age', parts.get('age') ?? '7', 0, 36_500, 'days') * DAY_MS,
    keep: whole(path, 'keep', parts.get('keep') ?? '10', 0, 100_000, 'files'),
    compress: compress === 'on',
  };
}

function whole(path: string, key: string, text: string, least: number, most: number, unit: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw rollerError(path, `${key}=${text}`, `a whole number of ${unit}, ${least} to ${most}`, 'wrong value');
}

function rollerError(path: string, value: string, expected: string, message: string): ConfigError {
  return new ConfigError([{ file: '', path, value: JSON.stringify(value), expected, message }]);
}
