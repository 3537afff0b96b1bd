import { openThreadCpuClock } from '../net/platform.ts';

/** Longest synchronous piece of work that an update may take from a thread that serves requests, ms. */
export const SLICE_MS = 1;

type CpuUsage = { readonly user: number; readonly system: number };
/** Absent before Node 23.9. */
const threadCpuUsage = (process as unknown as { threadCpuUsage?: () => CpuUsage }).threadCpuUsage;

/** Tests that judge single slices need the exact clock; it costs the FFI, so nobody else has it. */
const exactMs = process.env['WEFT_TEST_HOOKS'] === '1' ? openThreadCpuClock() : null;

/** CPU time of this thread in ms: unlike a clock it does not count what other processes took. */
export function threadCpuMs(): number {
  if (exactMs !== null) return exactMs();
  if (threadCpuUsage === undefined) return performance.now();
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) / 1000;
}

/**
 * Runs `steps` in slices of at most `SLICE_MS` (plus the length of one step), giving the event loop a turn between them.
 * `onSlice` is told the CPU time of each slice in ms.
 */
export function runSliced<T>(steps: Generator<void, T>, onSlice: (ms: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const slice = (): void => {
      const start = performance.now();
      const cpuStart = threadCpuMs();
      try {
        while (true) {
          const step = steps.next();
          if (step.done) {
            onSlice(threadCpuMs() - cpuStart);
            resolve(step.value);
            return;
          }
          // Half of it is left for the step that is longer than others, and for a collection that falls into it.
          if (performance.now() - start >= SLICE_MS / 2) break;
        }
      } catch (error) {
        reject(error);
        return;
      }
      onSlice(threadCpuMs() - cpuStart);
      setImmediate(slice);
    };
    slice();
  });
}
