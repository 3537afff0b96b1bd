import { describe, expect, it } from 'vitest';
import { renderResult } from './report.ts';
import { judge } from './scenarios/scenario.ts';
import { pairwiseRatios, spreadOf } from './statistics.ts';

describe('renderResult', () => {
  const text = renderResult({
    scenario: 'http1-throughput',
    variant: '50 connections',
    subjects: [
      {
        subject: 'weft',
        version: '1',
        figures: { userMicros: spreadOf([5, 6, 9]) },
        errors: 2,
        notes: ['errors: 2 × status 503'],
      },
      {
        subject: 'haproxy',
        version: '2',
        figures: { userMicros: spreadOf([4, 4, 4]), syscalls: spreadOf([3]) },
        errors: 0,
        notes: [],
      },
    ],
    comparisons: [
      { subject: 'weft', peer: 'haproxy', quantity: 'userMicros', ratio: pairwiseRatios([5, 6, 9], [4, 4, 4]) },
    ],
    verdicts: [judge('user ≤ 6', 6, (value) => value <= 6), judge('≥ 2× mosn', undefined, (value) => value >= 2)],
    absent: [{ subject: 'mosn', reason: 'no `mosn` in PATH' }],
    notes: [],
    functions: [],
    budgets: [],
  });

  it('marks figures that varied more than 30 %, and only those', () => {
    expect(text).toMatch(/weft +6\.00~/);
    expect(text).toMatch(/haproxy +4\.00 /);
    expect(text).toContain('wide spread');
  });

  it('shows errors, absent peers and targets without a value', () => {
    expect(text).toContain('errors: 2 × status 503');
    expect(text).toContain('mosn took no part: no `mosn` in PATH');
    expect(text).toContain('met: user ≤ 6 (6.00)');
    expect(text).toContain('not measured: ≥ 2× mosn');
  });
});
