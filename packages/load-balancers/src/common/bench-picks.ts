import { createRandom, type Random } from '@weft/kit';
import type { HostSet, Picker } from '@weft/sdk';
import { TestHosts, triedBefore } from '@weft/sdk/testing';

const PICKS = 500_000;

/** Prints ns of user CPU per pick for 3, 100 and 10 000 hosts, equal and different weights, and with a third of them out. */
export function benchPicks(name: string, build: (hosts: HostSet, random: Random) => Picker): void {
  const context = triedBefore();
  for (const length of [3, 100, 10_000]) {
    for (const shape of ['equal', 'weighted', 'third out'] as const) {
      const hosts = new TestHosts(Array.from({ length }, (_, i) => (shape === 'weighted' ? 1 + (i % 128) : 1)));
      if (shape === 'third out') for (let i = 0; i < length; i += 3) hosts.down.add(i);
      const picker = build(hosts, createRandom(1));
      const times: number[] = [];
      for (let repeat = 0; repeat < 5; repeat++) {
        const start = process.cpuUsage();
        let sum = 0;
        for (let i = 0; i < PICKS; i++) sum += picker.pick(context);
        times.push((process.cpuUsage(start).user * 1000) / PICKS);
        if (sum < 0) throw new Error('no host picked');
      }
      times.sort((a, b) => a - b);
      process.stdout.write(`${name}, ${length} hosts, ${shape}: ${(times[2] as number).toFixed(1)} ns per pick\n`);
    }
  }
}
