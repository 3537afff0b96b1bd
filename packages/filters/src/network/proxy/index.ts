import { defineNetworkFilter } from '@weft/sdk';
import { planProxy } from './filter.ts';
import { schema } from './schema.gen.ts';
import type { ProxyConfig } from './schema.ts';

export type { ProxyConfig } from './schema.ts';

export const proxy = defineNetworkFilter<ProxyConfig>({ name: 'proxy', schema, plan: planProxy });
