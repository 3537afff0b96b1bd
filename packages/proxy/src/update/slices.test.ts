import { expect, it } from 'vitest';
import { runSliced, threadCpuMs } from './slices.ts';

/** Works on this thread for `ms` of its CPU time. */
function work(ms: number): void {
  for (const start = threadCpuMs(); threadCpuMs() - start < ms; );
}

it('gives the event loop a turn between slices and tells their CPU time', async () => {
  let turns = 0;
  const count = setInterval(() => turns++, 0);
  const slices: number[] = [];
  const steps = (function* () {
    for (let i = 0; i < 20; i++) {
      work(1.5);
      yield;
    }
    return 'done';
  })();
  expect(await runSliced(steps, (ms) => slices.push(ms))).toBe('done');
  clearInterval(count);
  expect(slices.length).toBeGreaterThanOrEqual(20);
  expect(turns).toBeGreaterThan(0);
  expect(slices.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(29);
});

it('passes on what a step throws', async () => {
  const steps = (function* () {
    yield;
    throw new Error('a plugin');
  })();
  await expect(runSliced(steps, () => {})).rejects.toThrow('a plugin');
});
