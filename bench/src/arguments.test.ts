import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';

describe('parseArguments', () => {
  it('reads lists, numbers and flags', () => {
    const options = parseArguments([
      '--scenario',
      'http1-throughput,memory',
      '--peers',
      'haproxy',
      '--rounds',
      '7',
      '--quick',
      '--profile',
      '--sources',
    ]);
    expect(options).toMatchObject({
      scenarios: ['http1-throughput', 'memory'],
      peers: ['haproxy'],
      rounds: 7,
      quick: true,
      profile: true,
      sources: true,
    });
    expect(parseArguments([]).sources).toBe(false);
  });

  it('takes a filter only after --micro', () => {
    expect(parseArguments(['--micro', 'http1']).micro).toBe('http1');
    expect(parseArguments(['--micro']).micro).toBe('');
    expect(() => parseArguments(['http1'])).toThrow('unexpected argument: http1');
  });

  it('refuses unknown options and rounds that are no number', () => {
    expect(() => parseArguments(['--scenarios', 'x'])).toThrow();
    expect(() => parseArguments(['--rounds', 'many'])).toThrow('whole number');
  });
});
