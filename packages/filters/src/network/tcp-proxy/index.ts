import { defineNetworkFilter } from '@weft/sdk';
import { planTcpProxy } from './filter.ts';
import { schema } from './schema.gen.ts';
import type { TcpProxyConfig } from './schema.ts';

export type { TcpProxyConfig } from './schema.ts';

export const tcpProxy = defineNetworkFilter<TcpProxyConfig>({ name: 'tcp_proxy', schema, plan: planTcpProxy });
