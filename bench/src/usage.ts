/** What processes have used, from /proc: CPU per thread, resident memory, system calls. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { processTree } from './processes.ts';

export interface CpuTimes {
  readonly userMs: number;
  readonly systemMs: number;
}

/** CPU times of a process tree, and of each of its threads under `name/tid`. */
export interface CpuSample extends CpuTimes {
  readonly threads: ReadonlyMap<string, CpuTimes>;
}

let tickMs = 0;

function clockTickMs(): number {
  if (tickMs === 0) tickMs = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return tickMs;
}

function parseStat(file: string): { name: string; userMs: number; systemMs: number } | null {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    // The thread ended between listing and reading.
    return null;
  }
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const unit = clockTickMs();
  return {
    name: text.slice(text.indexOf('(') + 1, close),
    userMs: Number(fields[11]) * unit,
    systemMs: Number(fields[12]) * unit,
  };
}

export function sampleCpu(root: number): CpuSample {
  let userMs = 0;
  let systemMs = 0;
  const threads = new Map<string, CpuTimes>();
  for (const pid of processTree(root)) {
    const whole = parseStat(`/proc/${pid}/stat`);
    if (whole === null) continue;
    userMs += whole.userMs;
    systemMs += whole.systemMs;
    for (const tid of readdirSync(`/proc/${pid}/task`)) {
      const thread = parseStat(`/proc/${pid}/task/${tid}/stat`);
      if (thread !== null) threads.set(`${thread.name}/${tid}`, thread);
    }
  }
  return { userMs, systemMs, threads };
}

/** What was used between two samples; threads that used nothing are left out. */
export function cpuBetween(before: CpuSample, after: CpuSample): CpuSample {
  const threads = new Map<string, CpuTimes>();
  for (const [name, times] of after.threads) {
    const earlier = before.threads.get(name) ?? { userMs: 0, systemMs: 0 };
    const userMs = times.userMs - earlier.userMs;
    const systemMs = times.systemMs - earlier.systemMs;
    if (userMs + systemMs > 0) threads.set(name, { userMs, systemMs });
  }
  return { userMs: after.userMs - before.userMs, systemMs: after.systemMs - before.systemMs, threads };
}

/** Resident memory of a process tree in KiB. */
export function residentKib(root: number): number {
  let total = 0;
  for (const pid of processTree(root)) {
    try {
      total += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended while we looked.
    }
  }
  return total;
}

export interface SyscallCounter {
  /** Ends counting and returns the system calls since, or null when counting failed. */
  stop(): Promise<number | null>;
  readonly method: string;
}

function ioCalls(root: number): number {
  let total = 0;
  for (const pid of processTree(root)) {
    try {
      const text = readFileSync(`/proc/${pid}/io`, 'utf8');
      for (const match of text.matchAll(/^sysc[rw]: (\d+)/gm)) total += Number(match[1]);
    } catch {
      // It ended, or is not ours to read.
    }
  }
  return total;
}

function available(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    // Missing, or not permitted here; the next method is tried.
    return false;
  }
}

let method: 'perf' | 'strace' | 'io' | null = null;

/**
 * Counts system calls of a running process: with `perf stat` where the tracepoint may be read (nearly free), else with
 * `strace -c` (slows the subject, so calls are spread over more turns of its loop), else reads and writes of /proc/PID/io
 * only (which misses sends, receives and waits).
 */
export async function countSyscalls(root: number): Promise<SyscallCounter> {
  method ??= available('perf', 'stat', '-e', 'raw_syscalls:sys_enter', '--', 'true')
    ? 'perf'
    : available('strace', '-V')
      ? 'strace'
      : 'io';
  if (method === 'io') {
    const before = ioCalls(root);
    return { method: '/proc/PID/io reads and writes only', stop: async () => ioCalls(root) - before };
  }
  const pids = processTree(root).join(',');
  const argv =
    method === 'perf'
      ? ['perf', 'stat', '-x', ';', '-e', 'raw_syscalls:sys_enter', '-p', pids]
      : ['strace', '-c', '-f', '-p', pids];
  const child = spawn(argv[0] as string, argv.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  return {
    method: method === 'perf' ? 'perf stat' : 'strace -c -f (slows the subject)',
    stop: async () => {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
      const found =
        method === 'perf' ? /^(\d+);;raw_syscalls/m.exec(output) : /^\s*100\.00\s+\S+\s+(?:\d+\s+)?(\d+)/m.exec(output);
      return found === null ? null : Number(found[1]);
    },
  };
}
