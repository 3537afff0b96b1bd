import { runSteps } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostProgram } from '../cluster/index.ts';
import { hostProgram } from '../cluster/test-hosts.ts';
import type { Program } from './compile.ts';
import { diffPrograms } from './diff.ts';
import { HostPacker, unpackHosts } from './packed-hosts.ts';

const host = (index: number): HostProgram =>
  hostProgram(`10.0.${index >> 8}.${index & 255}`, 80, {
    weight: 100,
    labels: { zone: 'a', version: 'ä' },
    slot: index,
  });
const hosts = (count: number): HostProgram[] => Array.from({ length: count }, (_, index) => host(index));

function update(packer: HostPacker, ...counts: number[]) {
  const clusters = counts.map((count, index) => ({ name: `c${index}`, digest: 'x', hosts: hosts(count) }));
  const program = { generation: 2, settings: {}, routers: [], listeners: [], clusters } as unknown as Program;
  const refs = { listener: () => ({}), cluster: () => ({}) } as never;
  return diffPrograms(null, program, refs, packer);
}

/** What a thread that is sent this has to clone: objects and strings, shared memory not among them. */
function cloned(value: unknown): number {
  if (typeof value === 'string') return 1;
  if (typeof value !== 'object' || value === null || value instanceof SharedArrayBuffer) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + cloned(item), 1);
}

describe('hosts of an update', () => {
  it('are the same on the other side, list by list', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 6 }), (counts) => {
        const lists = counts.map(hosts);
        const packed = new HostPacker().pack(lists);
        if (packed === null) expect(lists.flat().length).toBeLessThanOrEqual(256);
        else expect(runSteps(unpackHosts(structuredClone(packed)))).toEqual(lists);
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  it('cost the thread that receives them next to nothing, however many they are', () => {
    const few = update(new HostPacker(), 3);
    expect(few.hosts).toBeNull();
    expect(few.clusters[0]?.hosts).toHaveLength(3);
    const many = update(new HostPacker(), 10_000, 5);
    expect(cloned(many)).toBeLessThan(50);
    expect(many.clusters.map((cluster) => cluster.hosts)).toEqual([[], []]);
    const lists = runSteps(unpackHosts(many.hosts as NonNullable<typeof many.hosts>));
    expect(lists.map(({ length }) => length)).toEqual([10_000, 5]);
  });

  it('are read in steps of a hundred or so', () => {
    const packed = new HostPacker().pack([hosts(10_000)]);
    const steps = unpackHosts(packed as NonNullable<typeof packed>);
    let count = 0;
    while (!steps.next().done) count++;
    expect(count).toBeGreaterThanOrEqual(10_000 / 128 - 1);
  });

  it('are packed once for all threads, and let go', () => {
    const packer = new HostPacker();
    const lists = [hosts(300)];
    const first = packer.pack([...lists]);
    expect(packer.pack([...lists])).toBe(first);
    expect(packer.pack([hosts(300)])).not.toBe(first);
    packer.forget();
    expect(packer.pack([...lists])).not.toBe(first);
  });
});
