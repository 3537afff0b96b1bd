import {
  type ChannelOptions,
  Client,
  type ClientDuplexStream,
  connectivityState,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import type {
  ClientConnection,
  ClientTransport,
  ConnectEvents,
  MessageStream,
  StreamEvents,
  StreamHeaders,
  StreamStatus,
} from '../transport/stream.ts';
import { asBuffer } from './bytes.ts';
import {
  DEFAULT_HEARTBEAT_MS,
  DEFAULT_MAX_RECEIVE_BYTES,
  keepaliveOptions,
  MESSAGE_OVERHEAD_BYTES,
} from './heartbeat.ts';
import { RECONNECT_AFTER_HEADER } from './listener.ts';

export interface GrpcTransportOptions {
  /** PEM of the authorities to trust; without it the connection is plain text. */
  readonly tls?: { readonly authority: string };
  /** Default 4 MiB and what surrounds a full response. */
  readonly maxReceiveBytes?: number;
  /** Ping of an idle connection; without an answer for two more of these it is lost. Default 30 000 ms. */
  readonly heartbeatMs?: number;
}

/** The library must not retry by itself: the link decides, with full jitter. A day is far beyond any attempt of it. */
const NEVER_MS = 86_400_000;

function statusOf(status: StatusObject): StreamStatus {
  const [after] = status.metadata.get(RECONNECT_AFTER_HEADER);
  const reconnectAfterMs = Number(after);
  const known = after !== undefined && Number.isFinite(reconnectAfterMs) && reconnectAfterMs >= 0;
  return { code: status.code, message: status.details, ...(known ? { reconnectAfterMs } : {}) };
}

class GrpcClientStream implements MessageStream {
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  #over = false;

  constructor(call: ClientDuplexStream<Buffer, Buffer>) {
    this.#call = call;
    // Every failure is told by `status`; the event of the same name must not be unhandled.
    call.on('error', (_error: ServiceError) => {});
  }

  listen(events: StreamEvents): void {
    const call = this.#call;
    call.on('data', (bytes: Buffer) => {
      if (!this.#over) events.message(bytes);
    });
    call.on('drain', () => {
      if (!this.#over) events.drain();
    });
    call.on('status', (status: StatusObject) => {
      if (this.#over) return;
      this.#over = true;
      events.end(statusOf(status));
    });
  }

  send(bytes: Uint8Array): boolean {
    return this.#over ? false : this.#call.write(asBuffer(bytes));
  }

  finish(): void {
    if (!this.#over) this.#call.end();
  }

  close(_status: StreamStatus): void {
    if (this.#over) return;
    this.#over = true;
    this.#call.cancel();
  }
}

class GrpcConnection implements ClientConnection {
  readonly #client: Client;
  readonly #events: ConnectEvents;
  #over = false;

  constructor(client: Client, events: ConnectEvents) {
    this.#client = client;
    this.#events = events;
    this.#watch(client.getChannel().getConnectivityState(true), false);
  }

  /** Follows the state of the channel: ready once, then the first step away from it is the end. */
  #watch(from: connectivityState, wasReady: boolean): void {
    const channel = this.#client.getChannel();
    channel.watchConnectivityState(from, Number.POSITIVE_INFINITY, (error) => {
      if (this.#over || error) return;
      const state = channel.getConnectivityState(false);
      if (state === connectivityState.READY) {
        this.#watch(state, true);
        this.#events.ready();
      } else if (wasReady || state === connectivityState.TRANSIENT_FAILURE) {
        this.close();
        this.#events.lost(wasReady ? 'the connection broke' : 'no connection');
      } else this.#watch(state, wasReady);
    });
  }

  open(method: string, headers: StreamHeaders): MessageStream {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers.text)) metadata.set(name, value);
    for (const [name, value] of Object.entries(headers.binary)) metadata.set(name, Buffer.from(value));
    return new GrpcClientStream(this.#client.makeBidiStreamRequest(method, asBuffer, asBuffer, metadata));
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#client.close();
  }
}

/** gRPC over one HTTP/2 connection per attempt. */
export function createGrpcTransport(options: GrpcTransportOptions = {}): ClientTransport {
  const security =
    options.tls === undefined
      ? credentials.createInsecure()
      : credentials.createSsl(Buffer.from(options.tls.authority));
  const channelOptions: ChannelOptions = {
    ...keepaliveOptions(options.heartbeatMs ?? DEFAULT_HEARTBEAT_MS),
    'grpc.max_receive_message_length': options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE_BYTES + MESSAGE_OVERHEAD_BYTES,
    'grpc.max_send_message_length': -1,
    'grpc.initial_reconnect_backoff_ms': NEVER_MS,
    'grpc.max_reconnect_backoff_ms': NEVER_MS,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_http_proxy': 0,
  };
  return {
    connect: (address, events) => new GrpcConnection(new Client(address, security, channelOptions), events),
  };
}
