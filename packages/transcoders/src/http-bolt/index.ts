import { defineTranscoder } from '@weft/sdk';
import { ServiceMappings } from '../common/mapping/index.ts';
import { schema } from './schema.gen.ts';
import type { HttpBoltConfig } from './schema.ts';
import { HttpToBolt } from './transcode.ts';

export type { HttpBoltConfig } from './schema.ts';

export const httpBolt = defineTranscoder({
  name: 'http_bolt',
  from: 'http',
  to: 'bolt',
  protocol: 'bolt',
  protocols: ['bolt', 'boltv2'],
  schema,
  create: ({ mappings }: HttpBoltConfig) => new HttpToBolt(new ServiceMappings(mappings, 'sofa')),
});
