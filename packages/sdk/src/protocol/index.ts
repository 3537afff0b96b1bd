export { type AnswerNaming, numberedNames } from './answer-naming.ts';
export type { ClientCodec, ClientHandler, Codec, Link, ServerCodec, ServerHandler } from './codec.ts';
export { type DescribedCall, namedHeaders } from './described-call.ts';
export type { HeaderMap, ProtocolFamily, RequestHead, ResponseHead } from './headers.ts';
export { HTTP_CALL_STATUS, httpServiceId } from './http-family.ts';
export type { LocalReply, MadeUpAnswer } from './local-reply.ts';
export { PlainHeaders, PlainRequestHead, PlainResponseHead } from './plain-head.ts';
export {
  type CodecLimits,
  DEFAULT_CODEC_LIMITS,
  Detection,
  defineProtocol,
  type Pooling,
  type Protocol,
  type ProtocolDialect,
} from './protocol.ts';
export { byServiceField, type ProtocolVariants, type ServiceNaming } from './service-naming.ts';
export { type ClientStream, ResetReason, type ServerStream, type StreamBase, type StreamSink } from './stream.ts';
export { namedNumber, type UnreadCall, type UnreadFinder } from './unread-call.ts';
