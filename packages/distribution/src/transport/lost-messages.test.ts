/** What TCP never does and a defect might: a message that is lost while the stream stands. Only here can one be lost. */
import { afterEach, describe, expect, test } from 'vitest';
import { type OpenTestNetwork, Rig, TYPE } from '../testing/index.ts';
import { createMemoryNetwork } from './memory.ts';

describe('a lost message', () => {
  let rig: Rig;
  let lose: 'client' | 'server' | undefined;
  const open: OpenTestNetwork = async (accept) => {
    const network = createMemoryNetwork({ drop: (_bytes, to) => to === lose });
    const listener = network.listen('memory', accept);
    return {
      address: 'memory',
      transport: network.transport,
      cut: () => network.cut('memory'),
      close: () => listener.close(0),
    };
  };
  afterEach(() => rig.close());

  test.each(['client', 'server'] as const)(
    'to the %s is repaired by the next digest, without a reconnect',
    async (to) => {
      lose = undefined;
      rig = await new Rig().open(open);
      rig.put('a', 1);
      const one = rig.client({ names: ['a'] });
      await rig.until('a', () => rig.server.receivers(TYPE, 'a')[0]?.ackedVersion === 1);
      lose = to;
      rig.put('a', 2);
      await rig.until('sent', () => rig.server.receivers(TYPE, 'a')[0]?.sentVersion === 2);
      for (let turns = 0; turns < 20; turns++) await rig.until('a turn', () => true);
      if (to === 'client') expect(one.state.get('a')).toBe('a 1');
      await rig.untilWithin('everything under way is gone', 1000, () => rig.clock.now() > 500, 100);
      expect(rig.server.receivers(TYPE, 'a')[0]?.ackedVersion).toBe(1);
      lose = undefined;
      await rig.untilWithin(
        'repaired',
        60_000,
        () => one.state.get('a') === 'a 2' && rig.server.receivers(TYPE, 'a')[0]?.ackedVersion === 2,
        500,
      );
      expect(rig.server.stats().repairsTotal).toBe(1);
      expect(one.client.stats().reconnectsTotal).toBe(0);
    },
  );
});
