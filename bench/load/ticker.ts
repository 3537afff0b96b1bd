/**
 * Wakes the generator at a fixed interval, from a thread of its own. Timers of an event loop have a grain of one
 * millisecond, which would bunch the arrivals of an open loop and drown the latencies that are looked for.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const STOP = 0;
const PENDING = 1;
/** Ticks are never closer than this; at higher rates several requests start per tick. */
const MIN_INTERVAL_MS = 0.1;

export interface Ticker {
  stop(): void;
}

/** Calls `onTick` about every `intervalMs`; ticks that come while one is pending are merged into it. */
export function startTicker(intervalMs: number, onTick: () => void): Ticker {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { shared, intervalMs: Math.max(MIN_INTERVAL_MS, intervalMs) },
  });
  worker.on('message', () => {
    Atomics.store(shared, PENDING, 0);
    onTick();
  });
  return {
    stop(): void {
      Atomics.store(shared, STOP, 1);
      Atomics.notify(shared, STOP);
    },
  };
}

if (!isMainThread && workerData?.shared instanceof Int32Array) {
  const shared = workerData.shared as Int32Array;
  const intervalMs = workerData.intervalMs as number;
  let next = performance.now() + intervalMs;
  while (Atomics.load(shared, STOP) === 0) {
    const left = next - performance.now();
    if (left > 0) Atomics.wait(shared, STOP, 0, left);
    next += intervalMs;
    if (Atomics.exchange(shared, PENDING, 1) === 0) parentPort?.postMessage(0);
  }
}
