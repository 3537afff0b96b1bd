import assert from 'node:assert/strict';
import { createRandom } from '@weft/kit';
import type { HostSet, LoadBalancer, PickContext } from '../load-balancer/index.ts';
import type { ComplianceCase } from './compliance-case.ts';

/** Hosts whose health and load a test sets. */
export class TestHosts implements HostSet {
  readonly weights: number[];
  readonly down = new Set<number>();
  readonly active: number[];

  constructor(weights: readonly number[]) {
    this.weights = [...weights];
    this.active = weights.map(() => 0);
  }

  get length(): number {
    return this.weights.length;
  }

  weight(index: number): number {
    return this.weights[index] as number;
  }

  available(index: number): boolean {
    return !this.down.has(index);
  }

  activeRequests(index: number): number {
    return this.active[index] as number;
  }

  activeConnections(index: number): number {
    return this.active[index] as number;
  }

  address(index: number): string {
    return `10.0.0.${index}:80`;
  }
}

/** A request that tried these hosts before. */
export function triedBefore(...indices: readonly number[]): PickContext {
  return { attempt: indices.length, tried: (index) => indices.includes(index) };
}

const FIRST_ATTEMPT = triedBefore();
const PICKS = 500;

/** What every load balancer must do, whatever its policy. */
export function loadBalancerCompliance<Config>(fixture: {
  readonly balancer: LoadBalancer<Config>;
  readonly config: Config;
}): ComplianceCase[] {
  const { balancer, config } = fixture;
  const build = (hosts: HostSet, seed = 1) => balancer.build(hosts, config, createRandom(seed));
  const shapes = (): TestHosts[] => [
    new TestHosts([1]),
    new TestHosts([1, 1, 1]),
    new TestHosts([1, 5, 128, 7]),
    new TestHosts(Array.from({ length: 100 }, (_, i) => 1 + (i % 128))),
  ];
  return [
    {
      name: 'is a frozen definition with a schema',
      run() {
        assert.equal(balancer.kind, 'load-balancer');
        assert.ok(Object.isFrozen(balancer));
        assert.equal(balancer.schema['type'], 'object');
      },
    },
    {
      name: 'gives -1 for no hosts and for no available host',
      run() {
        assert.equal(build(new TestHosts([])).pick(FIRST_ATTEMPT), -1);
        for (const hosts of shapes()) {
          for (let i = 0; i < hosts.length; i++) hosts.down.add(i);
          const picker = build(hosts);
          for (let i = 0; i < 10; i++) assert.equal(picker.pick(FIRST_ATTEMPT), -1);
        }
      },
    },
    {
      name: 'reaches every available host and no other',
      run() {
        for (const hosts of shapes()) {
          const length = hosts.length;
          for (let i = 1; i < length; i += 2) hosts.down.add(i);
          const picker = build(hosts);
          const seen = new Set<number>();
          for (let i = 0; i < PICKS * length; i++) seen.add(picker.pick(FIRST_ATTEMPT));
          assert.deepEqual(
            [...seen].sort((a, b) => a - b),
            Array.from({ length }, (_, i) => i).filter((i) => i % 2 === 0),
          );
        }
      },
    },
    {
      name: 'heeds health that changes under a living picker',
      run() {
        for (const hosts of shapes()) {
          const picker = build(hosts);
          const random = createRandom(5);
          for (let i = 0; i < PICKS; i++) {
            const index = random.below(hosts.length);
            if (!hosts.down.delete(index)) hosts.down.add(index);
            const pick = picker.pick(FIRST_ATTEMPT);
            if (hosts.down.size === hosts.length) assert.equal(pick, -1);
            else assert.ok(pick >= 0 && pick < hosts.length && hosts.available(pick), `pick ${pick}`);
          }
        }
      },
    },
    {
      name: 'tries another host while there is one, then a tried one again',
      run() {
        const hosts = new TestHosts([1, 5, 128, 7]);
        const picker = build(hosts);
        for (let i = 0; i < PICKS; i++) assert.equal(picker.pick(triedBefore(0, 2, 3)), 1);
        for (let i = 0; i < PICKS; i++) assert.ok(picker.pick(triedBefore(0, 1, 2, 3)) >= 0);
        hosts.down.add(1);
        for (let i = 0; i < PICKS; i++) assert.ok([0, 2, 3].includes(picker.pick(triedBefore(0, 2, 3))));
      },
    },
    {
      name: 'repeats with the same seed',
      run() {
        for (const hosts of shapes()) {
          const [one, two] = [build(hosts, 42), build(hosts, 42)];
          for (let i = 0; i < PICKS; i++) assert.equal(one.pick(FIRST_ATTEMPT), two.pick(FIRST_ATTEMPT));
        }
      },
    },
  ];
}
