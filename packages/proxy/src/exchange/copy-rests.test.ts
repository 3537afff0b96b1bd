import { expect, test } from 'vitest';
import { type Cluster, Host } from '../cluster/index.ts';
import { hostProgram } from '../cluster/test-hosts.ts';
import { CopyRests } from './copy-rests.ts';

const hostOf = (port: number): Host => new Host(hostProgram('10.0.0.1', port));

test('a host that cannot be connected to rests, twice as long after each try, and up to half a minute', () => {
  const rests = new CopyRests();
  const host = hostOf(1);
  let now = 5000;
  const lengths: number[] = [];
  for (let i = 0; i < 8; i++) {
    rests.sent(host, now);
    rests.failed(host, now, now + 3, false);
    now += 3;
    lengths.push(rests.restMs(host, now));
    expect(rests.restMs(host, now + (lengths[i] as number) - 1)).toBe(1);
    now += lengths[i] as number;
    expect(rests.restMs(host, now)).toBe(0);
  }
  expect(lengths).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  rests.answered(host);
  rests.failed(host, now, now, false);
  expect(rests.restMs(host, now)).toBe(1000);
});

test('copies that were under way together are one failure; behind a rest one copy is alone', () => {
  const rests = new CopyRests();
  const host = hostOf(1);
  for (let i = 0; i < 50; i++) rests.failed(host, 0, 10, false);
  expect(rests.restMs(host, 10)).toBe(1000);
  expect(rests.restMs(host, 1010)).toBe(0);
  rests.sent(host, 1010);
  expect(rests.restMs(host, 1011)).toBeGreaterThan(0);
  rests.answered(host);
  expect(rests.restMs(host, 1011)).toBe(0);
});

test('a host that takes copies and does not answer rests behind the fifth in a row', () => {
  const rests = new CopyRests();
  const host = hostOf(1);
  for (let i = 0; i < 4; i++) rests.failed(host, i, i, true);
  expect(rests.restMs(host, 4)).toBe(0);
  rests.answered(host);
  for (let i = 0; i < 4; i++) rests.failed(host, i, i, true);
  expect(rests.restMs(host, 4)).toBe(0);
  rests.failed(host, 4, 4, true);
  expect(rests.restMs(host, 4)).toBe(1000);
});

test('of several hosts those that rest count as tried', () => {
  const rests = new CopyRests();
  const hosts = [hostOf(1), hostOf(2)];
  rests.failed(hosts[0] as Host, 0, 0, false);
  const tried: boolean[] = [];
  const cluster = {
    hosts,
    choose(context: CopyRests) {
      tried.push(context.tried(0), context.tried(1));
      return hosts[1] ?? null;
    },
  } as unknown as Cluster;
  expect(rests.choose(cluster, 5)).toBe(hosts[1]);
  expect(tried).toEqual([true, false]);
});
