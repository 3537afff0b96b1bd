import { readdirSync, readFileSync } from 'node:fs';
import type { StatsStore } from '../stats/index.ts';

/** Readings of a process; what a platform cannot tell is left out. */
export interface ProcessSample {
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Since the Unix epoch. */
  readonly startTimeSeconds: number;
  readonly openFds?: number;
  readonly maxFds?: number;
  /** Bytes of the JavaScript heap in use, by space. */
  readonly heapBytes?: Readonly<Record<string, number>>;
  /** Share of the CPU limit, 0 … 1. */
  readonly cpuRatio?: number;
  /** Share of the memory limit, 0 … 1. */
  readonly memoryRatio?: number;
}

/** Reads this process. On Linux with descriptors, from /proc; a few tens of microseconds. */
export function sampleProcess(): ProcessSample {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const openFds = countDescriptors();
  const maxFds = descriptorLimit();
  return {
    cpuSeconds: (user + system) / 1_000_000,
    residentBytes: rss,
    startTimeSeconds: performance.timeOrigin / 1000,
    heapBytes: { used: heapUsed, external },
    ...(openFds === undefined ? {} : { openFds }),
    ...(maxFds === undefined ? {} : { maxFds }),
  };
}

/** Puts a sample into the metrics of the main thread. */
export function recordProcess(store: StatsStore, sample: ProcessSample): void {
  store.setCounter('process_cpu_seconds_total', {}, sample.cpuSeconds);
  store.setGauge('process_resident_memory_bytes', {}, sample.residentBytes);
  store.setGauge('process_start_time_seconds', {}, sample.startTimeSeconds);
  if (sample.openFds !== undefined) {
    store.setGauge('process_open_fds', {}, sample.openFds);
    store.setGauge('weft_process_open_fds', {}, sample.openFds);
  }
  if (sample.maxFds !== undefined) store.setGauge('process_max_fds', {}, sample.maxFds);
  if (sample.cpuRatio !== undefined) store.setGauge('weft_process_cpu_ratio', {}, sample.cpuRatio);
  if (sample.memoryRatio !== undefined) store.setGauge('weft_process_memory_ratio', {}, sample.memoryRatio);
  for (const [space, bytes] of Object.entries(sample.heapBytes ?? {}))
    store.setGauge('weft_process_heap_bytes', { space }, bytes);
}

function countDescriptors(): number | undefined {
  try {
    // One of them is the directory that is being read.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    // No /proc: not Linux, or hidden.
    return undefined;
  }
}

function descriptorLimit(): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    // No /proc: not Linux, or hidden.
    return undefined;
  }
}
