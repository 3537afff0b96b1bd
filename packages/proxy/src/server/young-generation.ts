import { setFlagsFromString } from 'node:v8';

/** V8's own value: with it the flags are again those that Node's code cache was made with. */
const DEFAULT_GROWTH = 2;

/**
 * Keeps the young generation of the main thread as small as it begins (1 MiB a half). Reading and compiling a large
 * configuration would make it grow to 8 MiB a half, which V8 keeps for hours: nothing happens on this thread afterwards
 * that would make it shrink.
 *
 * Ends with `releaseYoungGeneration`, which must be called before a thread starts: the flag counts for the whole process,
 * and a thread that starts under changed flags compiles Node's modules again, which takes 40 ms.
 */
export function holdYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

export function releaseYoungGeneration(): void {
  setFlagsFromString(`--semi-space-growth-factor=${DEFAULT_GROWTH}`);
}
