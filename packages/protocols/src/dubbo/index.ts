import { type CodecLimits, defineProtocol } from '@weft/sdk';
import { dubboAnswers } from './answer-naming.ts';
import { DubboClient } from './client.ts';
import { completeDubboConfig, type DubboConfig } from './config.ts';
import { describeDubbo, dubboServiceFields } from './describe.ts';
import { DETECT_BYTES, detectDubbo } from './detect.ts';
import { DubboRequestHead } from './head.ts';
import { madeUpProblem } from './made-up.ts';
import { schema } from './schema.gen.ts';
import { DubboServer } from './server.ts';

export const dubbo = defineProtocol<DubboConfig>({
  name: 'dubbo',
  family: 'dubbo',
  pooling: 'multiplex',
  schema,
  detectBytes: DETECT_BYTES,
  detect: detectDubbo,
  describe: describeDubbo,
  answers: dubboAnswers,
  madeUpProblem,
  unread: (request) => (request instanceof DubboRequestHead ? request.unread() : null),
  services: { suffixes: ['dubbo'], fieldsOf: dubboServiceFields },
  createServer: (link, handler, config: DubboConfig, limits: CodecLimits) =>
    new DubboServer(link, handler, completeDubboConfig(config), limits),
  createClient: (link, handler, config: DubboConfig, limits: CodecLimits) =>
    new DubboClient(link, handler, completeDubboConfig(config), limits),
});
export type { DubboConfig } from './config.ts';
