import { expect, test } from 'vitest';
import { type HostProgram, matchHosts } from './index.ts';

const program = (address: string): HostProgram =>
  ({ address, host: address, port: 80, path: '', weight: 1, slot: 0, labels: {} }) as never;
const programs = (from: number, to: number): HostProgram[] =>
  Array.from({ length: to - from }, (_, index) => program(`10.0.${(from + index) >> 8}.${(from + index) & 255}`));

function run(...args: Parameters<typeof matchHosts>) {
  const steps = matchHosts(...args);
  let count = 0;
  for (;;) {
    const step = steps.next();
    if (step.done) return { ...step.value, steps: count };
    count++;
  }
}

test('hosts of before are taken over, new ones made, and the others gone', () => {
  const before = run(programs(0, 4)).hosts;
  const { hosts, gone } = run(programs(2, 6), before);
  expect(hosts.map(({ address }) => address)).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']);
  expect(hosts.slice(0, 2)).toEqual([before[2], before[3]]);
  expect(hosts[0]).toBe(before[2]);
  expect(gone).toEqual([before[0], before[1]]);
});

test('ten thousand hosts are walked through in many small steps', () => {
  const before = run(programs(0, 10_000));
  expect(before.steps).toBe(40);
  expect(run(programs(1, 10_001), before.hosts).steps).toBe(80);
});
