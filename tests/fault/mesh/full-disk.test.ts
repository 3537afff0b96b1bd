/** A control plane without any room left on its disk. */
import { describe, expect, test } from 'vitest';
import {
  BACK_MS,
  CASE_MS,
  callerKnows,
  expectLimited,
  expectOnlyInFlight,
  expectSound,
  hammerUntilLimited,
  rig,
  useRig,
} from './cases.ts';
import { figures, SOON_MS, THRESHOLD } from './rig.ts';
import { until } from './waiting.ts';

useRig();

describe('the control plane', () => {
  test(
    'has no disk left: what is there is pushed, services find each other, what would be written is refused',
    async (context) => {
      const { disk, client } = rig;
      if (disk === null) return context.skip('needs root and the right to mount a tmpfs');
      const rule = await client.ms.getLimitRule({ params: { id: rig.ruleDbId } });
      const { name, app, direction, services, methods, mode, enabled, spec } = rule;
      const change = (threshold: number, version: number) =>
        client.ms.replaceLimitRule(
          {
            params: { id: rig.ruleDbId },
            body: { name, app, direction, services, methods, mode, enabled, spec: { ...spec, threshold } },
          },
          { ifMatch: version },
        );
      disk.fill();
      // The database has some pages left that it had taken before.
      let version = rule.version;
      const refusal = await until('a change of the rule is refused', SOON_MS, async () => {
        try {
          version = (await change(THRESHOLD, version)).version;
          return null;
        } catch (error) {
          return error;
        }
      });
      expect(refusal).toMatchObject({ status: 503, code: 'STORAGE' });
      // A provider dies, and one that nobody has ever seen comes in its place.
      const { open } = rig.load;
      const killedMs = performance.now();
      await rig.two.kill();
      rig.two.forget();
      await callerKnows(1);
      expectOnlyInFlight(rig.load.take(), open, killedMs);
      await rig.two.start(rig.control);
      await rig.publish(rig.two);
      await hammerUntilLimited(rig.two.ports.httpIngress, THRESHOLD * 3);
      await callerKnows(2);
      const during = rig.load.take();
      console.log(`disk full: ${figures(during)}`);
      expect(during.failures).toEqual([]);
      await rig.limitsBoth();
      expectLimited('disk full', rig.load.take());
      expect(await client.ms.getLimitRule({ params: { id: rig.ruleDbId } })).toMatchObject({ version });
      disk.empty();
      await until('writing goes on', SOON_MS, async () => {
        version = (await change(THRESHOLD + 1, version)).version;
        return true;
      });
      await change(THRESHOLD, version);
      await expectSound('disk full', await rig.synchronised(BACK_MS));
    },
    CASE_MS,
  );
});
