import { describe, expect, it } from 'vitest';
import { HealthFlag } from '../cluster/program.ts';
import { ClusterSlots } from './cluster-slots.ts';

describe('slots', () => {
  it('change nothing for the configuration in force until they are committed', () => {
    const slots = new ClusterSlots();
    const first = slots.place('c', ['a', 'b']);
    slots.commit();
    new Uint8Array(first.health)[first.slot('a')] = 1;
    // Refused: without a, with new hosts.
    slots.begin();
    const refused = slots.place('c', ['x', 'y', 'z']);
    expect(['x', 'y', 'z'].map((host) => refused.slot(host))).toEqual([2, 3, 4]);
    expect(new Uint8Array(first.health)[first.slot('a')]).toBe(1);
    slots.begin();
    const next = slots.place('c', ['b', 'a']);
    expect([next.slot('a'), next.slot('b')]).toEqual([first.slot('a'), first.slot('b')]);
    expect(new Uint8Array(next.health)[next.slot('a')]).toBe(1);
    expect(next.resources).toBe(first.resources);
  });

  it('are free again one configuration after their host is gone', () => {
    const slots = new ClusterSlots();
    for (const hosts of [['a', 'b'], ['b'], ['b', 'c']]) {
      slots.begin();
      slots.place('c', hosts);
      slots.commit();
    }
    slots.begin();
    expect(slots.place('c', ['b', 'c']).slot('c')).toBe(0);
  });

  it('of more hosts than there is room for keep the health of those that stay', () => {
    const slots = new ClusterSlots();
    const first = slots.place('c', ['a']);
    slots.commit();
    new Uint8Array(first.health)[0] = HealthFlag.FAILED_ACTIVE_CHECK | HealthFlag.FAILED_OUTLIER_CHECK;
    slots.begin();
    const hosts = ['a', ...Array.from({ length: 100 }, (_, index) => `h${index}`)];
    const grown = slots.place('c', hosts);
    expect(new Set(hosts.map((host) => grown.slot(host))).size).toBe(101);
    // Whoever is left out for a while is tried again: only the old column is cleared when the time is over.
    expect(new Uint8Array(grown.health)[grown.slot('a')]).toBe(HealthFlag.FAILED_ACTIVE_CHECK);
    expect(grown.health).not.toBe(first.health);
  });
});
