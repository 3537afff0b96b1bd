import { defineLoadBalancer } from '@weft/sdk';
import { buildRandom } from './build.ts';
import { schema } from './schema.gen.ts';

export const random = defineLoadBalancer<unknown>({ name: 'LB_RANDOM', schema, build: buildRandom });
