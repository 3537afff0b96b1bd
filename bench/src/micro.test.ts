import { describe, expect, it } from 'vitest';
import { findBenchFiles } from './micro.ts';

describe('findBenchFiles', () => {
  it('finds the files beside the sources', () => {
    expect(findBenchFiles('load/histogram')).toEqual(['bench/load/histogram.bench.ts']);
  });

  it('fails rather than running nothing', () => {
    expect(() => findBenchFiles('no-such-file')).toThrow('no *.bench.ts file matches "no-such-file"');
  });
});
