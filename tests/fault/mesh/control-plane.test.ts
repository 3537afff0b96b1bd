/** A control plane that is killed, and one that is stopped for a minute. */
import { describe, test } from 'vitest';
import { BACK_MS, CASE_MS, expectSound, HOLD_MS, held, rig, saysAway, tellsConsole, useRig } from './cases.ts';

useRig();

describe('the control plane', () => {
  test(
    'is killed, and started again on its directory',
    async () => {
      await rig.controlProgram.kill();
      for (const sidecar of [rig.caller, rig.one, rig.two]) await saysAway(sidecar, /connection/);
      await rig.limitsBoth();
      await rig.restartControl();
      await expectSound('killed', await rig.synchronised(BACK_MS));
      await tellsConsole();
    },
    CASE_MS,
  );

  test(
    'is stopped, and goes on',
    async () => {
      const { controlProgram } = rig;
      controlProgram.signal('SIGSTOP');
      try {
        const begin = performance.now();
        for (const sidecar of [rig.caller, rig.one, rig.two]) await saysAway(sidecar, /no answer|connection/);
        console.log(`stopped: noticed after ${Math.round(performance.now() - begin)} ms`);
        await held(HOLD_MS - (performance.now() - begin));
        await rig.limitsBoth();
      } finally {
        controlProgram.signal('SIGCONT');
      }
      await expectSound('stopped', await rig.synchronised(BACK_MS));
      await tellsConsole();
    },
    CASE_MS,
  );
});
