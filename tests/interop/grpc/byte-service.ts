/** A gRPC service whose messages are plain bytes, so that nothing but the transport is under test. */
import {
  type Client,
  type ClientOptions,
  credentials,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServerOptions,
  type ServiceDefinition,
  type ServiceError,
  type status,
} from '@grpc/grpc-js';

const same = (value: Buffer): Buffer => value;
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/weft.test.Bytes/${name}`,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});

export const bytesService = {
  /** Gives the message back, and the request's metadata that begins with `x-` as headers and trailers. */
  echo: method('Echo', false, false),
  /** Answers with the number of messages and of bytes, as `messages/bytes`. */
  collect: method('Collect', true, false),
  /** As many messages as the request's text says, of 1000 bytes. */
  spread: method('Spread', false, true),
  /** Every message comes back as it arrives. */
  talk: method('Talk', true, true),
  /** Ends with the status code in the request's text and a message that is hard to transport. */
  fail: method('Fail', false, false),
  /** Never answers. */
  hang: method('Hang', false, false),
} satisfies ServiceDefinition;

export const FAILURE_TEXT = 'no\ttest\r\nwith % and ☺';

export interface BytesServer {
  readonly port: number;
  /** Calls of `hang` that the caller gave up, as seen here. */
  cancelled(): number;
  /** Resolves when `hang` has been called so often. */
  hanging(count: number): Promise<void>;
  /** What is left of the deadline of the last `hang`, ms; Infinity without one. */
  deadlineMs(): number;
  close(): void;
}

export async function startBytesServer(options: ServerOptions = {}): Promise<BytesServer> {
  let cancelled = 0;
  let hanging = 0;
  let deadlineMs = Number.POSITIVE_INFINITY;
  let waiting: { count: number; resolve: () => void } | null = null;
  const echo: handleUnaryCall<Buffer, Buffer> = (call, done) => {
    const answer = call.metadata.clone();
    for (const name of Object.keys(answer.getMap())) if (!name.startsWith('x-')) answer.remove(name);
    call.sendMetadata(answer);
    done(null, call.request, answer);
  };
  const collect: handleClientStreamingCall<Buffer, Buffer> = (call, done) => {
    let messages = 0;
    let bytes = 0;
    call.on('data', (message: Buffer) => {
      messages++;
      bytes += message.length;
    });
    call.on('end', () => done(null, Buffer.from(`${messages}/${bytes}`)));
  };
  const spread: handleServerStreamingCall<Buffer, Buffer> = (call) => {
    let left = Number(call.request.toString());
    const write = (): void => {
      while (left > 0) {
        if (!call.write(Buffer.alloc(1000, left--))) {
          call.once('drain', write);
          return;
        }
      }
      call.end();
    };
    write();
  };
  const talk: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on('data', (message: Buffer) => call.write(message));
    call.on('end', () => call.end());
  };
  const fail: handleUnaryCall<Buffer, Buffer> = (call, done) => {
    done({ code: Number(call.request.toString()), details: FAILURE_TEXT });
  };
  const hang: handleUnaryCall<Buffer, Buffer> = (call) => {
    const deadline = call.getDeadline();
    deadlineMs = typeof deadline === 'number' ? deadline - Date.now() : deadline.getTime() - Date.now();
    call.on('cancelled', () => cancelled++);
    hanging++;
    if (waiting !== null && hanging >= waiting.count) waiting.resolve();
  };
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1, ...options });
  server.addService(bytesService, { echo, collect, spread, talk, fail, hang });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    cancelled: () => cancelled,
    deadlineMs: () => deadlineMs,
    hanging: (count) =>
      new Promise((resolve) => {
        if (hanging >= count) resolve();
        else waiting = { count, resolve };
      }),
    close: () => server.forceShutdown(),
  };
}

const BytesClient = makeGenericClientConstructor(bytesService, 'Bytes');

/** Outcome of a unary call. */
export interface UnaryResult {
  readonly code: status;
  readonly details: string;
  readonly message: Buffer;
  readonly headers: Metadata | null;
  readonly trailers: Metadata | null;
}

/** A client for one port, or for several of which it uses the first that answers. */
export function bytesClient(ports: readonly number[], options: ClientOptions = {}): InstanceType<typeof Client> {
  const target = `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
  return new BytesClient(target, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    // Clients of several tests must not share connections.
    'grpc.use_local_subchannel_pool': 1,
    ...options,
  });
}

/** A unary call; whatever its status, it resolves. */
export function unary(
  client: Client,
  name: 'echo' | 'fail' | 'hang',
  message: Buffer,
  metadata: Metadata,
  deadlineMs?: number,
): Promise<UnaryResult> & { cancel(): void } {
  let cancel = (): void => {};
  const result = new Promise<UnaryResult>((resolve) => {
    let headers: Metadata | null = null;
    let trailers: Metadata | null = null;
    let error: ServiceError | null = null;
    let answer: Buffer = Buffer.alloc(0);
    const options = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
    const call = client.makeUnaryRequest(
      bytesService[name].path,
      same,
      same,
      message,
      metadata,
      options,
      (failure, value) => {
        error = failure;
        if (value !== undefined) answer = value;
      },
    );
    cancel = () => call.cancel();
    call.on('metadata', (received: Metadata) => {
      headers = received;
    });
    call.on('status', (end) => {
      trailers = end.metadata;
      // The callback comes in the same turn, before or after this event.
      setImmediate(() =>
        resolve({
          code: error?.code ?? end.code,
          details: error?.details ?? end.details,
          message: answer,
          headers,
          trailers,
        }),
      );
    });
  });
  return Object.assign(result, { cancel: () => cancel() });
}

export { same };
