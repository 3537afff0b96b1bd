import { streamFilterCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { type IpAccessConfig, ipAccess } from './index.ts';

const deny: IpAccessConfig = { default_action: 'deny', header: 'x-real-ip', ips: [] };
const allow: IpAccessConfig = { ...deny, ips: [{ action: 'allow', addrs: ['127.0.0.0/8'] }] };

for (const { name, run } of streamFilterCompliance({ filter: ipAccess, configs: [allow, deny] })) it(name, run);
