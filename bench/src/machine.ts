/** What a result was measured on; a figure without it means nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

export interface MachineFacts {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryMib: number;
  readonly kernel: string;
  readonly nodeVersion: string;
  /** See `revision`. */
  readonly revision: string;
  readonly startedAt: string;
  /** Processes that were ready to run in the minute before: above a few tenths, something else was measured too. */
  readonly loadAverage: number;
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // Not a git checkout (a packed tarball, say): the revision is then unknown, which the report shows.
    return '';
  }
}

/** Of the sources, with `+` when there are uncommitted changes. */
export function revision(): string {
  const commit = git('rev-parse', '--short=12', 'HEAD');
  const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
  return commit === '' ? 'unknown' : `${commit}${changed ? '+' : ''}`;
}

export function machineFacts(): MachineFacts {
  const cpuInfo = readFileSync('/proc/cpuinfo', 'utf8');
  return {
    cpuModel: /^model name\s*:\s*(.+)$/m.exec(cpuInfo)?.[1] ?? os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryMib: Math.round(os.totalmem() / 1024 / 1024),
    kernel: os.release(),
    nodeVersion: process.version,
    revision: revision(),
    startedAt: new Date().toISOString(),
    loadAverage: os.loadavg()[0] ?? 0,
  };
}
