import { defineStreamFilter } from '@weft/sdk';
import { createTranscoding, NAME, usesOf } from './filter.ts';
import { schema } from './schema.gen.ts';
import type { TranscoderConfig } from './schema.ts';

export type { TranscoderConfig } from './schema.ts';

export const transcoder = defineStreamFilter<TranscoderConfig>({
  name: NAME,
  schema,
  onFault: 'closed',
  transcoders: usesOf,
  create: (config, transcoders = []) => createTranscoding(config, transcoders),
});
