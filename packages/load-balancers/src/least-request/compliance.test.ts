import { loadBalancerCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { leastRequest } from './index.ts';

for (const { name, run } of loadBalancerCompliance({ balancer: leastRequest, config: {} })) it(name, run);
