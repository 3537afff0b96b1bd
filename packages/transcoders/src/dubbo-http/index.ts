import { defineTranscoder } from '@weft/sdk';
import { ServiceMappings } from '../common/mapping/index.ts';
import { schema } from './schema.gen.ts';
import type { DubboHttpConfig } from './schema.ts';
import { DubboToHttp } from './transcode.ts';

export type { DubboHttpConfig } from './schema.ts';

export const dubboHttp = defineTranscoder({
  name: 'dubbo_http',
  from: 'dubbo',
  to: 'http',
  protocol: 'Http1',
  protocols: ['Http1', 'Http2'],
  schema,
  create: ({ mappings }: DubboHttpConfig) => new DubboToHttp(new ServiceMappings(mappings, 'dubbo')),
});
