import { setFlagsFromString } from 'node:v8';

/** Backtracking steps of one match before the linear engine takes over. Simple expressions on usual texts stay far below. */
const BACKTRACKS = 1000;

/**
 * Has regular expressions take linear time in this process, all of its threads included. Call it before the first of them
 * runs, and not before the modules of Node are loaded: flags of V8 cost the start its code cache.
 */
export function limitBacktracking(): void {
  setFlagsFromString('--enable-experimental-regexp-engine');
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  setFlagsFromString(`--regexp-backtracks-before-fallback=${BACKTRACKS}`);
}
