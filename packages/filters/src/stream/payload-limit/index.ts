import { defineStreamFilter } from '@weft/sdk';
import { createPayloadLimit, NAME } from './filter.ts';
import { schema } from './schema.gen.ts';
import type { PayloadLimitConfig } from './schema.ts';

export type { PayloadLimitConfig } from './schema.ts';

export const payloadLimit = defineStreamFilter<PayloadLimitConfig>({
  name: NAME,
  schema,
  onFault: 'closed',
  create: createPayloadLimit,
});
