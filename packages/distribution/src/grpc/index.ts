import type { ClientTransport, StreamAcceptor, StreamListener } from '../transport/index.ts';

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

export interface GrpcTransportOptions {
  /** PEM of the authorities to trust; without it the connection is plain text. */
  readonly tls?: { readonly authority: string };
  readonly maxReceiveBytes?: number;
  readonly heartbeatMs?: number;
}

const missing = (): never => {
  throw new Error('not built yet');
};
/** Rejects with the reason when the address cannot be listened on. */
export const createGrpcListener: (options: GrpcListenerOptions) => Promise<StreamListener> = missing;
export const createGrpcTransport: (options?: GrpcTransportOptions) => ClientTransport = missing;
