import { byServiceField, type CodecLimits, Detection, defineProtocol, type Protocol } from '@weft/sdk';
import { H2ClientConnection } from '../common/h2/index.ts';
import { grpcAnswers } from '../common/http/grpc-answers.ts';
import { madeUpProblem } from '../common/http/made-up.ts';
import { HTTP_SERVICE_SUFFIXES } from '../common/http/service-suffixes.ts';
import { completeTripleConfig, type TripleConfig } from './config.ts';
import { describeTriple } from './describe.ts';
import { TripleH2Server } from './h2-server.ts';
import { tripleHandler } from './http1-call.ts';
import { PROTOCOL_NAME } from './identity.ts';
import { schema } from './schema.gen.ts';
import { TripleServer } from './server.ts';

/**
 * Triple on HTTP/2, and on `http1` for callers that speak it; without one they are refused. It is never detected: on the wire it is HTTP, and a listener that
 * names it takes all HTTP that reaches it for Triple.
 */
export function createTriple(http1?: Pick<Protocol, 'createServer'>): Protocol<TripleConfig> {
  return defineProtocol<TripleConfig>({
    name: PROTOCOL_NAME,
    family: 'http',
    pooling: 'multiplex',
    schema,
    detectBytes: 0,
    detect: () => Detection.NO,
    describe: describeTriple,
    answers: grpcAnswers,
    madeUpProblem,
    services: { suffixes: ['tri', ...HTTP_SERVICE_SUFFIXES.slice(0, -1)], fieldsOf: byServiceField },
    createServer: (link, handler, config: TripleConfig, limits: CodecLimits) =>
      new TripleServer(link, {
        http2: () => new TripleH2Server(link, handler, limits, completeTripleConfig(config, 'server')),
        http1: http1 === undefined ? null : () => http1.createServer(link, tripleHandler(handler), {}, limits),
      }),
    createClient: (link, handler, config: TripleConfig, limits: CodecLimits) =>
      new H2ClientConnection(link, handler, limits, completeTripleConfig(config, 'client')),
  });
}

/** Triple on HTTP/2 alone. */
export const triple: Protocol<TripleConfig> = createTriple();
export type { TripleConfig } from './config.ts';
