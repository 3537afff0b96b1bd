import { defineTranscoder } from '@weft/sdk';
import { ServiceMappings } from '../common/mapping/index.ts';
import { schema } from './schema.gen.ts';
import type { HttpDubboConfig } from './schema.ts';
import { HttpToDubbo } from './transcode.ts';

export type { HttpDubboConfig } from './schema.ts';

export const httpDubbo = defineTranscoder({
  name: 'http_dubbo',
  from: 'http',
  to: 'dubbo',
  protocol: 'dubbo',
  schema,
  create: ({ mappings }: HttpDubboConfig) => new HttpToDubbo(new ServiceMappings(mappings, 'dubbo')),
});
