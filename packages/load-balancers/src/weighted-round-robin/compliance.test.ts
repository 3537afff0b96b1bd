import { loadBalancerCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { weightedRoundRobin } from './index.ts';

for (const { name, run } of loadBalancerCompliance({ balancer: weightedRoundRobin, config: {} })) it(name, run);
