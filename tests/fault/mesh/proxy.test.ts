/** A proxy that is killed: while the control plane is away, and while it is there. */
import { describe, expect, test } from 'vitest';
import {
  BACK_MS,
  CASE_MS,
  expectLimited,
  expectOnlyInFlight,
  expectSound,
  hammerUntilLimited,
  LEASE_MS,
  rig,
  SLACK_MS,
  saysAway,
  useRig,
} from './cases.ts';
import { HTTP_SERVICE, SOON_MS, THRESHOLD } from './rig.ts';
import { until } from './waiting.ts';

useRig();

describe('a proxy', () => {
  test(
    'is killed and started again while the control plane is away: it serves from its snapshot, with the rule',
    async () => {
      // Snapshots are written some seconds behind a change; the rule may be as young as that.
      await until('the rule is in a snapshot', SOON_MS, () => rig.one.hasSaved('flowControlRule'));
      await rig.controlProgram.kill();
      await saysAway(rig.one, /connection/);
      const { open } = rig.load;
      const killedMs = performance.now();
      await rig.one.kill();
      const program = rig.one.spawn(rig.control);
      // From its first moment on: there is none in which it serves without the rule.
      const [{ passed, limited, seconds }] = await Promise.all([
        hammerUntilLimited(rig.one.ports.httpIngress, THRESHOLD * 4),
        // One that ends instead says why.
        program.up(),
      ]);
      console.log(
        `restarted alone: serves after ${Math.round(performance.now() - killedMs)} ms, ${passed} passed and ${limited} limited of its first requests`,
      );
      expect(passed).toBeLessThanOrEqual(THRESHOLD * (seconds + 1) + 1);
      expect(rig.one.log()).toMatch(/the control plane \S+ is away: serving the snapshot of/);
      expect((await rig.one.unhealthy()).join()).toMatch(/serving snapshot saved/);
      await rig.limitsBoth();
      const tally = rig.load.take();
      expectLimited('restarted alone', tally, 2);
      expectOnlyInFlight(tally, open, killedMs);
      await rig.restartControl();
      await expectSound('restarted alone', await rig.synchronised(BACK_MS));
      expect((await rig.eventsOf('stock', 'start')).join()).toMatch(/started while the control plane was away/);
    },
    CASE_MS,
  );

  test(
    'is killed: the others take over, and its entries are gone when its lease is',
    async () => {
      const { open } = rig.load;
      const address = `:${rig.two.ports.httpIngress}`;
      const killedMs = performance.now();
      await rig.two.kill();
      const gone = async (what: string, isGone: () => Promise<boolean>): Promise<number> => {
        await until(`${what} of the dead proxy are gone`, LEASE_MS + 1000 + SLACK_MS, isGone);
        return performance.now() - killedMs;
      };
      const [registryMs, callerMs] = await Promise.all([
        gone('the entries', async () => {
          const { items } = await rig.client.registry.dump({ query: { size: 100 } });
          return items.length === 2;
        }),
        gone('the endpoints', async () => {
          const { addresses } = await rig.caller.endpoints(HTTP_SERVICE);
          return addresses.length === 1 && !addresses.some((known) => known.endsWith(address));
        }),
      ]);
      console.log(
        `killed: out of the registry after ${Math.round(registryMs)} ms, at the caller after ${Math.round(callerMs)} ms`,
      );
      // An entry stays for what is left of the lease: a proxy that only lost its connection is not gone.
      expect(registryMs).toBeGreaterThan(LEASE_MS / 2);
      await rig.limitsBoth();
      const tally = rig.load.take();
      expectLimited('a proxy killed', tally);
      expectOnlyInFlight(tally, open, killedMs);
      await rig.two.start(rig.control);
      await expectSound('a proxy killed', await rig.synchronised(BACK_MS));
    },
    CASE_MS,
  );
});
