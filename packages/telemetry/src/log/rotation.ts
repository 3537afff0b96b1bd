import { createReadStream, createWriteStream, promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { formatDay, two } from './line.ts';
import type { RollerConfig } from './roller.ts';

const FIRST_HOUR = 0;
const HOURS_PER_DAY = 24;
const ROTATED_SUFFIX = /^\d{4}-\d{2}-\d{2}(?:_\d{2})?(?:\.\d+)?(?:\.gz)?$/;
const MAX_SAME_NAME = 100_000;

/** Start of the period that `wallMs` lies in; periods begin at local midnight. */
export function periodStart(wallMs: number, hours: number): number {
  const date = new Date(wallMs);
  const hour = date.getHours();
  return date.setHours(hour - (hour % hours), 0, 0, 0);
}

/** Start of the next period; the last one of a day may be shorter. */
export function periodEnd(wallMs: number, hours: number): number {
  const date = new Date(wallMs);
  const hour = date.getHours() - (date.getHours() % hours) + hours;
  if (hour < HOURS_PER_DAY) return date.setHours(hour, 0, 0, 0);
  date.setDate(date.getDate() + 1);
  return date.setHours(FIRST_HOUR, 0, 0, 0);
}

/** `<file>.<yyyy-MM-dd>` for daily files, `<file>.<yyyy-MM-dd_HH>` for all others; a number follows where that name is taken. */
export async function rotatedName(path: string, stampMs: number, roller: RollerConfig): Promise<string> {
  const date = new Date(stampMs);
  const daily = roller.mode === 'time' && roller.hours === HOURS_PER_DAY;
  const stem = `${path}.${formatDay(date)}${daily ? '' : `_${two(date.getHours())}`}`;
  const taken = new Set(await fs.readdir(dirname(path)));
  const isTaken = (name: string): boolean => taken.has(basename(name)) || taken.has(`${basename(name)}.gz`);
  if (!isTaken(stem)) return stem;
  for (let n = 1; n < MAX_SAME_NAME; n++) if (!isTaken(`${stem}.${n}`)) return `${stem}.${n}`;
  throw new Error(`no free name for the rotated log ${stem}`);
}

/** Writes `<file>.gz` beside a rotated file and removes the file; what a crash leaves behind is only a `.tmp`. */
export async function compressFile(path: string): Promise<void> {
  // Loaded when first needed: a sidecar that does not compress should not carry it.
  const [{ createGzip }, { pipeline }] = await Promise.all([import('node:zlib'), import('node:stream/promises')]);
  const temporary = `${path}.gz.tmp`;
  const { mtime } = await fs.stat(path);
  await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary, { mode: 0o640 }));
  await fs.utimes(temporary, mtime, mtime);
  await fs.rename(temporary, `${path}.gz`);
  await fs.unlink(path);
}

/** Deletes rotated files of `path` that are too old or too many, oldest first; returns how many. */
export async function pruneRotated(path: string, roller: RollerConfig, wallMs: number): Promise<number> {
  if (roller.mode !== 'size') return 0;
  const prefix = `${basename(path)}.`;
  const found: { file: string; mtimeMs: number }[] = [];
  for (const name of await fs.readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !ROTATED_SUFFIX.test(name.slice(prefix.length))) continue;
    const file = join(dirname(path), name);
    found.push({ file, mtimeMs: (await fs.stat(file)).mtimeMs });
  }
  found.sort((a, b) => b.mtimeMs - a.mtimeMs || (a.file < b.file ? 1 : -1));
  const doomed = found.filter(
    ({ mtimeMs }, index) =>
      (roller.keep > 0 && index >= roller.keep) || (roller.maxAgeMs > 0 && wallMs - mtimeMs > roller.maxAgeMs),
  );
  for (const { file } of doomed) await fs.unlink(file);
  return doomed.length;
}
