import { createRandom } from '@weft/kit';
import { TestHosts, triedBefore } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { leastRequest } from './index.ts';

function run(
  weights: readonly number[],
  picks: number,
  finishEvery: (index: number) => number,
  config = {},
): { counts: number[]; hosts: TestHosts } {
  const hosts = new TestHosts(weights);
  const picker = leastRequest.build(hosts, config, createRandom(4));
  const counts = weights.map(() => 0);
  for (let i = 0; i < picks; i++) {
    const index = picker.pick(triedBefore());
    (counts[index] as number)++;
    (hosts.active[index] as number)++;
    for (let host = 0; host < weights.length; host++) {
      if (i % finishEvery(host) === 0 && (hosts.active[host] as number) > 0) (hosts.active[host] as number)--;
    }
  }
  return { counts, hosts };
}

it('keeps the load level: two choices stay within a few requests of each other', () => {
  const hosts = new TestHosts(Array.from({ length: 50 }, () => 1));
  const picker = leastRequest.build(hosts, {}, createRandom(4));
  for (let i = 0; i < 50_000; i++) (hosts.active[picker.pick(triedBefore())] as number)++;
  expect(Math.max(...hosts.active) - Math.min(...hosts.active)).toBeLessThanOrEqual(8);
});

it('gives a slow host less', () => {
  const { counts } = run([1, 1, 1, 1], 20_000, (host) => (host === 0 ? 40 : 3));
  expect(counts[0]).toBeLessThan((counts[1] as number) / 3);
});

it('takes the idle host of two when it draws both', () => {
  const hosts = new TestHosts([1, 1]);
  hosts.active[0] = 5;
  const picker = leastRequest.build(hosts, {}, createRandom(4));
  for (let i = 0; i < 100; i++) expect(picker.pick(triedBefore())).toBe(1);
});

it('follows the weights when they differ and the load is level', () => {
  const hosts = new TestHosts([1, 2, 5]);
  const picker = leastRequest.build(hosts, {}, createRandom(4));
  const counts = [0, 0, 0];
  for (let i = 0; i < 8000; i++) (counts[picker.pick(triedBefore())] as number)++;
  for (const [index, expected] of [1000, 2000, 5000].entries())
    expect(Math.abs((counts[index] as number) - expected)).toBeLessThanOrEqual(3);
});

it('lowers the weight of a busy host by the bias', () => {
  const share = (bias: number): number => {
    const hosts = new TestHosts([1, 2]);
    hosts.active[1] = 3;
    const picker = leastRequest.build(hosts, { active_request_bias: bias }, createRandom(4));
    let second = 0;
    for (let i = 0; i < 9000; i++) second += picker.pick(triedBefore());
    return second / 9000;
  };
  expect(share(0)).toBeCloseTo(2 / 3, 2);
  expect(share(1)).toBeCloseTo(0.5 / 1.5, 2);
  expect(share(2)).toBeCloseTo(0.125 / 1.125, 2);
});
