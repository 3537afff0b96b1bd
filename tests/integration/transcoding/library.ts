import grpc from '@grpc/grpc-js';
import { Descriptors, jsonToMessage, messageToJson, type ProtoMessage } from '@weft/transcoders/common/proto';
import { LIBRARY_DESCRIPTORS } from '@weft/transcoders/common/testdata/library';
import { parseJson } from '@weft/transcoders/common/values';

/** The service of `library.proto` on both sides of a conversion, with messages as plain objects. */

const LIBRARY = new Descriptors([Buffer.from(LIBRARY_DESCRIPTORS, 'base64')]);
export type Json = { readonly [name: string]: unknown };

function encoderOf(type: ProtoMessage): (json: Json) => Buffer {
  return (json) => jsonToMessage(type, parseJson(JSON.stringify(json)), 'refuse');
}

function decoderOf(type: ProtoMessage): (bytes: Buffer) => Json {
  return (bytes) => ({ ...(messageToJson(type, bytes, false) as Json) });
}

/** All methods, for `grpc.Server` and for clients. */
export const DEFINITION = Object.fromEntries(
  [...LIBRARY.methods()].map(([service, method]) => [
    method.name,
    {
      path: `/${service}/${method.name}`,
      requestStream: method.clientStreaming,
      responseStream: method.serverStreaming,
      requestSerialize: encoderOf(method.input),
      requestDeserialize: decoderOf(method.input),
      responseSerialize: encoderOf(method.output),
      responseDeserialize: decoderOf(method.output),
    } satisfies grpc.MethodDefinition<Json, Json>,
  ]),
) satisfies grpc.ServiceDefinition;

export async function startLibrary(
  methods: grpc.UntypedServiceImplementation,
): Promise<{ server: grpc.Server; port: number }> {
  const server = new grpc.Server();
  server.addService(DEFINITION, methods);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { server, port };
}

export type LibraryMethod = keyof typeof DEFINITION & string;

/** A client of gRPC that knows nothing of what is behind the proxy. */
export class LibraryClient {
  readonly #client: grpc.Client;

  constructor(port: number, options: grpc.ChannelOptions = {}) {
    this.#client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options);
  }

  close(): void {
    this.#client.close();
  }

  unary(method: LibraryMethod, request: Json): Promise<Json> {
    const { path, requestSerialize, responseDeserialize } = definitionOf(method);
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, options(), (error, value) =>
        error === null && value !== undefined ? resolve(value) : reject(error),
      );
    });
  }

  serverStream(method: LibraryMethod, request: Json, deadlineMs?: number): grpc.ClientReadableStream<Json> {
    const { path, requestSerialize, responseDeserialize } = definitionOf(method);
    return this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      options(deadlineMs),
    );
  }

  clientStream(method: LibraryMethod): { call: grpc.ClientWritableStream<Json>; answer: Promise<Json> } {
    const { path, requestSerialize, responseDeserialize } = definitionOf(method);
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    const call = this.#client.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      options(),
      (error, value) => (error === null && value !== undefined ? resolve(value) : reject(error)),
    );
    return { call, answer: promise };
  }

  bidi(method: LibraryMethod): grpc.ClientDuplexStream<Json, Json> {
    const { path, requestSerialize, responseDeserialize } = definitionOf(method);
    return this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, options());
  }
}

function options(deadlineMs = 60_000): grpc.CallOptions {
  return { deadline: Date.now() + deadlineMs };
}

function definitionOf(method: LibraryMethod): grpc.MethodDefinition<Json, Json> {
  return DEFINITION[method] as grpc.MethodDefinition<Json, Json>;
}

/** Waits for the next message of a stream; null at its end. */
export async function next(stream: AsyncIterator<Json>): Promise<Json | null> {
  const { value, done } = await stream.next();
  return done === true ? null : value;
}
