import { defineTranscoder } from '@weft/sdk';
import { schema } from './schema.gen.ts';
import type { HttpToBoltSimpleConfig } from './schema.ts';
import { HttpToBoltSimple } from './transcode.ts';

export type { HttpToBoltSimpleConfig } from './schema.ts';

/** HTTP to Bolt as MOSN's transcoder of this name: headers and bodies are passed on as they are. */
export const http2boltSimple = defineTranscoder<HttpToBoltSimpleConfig, null>({
  name: 'http2bolt_simple',
  from: 'http',
  to: 'bolt',
  protocol: 'bolt',
  // It takes every request: by its name alone.
  protocols: [],
  schema,
  create: () => new HttpToBoltSimple(),
});
