import {
  type handleBidiStreamingCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import type { ServerStream, StreamAcceptor, StreamEvents, StreamListener, StreamStatus } from '../transport/stream.ts';
import { STATUS } from '../transport/stream.ts';
import { DELTA_METHOD } from '../wire/discovery.ts';
import { REGISTRY_METHOD } from '../wire/registry-messages.ts';
import { REPORTS_METHOD } from '../wire/telemetry-messages.ts';
import { asBuffer } from './bytes.ts';
import { DEFAULT_HEARTBEAT_MS, DEFAULT_MAX_RECEIVE_BYTES, keepaliveOptions } from './heartbeat.ts';

/** Trailer with the milliseconds before which a client should not come back. */
export const RECONNECT_AFTER_HEADER = 'x-weft-reconnect-after-ms';

const METHODS = [DELTA_METHOD, REGISTRY_METHOD, REPORTS_METHOD];

export interface GrpcListenerOptions {
  /** `HOST:PORT`; port 0 takes a free one. */
  readonly address: string;
  readonly accept: StreamAcceptor;
  /** PEM; without it the listener speaks plain text. */
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** Default 4 MiB. */
  readonly maxReceiveBytes?: number;
  /** Ping of an idle connection; without an answer for two more of these it is closed. Default 30 000 ms. */
  readonly heartbeatMs?: number;
}

type Call = ServerDuplexStream<Buffer, Buffer>;

class GrpcServerStream implements ServerStream {
  readonly method: string;
  readonly peer: string;
  readonly #call: Call;
  #over = false;

  constructor(method: string, call: Call) {
    this.method = method;
    this.#call = call;
    this.peer = call.getPeer();
    // Until somebody listens: an early end must not be an unhandled error.
    call.on('error', () => {});
  }

  header(name: string): string | undefined {
    const [value] = this.#call.metadata.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  binaryHeader(name: string): Uint8Array | undefined {
    const [value] = this.#call.metadata.get(name);
    return Buffer.isBuffer(value) ? value : undefined;
  }

  listen(events: StreamEvents): void {
    const end = (code: number, message: string): void => {
      if (this.#over) return;
      this.#over = true;
      events.end({ code, message });
    };
    const call = this.#call;
    if (call.cancelled) {
      end(STATUS.cancelled, 'the client has gone');
      return;
    }
    call.on('data', (bytes: Buffer) => {
      if (!this.#over) events.message(bytes);
    });
    call.on('drain', () => {
      if (!this.#over) events.drain();
    });
    call.on('cancelled', () => end(STATUS.cancelled, 'the client has gone'));
    call.on('error', (error) => end(STATUS.cancelled, error.message));
    call.on('end', () => {
      if (this.#over) return;
      end(STATUS.ok, 'the client ended the stream');
      call.end();
    });
  }

  send(bytes: Uint8Array): boolean {
    return this.#over ? false : this.#call.write(asBuffer(bytes));
  }

  /** A server ends with a status: `close`. */
  finish(): void {
    this.close({ code: STATUS.ok, message: '' });
  }

  close(status: StreamStatus): void {
    if (this.#over) return;
    this.#over = true;
    this.#call.resume();
    if (status.code === STATUS.ok) {
      this.#call.end();
      return;
    }
    const metadata = new Metadata();
    if (status.reconnectAfterMs !== undefined) {
      metadata.set(RECONNECT_AFTER_HEADER, String(Math.round(status.reconnectAfterMs)));
    }
    this.#call.emit('error', { code: status.code, details: status.message, metadata });
  }
}

/** Serves the three streams on one port. Rejects with the reason when the address cannot be listened on. */
export async function createGrpcListener(options: GrpcListenerOptions): Promise<StreamListener> {
  const server = new Server({
    ...keepaliveOptions(options.heartbeatMs ?? DEFAULT_HEARTBEAT_MS),
    'grpc.max_receive_message_length': options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE_BYTES,
    'grpc.max_send_message_length': -1,
    'grpc.enable_channelz': 0,
    'grpc.so_reuseport': 0,
  });
  for (const path of METHODS) {
    const definition: ServiceDefinition = {
      stream: {
        path,
        requestStream: true,
        responseStream: true,
        requestSerialize: asBuffer,
        requestDeserialize: asBuffer,
        responseSerialize: asBuffer,
        responseDeserialize: asBuffer,
      },
    };
    const handler: handleBidiStreamingCall<Buffer, Buffer> = (call) => options.accept(new GrpcServerStream(path, call));
    server.addService(definition, { stream: handler as UntypedHandleCall });
  }
  const credentials =
    options.tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [
          { private_key: Buffer.from(options.tls.key), cert_chain: Buffer.from(options.tls.certificate) },
        ]);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(options.address, credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(new Error(`cannot listen on ${options.address}: ${error.message}`, { cause: error }));
    });
  });
  const host = options.address.slice(0, options.address.lastIndexOf(':'));
  return {
    address: `${host}:${port}`,
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.forceShutdown(), graceMs);
        server.tryShutdown(() => {
          clearTimeout(cut);
          resolve();
        });
      }),
  };
}
