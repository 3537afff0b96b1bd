import { defineLoadBalancer } from '@weft/sdk';
import { buildLeastRequest, type LeastRequestConfig } from './build.ts';
import { schema } from './schema.gen.ts';

export const leastRequest = defineLoadBalancer<LeastRequestConfig>({
  name: 'LB_LEAST_REQUEST',
  schema,
  build: buildLeastRequest,
});
export type { LeastRequestConfig } from './build.ts';
