import type { MadeUpAnswer, RequestHead } from '@weft/sdk';
import { isGrpcContentType } from './local-reply.ts';

/** Names messages of Protobuf, or nothing, which means the same. */
const PROTO = /^application\/grpc(?:\+proto)?\s*(?:;|$)/i;

/** Callers of gRPC get the messages of the answer, which are of Protobuf; all others get its text. */
export function madeUpProblem(request: RequestHead, { messages }: MadeUpAnswer): string {
  const contentType = request.get('content-type');
  if (!isGrpcContentType(contentType)) return '';
  if (messages === undefined) return 'the call is one of gRPC, and the rule has no message for it';
  return PROTO.test(contentType as string) ? '' : `${contentType} is not written, only messages of Protobuf`;
}
