/**
 * The longest pieces of work that updates took from a data thread. The clock of a thread also counts what a hypervisor takes
 * from it, some milliseconds at once now and then; a piece that is too long by itself is so throughout. Therefore a run is
 * looked at in parts, of which the middle one counts.
 */
import type { RunningProxy } from './proxy.ts';

const PARTS = 5;

/** Of all data threads since the last call, in ms of CPU time of the thread. */
async function longestSlice(proxy: RunningProxy): Promise<number> {
  const { threads } = JSON.parse((await proxy.admin('GET', '/api/v1/test/memory')).body) as {
    threads: { longestSliceMs: number }[];
  };
  return Math.max(...threads.map(({ longestSliceMs }) => longestSliceMs));
}

/** Runs `change` for each of `rounds`, and returns the longest slice of each part in ms, the shortest first. */
export async function slicesOf(
  proxy: RunningProxy,
  rounds: number,
  change: (round: number) => Promise<void>,
): Promise<readonly number[]> {
  // The slices of the start do not count.
  await longestSlice(proxy);
  const slices: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    await change(round);
    if (round % (rounds / PARTS) === 0) slices.push(await longestSlice(proxy));
  }
  return slices.sort((one, other) => one - other);
}

export const middleOf = (slices: readonly number[]): number => slices[slices.length >> 1] ?? Number.NaN;

export const sliceText = (slices: readonly number[]): string =>
  `longest slice of ${slices.length} parts ${slices.map((slice) => slice.toFixed(2)).join(', ')} ms`;
