import { loadBalancerCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { roundRobin } from './index.ts';

for (const { name, run } of loadBalancerCompliance({ balancer: roundRobin, config: {} })) it(name, run);
