import { ConfigError } from '@weft/kit';
import { defineTranscoder, TranscodeError } from '@weft/sdk';
import { Descriptors } from '../common/proto/index.ts';
import { Bindings } from './bindings.ts';
import { type GrpcCaller, GrpcToHttp } from './grpc-to-http.ts';
import { type HttpCaller, HttpToGrpc } from './http-to-grpc.ts';
import { schema } from './schema.gen.ts';
import type { GrpcHttpConfig } from './schema.ts';

export type { GrpcHttpConfig } from './schema.ts';

/** Requests over HTTP with JSON go out as calls of gRPC. */
export const httpGrpc = defineTranscoder<GrpcHttpConfig, HttpCaller>({
  name: 'http_grpc',
  from: 'http',
  to: 'http',
  protocol: 'Http2',
  protocols: [],
  schema,
  create: (config) =>
    new HttpToGrpc(bindings(config), {
      refuseUnknown: config.unknownFields === 'refuse',
      defaults: config.defaults === 'write',
    }),
});

/** Calls of gRPC go out as requests over HTTP with JSON. */
export const grpcHttp = defineTranscoder<GrpcHttpConfig, GrpcCaller>({
  name: 'grpc_http',
  from: 'http',
  to: 'http',
  protocol: 'Http1',
  protocols: [],
  schema,
  create: (config) => new GrpcToHttp(bindings(config), config.defaults === 'write'),
});

/** @throws ConfigError for descriptors that are none, lack what they refer to, or have options that do not fit them */
function bindings({ descriptors }: GrpcHttpConfig): Bindings {
  try {
    return new Bindings(new Descriptors(descriptors.map((text) => Buffer.from(text, 'base64'))));
  } catch (error) {
    if (!(error instanceof TranscodeError || error instanceof RangeError)) throw error;
    throw new ConfigError([
      {
        file: '',
        path: 'descriptors',
        message: error.message,
        expected: 'what protoc --include_imports --descriptor_set_out wrote, in base64',
      },
    ]);
  }
}
