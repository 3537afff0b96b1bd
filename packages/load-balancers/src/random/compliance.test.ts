import { loadBalancerCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { random } from './index.ts';

for (const { name, run } of loadBalancerCompliance({ balancer: random, config: {} })) it(name, run);
