import { openThreadCpuClock } from '../net/platform.ts';

/** Longest synchronous piece of work that an update may take from a thread that serves requests, ms. */
export const SLICE_MS = 1;
/**
 * A slice ends behind the step that reaches this, ms. What an update of 300 resources makes survives a collection of the young
 * generation, which takes 1 to 1.5 ms then and falls into any step: little may stand before it.
 */
const ENOUGH_MS = 0.2;

/** Absent before Node 23.9. */
const threadCpuUsage: typeof process.threadCpuUsage | undefined = process.threadCpuUsage;

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
 * Runs `steps` in slices that are shorter than `SLICE_MS` unless a single step is not, giving the event loop a turn between them.
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
          if (performance.now() - start >= ENOUGH_MS) break;
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
