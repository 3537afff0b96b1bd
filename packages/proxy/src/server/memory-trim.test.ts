import { expect, test } from 'vitest';
import { openMemoryTrim } from '../net/index.ts';
import { MemoryTrim } from './memory-trim.ts';

test('what takes long is done half as often, down to a bound; what is quick again, more often again', () => {
  let now = 0;
  let tookMs = 0.3;
  const trim = new MemoryTrim(
    () => {
      now += tookMs;
    },
    () => now,
  );
  trim.run();
  expect(trim.pauseMs).toBe(10_000);
  tookMs = 6;
  trim.run();
  expect(trim.pauseMs).toBe(20_000);
  for (let call = 0; call < 20; call++) trim.run();
  expect(trim.pauseMs).toBe(640_000);
  // A busy machine made it slow, not what there is to do.
  tookMs = 0.3;
  trim.run();
  expect(trim.pauseMs).toBe(320_000);
  for (let call = 0; call < 20; call++) trim.run();
  expect(trim.pauseMs).toBe(10_000);
});

test.runIf(process.platform === 'linux')('libc gives back what was freed', () => {
  const trim = openMemoryTrim();
  // Another libc than glibc has no such call.
  if (trim !== null) expect(trim()).toBeUndefined();
});
