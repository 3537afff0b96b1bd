import { defineHealthChecker } from '@weft/sdk';
import { createHttpProbe } from './probe.ts';
import { schema } from './schema.gen.ts';
import type { HttpCheckConfig } from './schema.ts';

export type { HttpCheckConfig } from './schema.ts';

export const http = defineHealthChecker<HttpCheckConfig>({ name: 'Http1', schema, create: createHttpProbe });
