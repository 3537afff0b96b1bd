import { setFlagsFromString } from 'node:v8';

/** By name, as `node --v8-options` lists them. */
export const THREAD_FLAGS: Readonly<Record<string, string>> = {
  // A young collection finds little alive and takes 0.2 ms; with helper threads it ends when the last of them was given a
  // core, which on a busy machine took up to 50 ms.
  'no-parallel-scavenge': '',
  // A request passes through many small functions, more than V8 puts into one another by default (460 bytes of bytecode for one
  // of them, 920 for all): with these it takes 6 to 9 % less JavaScript time, see decision 0028.
  'max-inlined-bytecode-size': '1000',
  'max-inlined-bytecode-size-cumulative': '3500',
  // Otherwise `super()` in a constructor asks at run time which constructors it may skip, and a class that extends another one
  // is not put into the function that makes it: 4 to 12 % of a request, see decision 0028.
  'no-omit-default-ctors': '',
};

/**
 * Sets what data threads want of V8, for the whole process. Call it in a thread, before it forwards: flags of V8 cost whatever
 * loads behind them its code cache.
 */
export function setThreadFlags(): void {
  for (const [name, value] of Object.entries(THREAD_FLAGS)) setFlagsFromString(`--${name}${value && `=${value}`}`);
}
