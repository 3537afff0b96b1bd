import { createFakeClock } from '@weft/kit/testing';
import { createLogger } from '@weft/telemetry';
import { expect, test } from 'vitest';
import { ComponentStates } from './component-states.ts';

test('a component that runs has failed while something that it needs is not well', async () => {
  const clock = createFakeClock();
  const states = new ComponentStates(clock, new Set(['osp', 'drm']), (component) =>
    createLogger({ write: () => {}, component, clock }),
  );
  let problem: string | null = null;
  states.running('osp', [{ name: 'database', check: async () => problem }]);
  states.running('drm', []);
  const shown = async () => {
    const all = await states.list();
    return ['osp', 'drm', 'registry'].map((name) => {
      const { state, message, since } = all.find((one) => one.name === name) ?? all[0]!;
      return [state, message, since];
    });
  };
  const begin = new Date(clock.wallNow()).toISOString();
  expect(await shown()).toEqual([
    ['running', '', begin],
    ['running', '', begin],
    ['stopped', '', begin],
  ]);
  clock.advance(5000);
  const failed = new Date(clock.wallNow()).toISOString();
  problem = 'the disk is full';
  expect((await shown())[0]).toEqual(['failed', 'the disk is full', failed]);
  clock.advance(5000);
  expect((await shown()).slice(0, 2)).toEqual([
    ['failed', 'the disk is full', failed],
    ['running', '', begin],
  ]);
  problem = null;
  expect((await shown())[0]).toEqual(['running', '', begin]);
});
