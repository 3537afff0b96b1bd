import { describe, expect, it } from 'vitest';
import { cpuBetween, residentKib, sampleCpu } from './usage.ts';

describe('usage of a process', () => {
  it('grows by the CPU time that is spent', () => {
    const before = sampleCpu(process.pid);
    const spent = process.cpuUsage();
    while (process.cpuUsage(spent).user < 120_000);
    const { userMs, threads } = cpuBetween(before, sampleCpu(process.pid));
    expect(userMs).toBeGreaterThanOrEqual(80);
    expect([...threads.values()].reduce((sum, times) => sum + times.userMs, 0)).toBeGreaterThanOrEqual(80);
  });

  it('knows resident memory', () => {
    expect(residentKib(process.pid) / 1024).toBeGreaterThan(10);
  });
});
