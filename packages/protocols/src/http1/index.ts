import { type CodecLimits, defineProtocol } from '@weft/sdk';
import { grpcAnswers } from '../common/http/grpc-answers.ts';
import { madeUpProblem } from '../common/http/made-up.ts';
import { HTTP_SERVICE_SUFFIXES } from '../common/http/service-suffixes.ts';
import { Http1ClientCodec } from './client.ts';
import { type Http1Config, requestLimits } from './config.ts';
import { DETECT_BYTES, detect, resembles } from './detect.ts';
import { PROTOCOL_NAME } from './head.ts';
import { schema } from './schema.gen.ts';
import { Http1ServerCodec } from './server.ts';

/** HTTP/1.0 and HTTP/1.1 (RFC 9110, RFC 9112), read strictly. */
export const http1 = defineProtocol<Http1Config>({
  name: PROTOCOL_NAME,
  family: 'http',
  pooling: 'ping-pong',
  schema,
  detectBytes: DETECT_BYTES,
  detect,
  resembles,
  answers: grpcAnswers,
  madeUpProblem,
  services: { suffixes: HTTP_SERVICE_SUFFIXES },
  createServer: (link, handler, config: Http1Config, limits: CodecLimits) =>
    new Http1ServerCodec(link, handler, requestLimits(config, limits)),
  createClient: (link, handler, _config: Http1Config, limits: CodecLimits) =>
    new Http1ClientCodec(link, handler, limits),
});
export type { Http1Config } from './config.ts';
