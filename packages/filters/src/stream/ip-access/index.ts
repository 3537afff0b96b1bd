import { defineStreamFilter } from '@weft/sdk';
import { createIpAccess } from './filter.ts';
import { schema } from './schema.gen.ts';
import type { IpAccessConfig } from './schema.ts';

export type { IpAccessConfig } from './schema.ts';

export const ipAccess = defineStreamFilter<IpAccessConfig>({
  name: 'ip_access',
  schema,
  onFault: 'closed',
  create: createIpAccess,
});
