import { ERROR_CODES } from '@weft/kit';
import type { LocalReply } from '@weft/sdk';
import { REJECT_HEADER, refusalHeaders } from '../common/refusal-headers.ts';
import { buildFrame, isTup, Tag } from './frame.ts';
import { TarsRet } from './status.ts';

const MAX_MESSAGE_LENGTH = 256;

/** By the reason of the engine. */
export const RETS_BY_CODE: Readonly<Partial<Record<LocalReply['code'], TarsRet>>> = {
  route_not_found: TarsRet.NO_SERVANT,
  cluster_not_found: TarsRet.NO_ADAPTER,
  no_healthy_host: TarsRet.NO_ADAPTER,
  transcoding_unsupported: TarsRet.NO_ADAPTER,
  overflow: TarsRet.OVERLOAD,
  overloaded: TarsRet.OVERLOAD,
  descriptors_exhausted: TarsRet.OVERLOAD,
  ports_exhausted: TarsRet.OVERLOAD,
  draining: TarsRet.OVERLOAD,
  upstream_timeout: TarsRet.TIMEOUT,
  upstream_connect_failed: TarsRet.CONNECT,
  upstream_reset: TarsRet.CONNECT,
  upstream_malformed: TarsRet.CONNECT,
  protocol_malformed: TarsRet.DECODE,
  protocol_limit: TarsRet.DECODE,
  body_too_large: TarsRet.DECODE,
};

/** By the HTTP status that a filter or rule asks for. */
function retOfStatus(status: number): TarsRet {
  switch (status) {
    case 404:
      return TarsRet.NO_SERVANT;
    case 408:
    case 504:
      return TarsRet.TIMEOUT;
    case 429:
    case 503:
    case 509:
      return TarsRet.OVERLOAD;
    case 502:
      return TarsRet.CONNECT;
    default:
      return TarsRet.UNKNOWN;
  }
}

function retOf({ status }: LocalReply, refusal: TarsReply['context']): TarsRet {
  // Nobody is there who serves it, as far as the rule goes.
  const byRoute = refusal.some(([name, word]) => name === REJECT_HEADER && word === 'route');
  return byRoute ? TarsRet.NO_ADAPTER : retOfStatus(status);
}

export interface TarsReply {
  readonly ret: TarsRet;
  /** What callers read as the description of the result; '' on success. */
  readonly message: string;
  /** The context of the answer: which rule refused. */
  readonly context: readonly (readonly [name: string, value: string])[];
}

/** The code and text that tell a Tars client what `reply` tells an HTTP client. */
export function toTarsReply(reply: LocalReply): TarsReply {
  if (reply.status < 300) return { ret: TarsRet.SUCCESS, message: '', context: [] };
  const { code } = reply;
  const own = typeof reply.body === 'string' ? reply.body.trim() : '';
  const text =
    code === 'filter' || code === 'direct_response'
      ? own || `refused with status ${reply.status}`
      : ERROR_CODES[code].message;
  const context = refusalHeaders(reply.headers);
  return {
    ret: RETS_BY_CODE[code] ?? retOf(reply, context),
    message: `${reply.status}|${text}`.slice(0, MAX_MESSAGE_LENGTH),
    context,
  };
}

/** What an answer echoes of its request. */
export interface AskedBy {
  readonly version: number;
  readonly id: number;
  readonly servant: string;
  readonly method: string;
}

/** An answer in the form that the version of the request asks for: its own struct, or that of a request with the result in `status`. */
export function answerFrame(request: AskedBy, { ret, message, context }: TarsReply, body: Uint8Array): Buffer {
  if (isTup(request.version))
    return buildFrame((fields) => {
      fields.int(Tag.VERSION, request.version);
      fields.int(Tag.PACKET_TYPE, 0);
      fields.int(3, 0);
      fields.int(Tag.REQUEST_ID, request.id | 0);
      fields.text(Tag.SERVANT, request.servant);
      fields.text(Tag.FUNCTION, request.method);
      fields.bytes(Tag.REQUEST_BUFFER, body.length === 0 ? EMPTY_ATTRIBUTES : body);
      fields.int(Tag.TIMEOUT, 0);
      fields.map(Tag.CONTEXT, context);
      fields.map(Tag.REQUEST_STATUS, [
        ['STATUS_RESULT_CODE', String(ret)],
        ['STATUS_RESULT_DESC', message],
      ]);
    });
  return buildFrame((fields) => {
    fields.int(Tag.VERSION, request.version);
    fields.int(Tag.PACKET_TYPE, 0);
    fields.int(Tag.RESPONSE_ID, request.id | 0);
    fields.int(4, 0);
    fields.int(Tag.RET, ret);
    fields.bytes(Tag.RESPONSE_BUFFER, body);
    fields.map(Tag.RESPONSE_STATUS, []);
    fields.text(Tag.DESCRIPTION, message);
    fields.map(Tag.CONTEXT, context);
  });
}

/** TUP puts a map of named values into the buffer: an empty one, in a field with tag 0. */
const EMPTY_ATTRIBUTES = Buffer.from([0x08, 0x0c]);
