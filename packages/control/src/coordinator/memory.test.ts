import { createFakeClock } from '@weft/kit/testing';
import { createMemoryCoordinator } from './memory.ts';
import { coordinatorSuite } from './testing/index.ts';

coordinatorSuite('in memory', async () => {
  const clock = createFakeClock();
  return { coordinator: createMemoryCoordinator(clock), advance: async (ms) => clock.advance(ms) };
});
