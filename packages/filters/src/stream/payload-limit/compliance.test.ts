import { streamFilterCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { type PayloadLimitConfig, payloadLimit } from './index.ts';

const wide: PayloadLimitConfig = { max_entity_size: 1024, http_status: 413 };
const narrow: PayloadLimitConfig = { ...wide, max_entity_size: 2 };

for (const { name, run } of streamFilterCompliance({ filter: payloadLimit, configs: [wide, narrow] })) it(name, run);
