import { defineLoadBalancer } from '@weft/sdk';
import { buildWeightedRoundRobin } from './build.ts';
import { schema } from './schema.gen.ts';

export const weightedRoundRobin = defineLoadBalancer<unknown>({
  name: 'LB_WEIGHTED_ROUNDROBIN',
  schema,
  build: buildWeightedRoundRobin,
});
