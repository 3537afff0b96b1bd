import type { MadeUpAnswer, RequestHead } from '@weft/sdk';

/** gRPC, and what browsers speak in its place. */
const GRPC = /^application\/grpc/i;
/** Names messages of Protobuf, or nothing, which means the same. */
const PROTO = /^application\/grpc(?:\+proto)?\s*(?:;|$)/i;

/** Callers of gRPC get the messages of the answer, which are of Protobuf; all others get its text. */
export function madeUpProblem(request: RequestHead, { messages }: MadeUpAnswer): string {
  const contentType = request.get('content-type') ?? '';
  if (!GRPC.test(contentType)) return '';
  if (messages === undefined) return 'the call is one of gRPC, and the rule has no message for it';
  return PROTO.test(contentType) ? '' : `${contentType} is not written, only messages of Protobuf`;
}
