import { defineHealthChecker } from '@weft/sdk';
import { CONNECT_PROBE } from '../common/connect-probe.ts';
import { schema } from './schema.gen.ts';
import type { TcpCheckConfig } from './schema.ts';

export type { TcpCheckConfig } from './schema.ts';

export const tcp = defineHealthChecker<TcpCheckConfig>({ name: 'tcp', schema, create: () => CONNECT_PROBE });
