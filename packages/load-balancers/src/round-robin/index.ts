import { defineLoadBalancer } from '@weft/sdk';
import { buildRoundRobin } from './build.ts';
import { schema } from './schema.gen.ts';

export const roundRobin = defineLoadBalancer<unknown>({ name: 'LB_ROUNDROBIN', schema, build: buildRoundRobin });
