import { expect, onTestFinished, test } from 'vitest';
import { openMemoryNetwork } from '../testing/networks.ts';
import { Rig } from '../testing/rig.ts';

test('an update says when it arrived, also when it is applied later', async () => {
  const rig = await new Rig({}).open(openMemoryNetwork);
  onTestFinished(() => rig.close());
  let proceed: () => void = () => {};
  const busy = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  const appliedAtMs: number[] = [];
  const one = rig.client({
    names: ['a'],
    judge: () =>
      busy.then(() => {
        appliedAtMs.push(rig.clock.now());
        return [];
      }),
  });
  rig.clock.advance(100);
  rig.put('a', 1);
  await rig.until('arrived', () => one.updates.length === 1);
  const arrivedAtMs = rig.clock.now();
  rig.clock.advance(250);
  proceed();
  await rig.until('applied', () => appliedAtMs.length === 1);
  expect(one.updates[0]?.receivedAtMs).toBe(arrivedAtMs);
  expect(appliedAtMs).toEqual([arrivedAtMs + 250]);
});
