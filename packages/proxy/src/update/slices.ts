/** Longest synchronous piece of work that an update may take from a thread that serves requests, ms. */
export const SLICE_MS = 1;

/**
 * Runs `steps` in slices of at most `SLICE_MS` (plus the length of one step), giving the event loop a turn between them.
 * `onSlice` is told the length of each slice in ms.
 */
export function runSliced<T>(steps: Generator<void, T>, onSlice: (ms: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const slice = (): void => {
      const start = performance.now();
      try {
        while (true) {
          const step = steps.next();
          if (step.done) {
            onSlice(performance.now() - start);
            resolve(step.value);
            return;
          }
          if (performance.now() - start >= SLICE_MS) break;
        }
      } catch (error) {
        reject(error);
        return;
      }
      onSlice(performance.now() - start);
      setImmediate(slice);
    };
    slice();
  });
}
