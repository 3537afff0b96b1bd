/** gRPC on HTTP/2: its messages, statuses and deadlines. */
export * from './message.ts';
export * from './status.ts';
