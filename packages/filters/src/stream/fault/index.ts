import { createRandom } from '@weft/kit';
import { defineStreamFilter } from '@weft/sdk';
import { createFault, NAME } from './filter.ts';
import { schema } from './schema.gen.ts';
import type { FaultConfig } from './schema.ts';

export type { FaultConfig } from './schema.ts';

export const fault = defineStreamFilter<FaultConfig>({
  name: NAME,
  schema,
  onFault: 'open',
  // Threads draw on their own: with one seed for all of them their faults would come together.
  create: (config) => createFault(config, createRandom(Math.floor(Math.random() * 0x1_0000_0000))),
});
