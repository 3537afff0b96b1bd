import { grpcStatusName } from '@weft/kit/grpc-status';
import type { AnswerNaming, HeaderMap } from '@weft/sdk';
import { grpcStatusOf, isGrpcContentType } from './local-reply.ts';

/** Calls of gRPC have a status of their own, in the head or behind the messages; everything else is HTTP and has none. */
export const grpcAnswers: AnswerNaming = {
  ofHead: statusIn,
  ofTrailers: statusIn,
  ofReply(request, { grpcStatus, status, code, madeUp }) {
    if (!isGrpcContentType(request.get('content-type'))) return '';
    if (madeUp?.messages !== undefined) return named(0);
    return named(grpcStatus ?? grpcStatusOf(status, code));
  },
};

function statusIn(headers: HeaderMap): string {
  const text = headers.get('grpc-status');
  if (text === undefined) return '';
  return /^\d{1,3}$/.test(text) ? named(Number(text)) : '';
}

function named(status: number): string {
  const name = grpcStatusName(status);
  return name === undefined ? String(status) : `${status} ${name}`;
}
