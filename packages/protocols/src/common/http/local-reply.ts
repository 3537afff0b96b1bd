import { ERROR_CODES } from '@weft/kit';
import type { LocalReply } from '@weft/sdk';
import { madeUpMessages } from './grpc-messages.ts';
import { isHopHeader } from './hop-headers.ts';

/** A local reply in terms that both HTTP versions can put on the wire. */
export interface RenderedReply {
  readonly status: number;
  /** Lower-case names, framing excluded: the codec adds `content-length` or END_STREAM. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Of a gRPC reply its messages, empty for an error; its status is the second header. */
  readonly body: Uint8Array;
}

const NO_BODY = new Uint8Array(0);
const MAX_GRPC_MESSAGE_CHARS = 1024;
const GRPC_INTERNAL = 13;
const GRPC_UNKNOWN = 2;
const GRPC_RESOURCE_EXHAUSTED = 8;
const GRPC_UNIMPLEMENTED = 12;
const GRPC_UNAVAILABLE = 14;

/**
 * The gRPC status of an HTTP status, as the gRPC core document "HTTP to gRPC Status Code Mapping" has it, with two
 * refinements: 429 from a limit is RESOURCE_EXHAUSTED, which clients do not take for an outage, and 501, which the document leaves
 * out, is what the proxy says of a call that it cannot convert, such as one with an unknown compression: UNIMPLEMENTED.
 */
export function grpcStatusOf(status: number, code: LocalReply['code']): number {
  switch (status) {
    case 400:
      return GRPC_INTERNAL;
    case 401:
      return 16;
    case 403:
      return 7;
    case 404:
    case 501:
      return GRPC_UNIMPLEMENTED;
    case 408:
    case 504:
      return 4;
    case 429:
      return code === 'direct_response' ? GRPC_UNAVAILABLE : GRPC_RESOURCE_EXHAUSTED;
    case 502:
    case 503:
      return GRPC_UNAVAILABLE;
    default:
      return GRPC_UNKNOWN;
  }
}

/** True for `application/grpc`, `application/grpc+proto` and the like, not for `application/grpc-web`. */
export function isGrpcContentType(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType.length < 16) return false;
  if (contentType.slice(0, 16).toLowerCase() !== 'application/grpc') return false;
  if (contentType.length === 16) return true;
  const next = contentType.charCodeAt(16);
  return next === 43 || next === 59 || next === 32;
}

/**
 * Percent-encodes `grpc-message` (gRPC over HTTP/2, "Status-Message"): every byte of the UTF-8 form outside 0x20–0x7e,
 * and the percent sign.
 */
export function encodeGrpcMessage(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message, 'utf8')) {
    if (byte >= 0x20 && byte <= 0x7e && byte !== 0x25) encoded += String.fromCharCode(byte);
    else encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded.trim();
}

function messageOf(reply: LocalReply): string {
  if (typeof reply.body === 'string' && reply.body.length > 0) return reply.body.slice(0, MAX_GRPC_MESSAGE_CHARS);
  return reply.code === 'direct_response' || reply.code === 'filter' ? '' : ERROR_CODES[reply.code].message;
}

/**
 * Renders a local reply. A gRPC caller (`requestContentType`) gets a trailers-only answer: status 200 and `grpc-status`,
 * without a body; or the messages that a rule makes up, with the status 0 that belongs behind them. The headers of the request are never echoed; framing fields among `reply.headers` are left out.
 */
export function renderLocalReply(requestContentType: string | undefined, reply: LocalReply): RenderedReply {
  const headers: (readonly [string, string])[] = [];
  let contentType = false;
  const grpc = isGrpcContentType(requestContentType);
  for (const header of reply.headers ?? []) {
    const name = header[0];
    if (isHopHeader(name) || name === 'content-length') continue;
    if (name === 'content-type') {
      if (grpc) continue;
      contentType = true;
    }
    headers.push(header);
  }
  if (grpc && reply.madeUp?.messages !== undefined) {
    headers.unshift(['content-type', 'application/grpc'], ['grpc-status', '0']);
    return { status: 200, headers, body: madeUpMessages.of(reply.madeUp) };
  }
  if (grpc) {
    headers.unshift(
      ['content-type', 'application/grpc'],
      ['grpc-status', String(reply.grpcStatus ?? grpcStatusOf(reply.status, reply.code))],
    );
    const message = encodeGrpcMessage(messageOf(reply));
    if (message !== '') headers.push(['grpc-message', message]);
    return { status: 200, headers, body: NO_BODY };
  }
  if (reply.body === undefined) return { status: reply.status, headers, body: NO_BODY };
  if (typeof reply.body === 'string') {
    if (!contentType && reply.body.length > 0) headers.push(['content-type', 'text/plain; charset=utf-8']);
    return { status: reply.status, headers, body: Buffer.from(reply.body, 'utf8') };
  }
  return { status: reply.status, headers, body: reply.body };
}
