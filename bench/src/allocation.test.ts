import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseGcTrace } from './allocation.ts';

describe('parseGcTrace', () => {
  it('adds up what heaps grow between collections, each heap for itself', () => {
    const log = [
      'ready',
      '[7:0x1000]      100 ms: Scavenge 10.0 (20.0) -> 4.0 (20.0) MB, pooled: 0 MB, 1.0 / 0.0 ms  allocation failure;',
      '[7:0x2000]      150 ms: Scavenge 9.0 (20.0) -> 3.0 (20.0) MB, 1.0 / 0.0 ms  allocation failure;',
      '[7:0x1000]      200 ms: Scavenge 10.0 (20.0) -> 5.0 (20.0) MB, 1.0 / 0.0 ms  allocation failure;',
      '[7:0x1000]      300 ms: Mark-Compact 8.0 (20.0) -> 2.0 (20.0) MB, 1.0 / 0.0 ms  allocation failure;',
    ].join('\n');
    expect(parseGcTrace(log)).toEqual({ allocatedBytes: 9 * 1024 * 1024, collections: 4, coveredMs: 200 });
  });

  it('needs two collections of a heap', () => {
    expect(parseGcTrace('[7:0x1000] 100 ms: Scavenge 10.0 (20.0) -> 4.0 (20.0) MB')).toBeNull();
  });

  it('reads what this Node prints, to within a fifth of what was allocated', () => {
    // 64 MiB in arrays of eight doubles, each 80 bytes with its header and elements' header, plus the array object.
    const script = 'let keep; for (let i = 0; i < 600000; i++) keep = new Array(16).fill(i + 0.5);';
    const { stdout } = spawnSync(process.execPath, ['--trace-gc', '--max-semi-space-size=1', '-e', script], {
      encoding: 'utf8',
    });
    const trace = parseGcTrace(stdout);
    expect(trace?.collections).toBeGreaterThan(5);
    // 16 doubles and two headers: at least 128 bytes each.
    expect(trace?.allocatedBytes).toBeGreaterThan(600_000 * 128 * 0.8);
  });
});
