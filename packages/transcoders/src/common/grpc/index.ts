/** gRPC on HTTP/2: its messages, statuses and deadlines. */
export { ACCEPTED_ENCODINGS, Compression } from './compression.ts';
export { FrameReader } from './frame-reader.ts';
export * from './message.ts';
export * from './status.ts';
