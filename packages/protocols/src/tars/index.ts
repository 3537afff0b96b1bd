import { byServiceField, type CodecLimits, defineProtocol } from '@weft/sdk';
import { tarsAnswers } from './answer-naming.ts';
import { TarsClient } from './client.ts';
import { completeTarsConfig, type TarsConfig } from './config.ts';
import { describeTars } from './describe.ts';
import { DETECT_BYTES, detectTars } from './detect.ts';
import { TarsRequestHead } from './head.ts';
import { madeUpProblem } from './made-up.ts';
import { schema } from './schema.gen.ts';
import { TarsServer } from './server.ts';

export const tars = defineProtocol<TarsConfig>({
  name: 'tars',
  family: 'tars',
  pooling: 'multiplex',
  schema,
  detectBytes: DETECT_BYTES,
  detect: detectTars,
  describe: describeTars,
  answers: tarsAnswers,
  madeUpProblem,
  unread: (request) => (request instanceof TarsRequestHead ? request.unread() : null),
  services: { suffixes: ['tars'], fieldsOf: byServiceField },
  createServer: (link, handler, config: TarsConfig, limits: CodecLimits) =>
    new TarsServer(link, handler, completeTarsConfig(config), limits),
  createClient: (link, handler, config: TarsConfig, limits: CodecLimits) =>
    new TarsClient(link, handler, completeTarsConfig(config), limits),
});
export type { TarsConfig } from './config.ts';
