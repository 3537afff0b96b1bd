import { parseConfig } from '@weft/schema';
import { streamFilterCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { type TranscoderConfig, transcoder } from './index.ts';

// Cloned, as a data thread gets it.
const parse = (config: unknown) => structuredClone(parseConfig<TranscoderConfig>(config, transcoder.schema).value);
const configs = [0, 1, 2].map((receiver_phase) => parse({ type: 'any', trans: { receiver_phase } }));

for (const { name, run } of streamFilterCompliance({ filter: transcoder, configs })) it(name, run);
