/** Whatever instances, proxies and rules do: never more are left out than may be, never the last, and everybody comes back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askOf, OTHER_RULE, RULE, TestGrants } from './test-plane.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const id = fc.constantFrom(...IDS);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask'), id, exceptions: fc.integer({ min: 1, max: 10 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rest'), id }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('vanish'), id }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('appear'), id }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('toggle'), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release'), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rule'), id }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait'), id }) },
) as fc.Arbitrary<{ readonly kind: string; readonly id: string; readonly exceptions?: number }>;

test('the limits hold at every moment, and all of them come back', () => {
  let isolated = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 5, maxLength: 60 }),
      fc.integer({ min: 0, max: 6 }),
      fc.constantFrom(0, 0.3, 0.5, 1),
      (steps, maxInstances, maxRatio) => {
        const plane = new TestGrants(...IDS);
        const asking = new Map<string, number>();
        const believes = (proxy: string): boolean => plane.last(proxy)?.granted === true;
        for (const { kind, id: who, exceptions = 1 } of steps) {
          const others = plane.providers.filter(({ proxyId }) => proxyId !== who).map(({ proxyId }) => proxyId);
          if (kind === 'ask') asking.set(who, exceptions);
          if (kind === 'rest') asking.delete(who);
          if (kind === 'vanish') plane.stand(...others);
          if (kind === 'appear') plane.publish(who);
          if (kind === 'toggle')
            plane.providers = plane.providers.map((one) =>
              one.proxyId === who ? { ...one, usable: !one.usable } : one,
            );
          if (kind === 'release') plane.grants.release('i', RULE, undefined, who);
          if (kind === 'rule' && !plane.rules.delete(RULE)) plane.rules.add(RULE);
          if (kind === 'wait') plane.clock.advance(20_000);
          for (const { proxyId } of plane.providers) {
            // Half of them ask by another rule, of the same limits.
            const ruleDbId = proxyId < 'd' ? RULE : OTHER_RULE;
            const failed = asking.get(proxyId);
            const ask = { ruleDbId, exceptions: failed ?? 0, granted: believes(proxyId), maxInstances, maxRatio };
            plane.report(proxyId, ...(failed === undefined ? [] : [askOf(ask)]));
          }
          plane.clock.advance(500);
          // One that is not registered is nobody's, until it is again.
          const here = new Set(plane.providers.map(({ address }) => address));
          const out = new Set(plane.out().filter((address) => here.has(address)));
          const there = plane.providers.length;
          isolated += out.size;
          expect(out.size).toBeLessThanOrEqual(Math.min(maxInstances, Math.floor(maxRatio * there)));
          const left = plane.providers.filter(({ usable, address }) => usable && !out.has(address));
          if (out.size > 0) expect(left.length).toBeGreaterThan(0);
        }
        // Nobody reports any more.
        plane.clock.advance(60_000 + 1000);
        expect(plane.out()).toEqual([]);
        plane.clock.advance(10_500);
        expect(plane.states.size).toBe(0);
      },
    ),
    { numRuns: 300, seed: 5 },
  );
  // It would hold as well if nobody ever went.
  expect(isolated).toBeGreaterThan(100);
});
