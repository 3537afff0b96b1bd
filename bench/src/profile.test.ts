import { describe, expect, it } from 'vitest';
import { summarizeProfiles } from './profile.ts';

function node(
  id: number,
  functionName: string,
  url: string,
): { id: number; callFrame: { functionName: string; url: string; lineNumber: number } } {
  return { id, callFrame: { functionName, url, lineNumber: 9 } };
}

describe('summarizeProfiles', () => {
  it('gives self time to the part that the source belongs to, and none to idling', () => {
    const profile = {
      nodes: [
        node(1, '(idle)', ''),
        node(2, 'decodeHead', 'file:///x/packages/protocols/src/http1/decode.ts'),
        node(3, 'flush', 'file:///x/packages/proxy/src/net/connection.ts'),
        node(4, 'onHead', 'file:///x/packages/proxy/src/exchange/exchange.ts'),
        node(5, 'writeLine', 'file:///x/packages/telemetry/src/access-log/write.ts'),
        node(6, 'writeBuffer', ''),
        node(7, '(garbage collector)', ''),
        node(8, 'add', 'file:///x/packages/telemetry/src/stats/counter.ts'),
      ],
      samples: [1, 2, 3, 4, 5, 6, 7, 8],
      timeDeltas: [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000],
      startTime: 1_000_000,
      endTime: 1_028_000,
    };
    const { parts, busyMs, functions } = summarizeProfiles([profile]);
    expect(Object.fromEntries(parts)).toEqual({
      codec: 2,
      socket: 3,
      'exchange, route, balancer, filters': 4,
      'access log': 5,
      'native code and kernel': 6,
      'garbage collection': 7,
      'limits, timers, clock, metrics': 0,
    });
    expect(busyMs).toBe(27);
    expect(functions[0]).toEqual({ name: '(garbage collector)', place: '(native)', selfMs: 7 });
    expect(functions.find(({ name }) => name === 'flush')?.place).toBe('packages/proxy/src/net/connection.ts:10');
  });

  it('leaves out what came before the last milliseconds', () => {
    const profile = {
      nodes: [node(1, 'parseConfiguration', ''), node(2, 'serve', '')],
      samples: [1, 1, 2, 2],
      timeDeltas: [0, 5000, 5000, 5000],
      startTime: 0,
      endTime: 15_000,
    };
    expect(summarizeProfiles([profile], 6).functions.map(({ name }) => name)).toEqual(['serve']);
  });
});
