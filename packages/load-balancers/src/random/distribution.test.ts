import { createRandom } from '@weft/kit';
import { TestHosts, triedBefore } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { random } from './index.ts';

it.each([[[]], [[0]], [[0, 1, 2, 3, 4, 5, 6]]])('gives every available host the same chance, with %o down', (down) => {
  const hosts = new TestHosts(Array.from({ length: 10 }, () => 1));
  for (const index of down) hosts.down.add(index);
  const picker = random.build(hosts, {}, createRandom(3));
  const counts = hosts.weights.map(() => 0);
  const picks = 100_000;
  for (let i = 0; i < picks; i++) (counts[picker.pick(triedBefore())] as number)++;
  const expected = picks / (10 - down.length);
  for (const [index, seen] of counts.entries()) {
    if (hosts.down.has(index)) expect(seen).toBe(0);
    // Five standard deviations.
    else expect(Math.abs(seen - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});
