export { DEFAULT_HEARTBEAT_MS } from './heartbeat.ts';
export { createGrpcListener, type GrpcListenerOptions } from './listener.ts';
export { createGrpcTransport, type GrpcTransportOptions } from './transport.ts';
