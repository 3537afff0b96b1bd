import { byServiceField, type CodecLimits, defineProtocol } from '@weft/sdk';
import { dubboThriftAnswers } from './answer-naming.ts';
import { DubboThriftClient } from './client.ts';
import { completeDubboThriftConfig, type DubboThriftConfig } from './config.ts';
import { describeDubboThrift } from './describe.ts';
import { DETECT_BYTES, detectDubboThrift } from './detect.ts';
import { madeUpProblem, NOT_STRICT } from './made-up.ts';
import { schema } from './schema.gen.ts';
import { DubboThriftServer } from './server.ts';

export const dubboThrift = defineProtocol<DubboThriftConfig>({
  name: 'dubbo-thrift',
  family: 'dubbo-thrift',
  pooling: 'multiplex',
  schema,
  detectBytes: DETECT_BYTES,
  detect: detectDubboThrift,
  describe: describeDubboThrift,
  answers: dubboThriftAnswers,
  madeUpProblem,
  unread: (request) => (request.method === '' ? { names: NOT_STRICT, headers: '' } : null),
  services: { suffixes: ['dubbo-thrift'], fieldsOf: byServiceField },
  createServer: (link, handler, config: DubboThriftConfig, limits: CodecLimits) =>
    new DubboThriftServer(link, handler, completeDubboThriftConfig(config), limits),
  createClient: (link, handler, config: DubboThriftConfig, limits: CodecLimits) =>
    new DubboThriftClient(link, handler, completeDubboThriftConfig(config), limits),
});
export type { DubboThriftConfig } from './config.ts';
