import { streamFilterCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { type FaultConfig, fault } from './index.ts';

const abort: FaultConfig = { abort: { status: 503, percentage: 100 }, upstream_cluster: '', headers: [] };
const both: FaultConfig = { ...abort, delay: { fixed_delay: 10, percentage: 100 } };
const some: FaultConfig = { ...both, headers: [{ name: 'x-test', value: '1', regex: false }] };

for (const { name, run } of streamFilterCompliance({ filter: fault, configs: [abort, both, some] })) it(name, run);
