import { defineTranscoder } from '@weft/sdk';
import { ServiceMappings } from '../common/mapping/index.ts';
import { schema } from './schema.gen.ts';
import type { BoltHttpConfig } from './schema.ts';
import { BoltToHttp } from './transcode.ts';

export type { BoltHttpConfig } from './schema.ts';

export const boltHttp = defineTranscoder({
  name: 'bolt_http',
  from: 'bolt',
  to: 'http',
  protocol: 'Http1',
  protocols: ['Http1', 'Http2'],
  schema,
  create: ({ mappings }: BoltHttpConfig) => new BoltToHttp(new ServiceMappings(mappings, 'sofa')),
});
