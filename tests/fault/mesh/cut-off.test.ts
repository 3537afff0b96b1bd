/** A control plane whose packets vanish for a minute. */
import { describe, test } from 'vitest';
import { BACK_MS, CASE_MS, expectSound, HOLD_MS, held, rig, saysAway, tellsConsole, useRig } from './cases.ts';

useRig();

describe('the control plane', () => {
  test(
    'is cut off by the network',
    async (context) => {
      const { network } = rig;
      if (network === null) return context.skip('needs root and network namespaces (iproute2)');
      network.cut();
      try {
        const begin = performance.now();
        for (const sidecar of [rig.caller, rig.one, rig.two]) await saysAway(sidecar, /no answer|connection/);
        console.log(`cut off: noticed after ${Math.round(performance.now() - begin)} ms`);
        await held(HOLD_MS - (performance.now() - begin));
        await rig.limitsBoth();
      } finally {
        network.heal();
      }
      await expectSound('cut off', await rig.synchronised(BACK_MS));
      await tellsConsole();
    },
    CASE_MS,
  );
});
