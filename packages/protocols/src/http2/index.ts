import { type CodecLimits, defineProtocol } from '@weft/sdk';
import { H2ClientConnection, H2ServerConnection, PROTOCOL_NAME } from '../common/h2/index.ts';
import { grpcAnswers } from '../common/http/grpc-answers.ts';
import { madeUpProblem } from '../common/http/made-up.ts';
import { HTTP_SERVICE_SUFFIXES } from '../common/http/service-suffixes.ts';
import { completeHttp2Config, type Http2Config } from './config.ts';
import { describeGrpc } from './describe-grpc.ts';
import { DETECT_BYTES, detectHttp2 } from './detect.ts';
import { schema } from './schema.gen.ts';

/** HTTP/2 with prior knowledge or ALPN `h2`; gRPC is HTTP/2 with trailers and needs nothing more. */
export const http2 = defineProtocol<Http2Config>({
  name: PROTOCOL_NAME,
  family: 'http',
  pooling: 'multiplex',
  schema,
  detectBytes: DETECT_BYTES,
  detect: detectHttp2,
  answers: grpcAnswers,
  dialects: [{ name: 'gRPC', describe: describeGrpc }],
  madeUpProblem,
  services: { suffixes: HTTP_SERVICE_SUFFIXES },
  createServer: (link, handler, config: Http2Config, limits: CodecLimits) =>
    new H2ServerConnection(link, handler, limits, completeHttp2Config(config, limits, 'server')),
  createClient: (link, handler, config: Http2Config, limits: CodecLimits) =>
    new H2ClientConnection(link, handler, limits, completeHttp2Config(config, limits, 'client')),
});
export type { Http2Config } from './config.ts';
