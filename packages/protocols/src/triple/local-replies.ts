import { ERROR_CODES } from '@weft/kit';
import type { LocalReply, RequestHead } from '@weft/sdk';
import { isGrpcContentType } from '../common/http/local-reply.ts';

const MAX_MESSAGE_LENGTH = 1024;

/**
 * What a caller of Triple reads. One that speaks gRPC gets `grpc-status` and `grpc-message` in a head without a body, which the
 * codec makes. Any other gets the status, and JSON with the two fields that Dubbo's own errors have: `status` and `message`.
 */
export function toTripleReply(request: RequestHead, reply: LocalReply): LocalReply {
  if (isGrpcContentType(request.get('content-type')) || reply.status < 400) return reply;
  if (reply.body !== undefined && typeof reply.body !== 'string') return reply;
  const { code, status } = reply;
  const text =
    reply.body?.trim() ||
    (code === 'filter' || code === 'direct_response' ? `refused with status ${status}` : ERROR_CODES[code].message);
  const headers = (reply.headers ?? []).filter(([name]) => name !== 'content-type');
  return {
    ...reply,
    headers: [...headers, ['content-type', 'application/json']],
    body: JSON.stringify({ message: text.slice(0, MAX_MESSAGE_LENGTH), status: String(status) }),
  };
}
