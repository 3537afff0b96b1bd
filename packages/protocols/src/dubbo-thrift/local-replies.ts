import { ERROR_CODES } from '@weft/kit';
import type { LocalReply } from '@weft/sdk';
import { REJECT_HEADER, refusalHeaders } from '../common/refusal-headers.ts';
import { REJECT_FIELD, RULE_FIELD } from './frame.ts';
import { ExceptionType } from './status.ts';

const MAX_MESSAGE_LENGTH = 256;

export interface ThriftReply {
  readonly type: ExceptionType;
  /** `number|text`: all that a Dubbo consumer is shown. */
  readonly message: string;
  /** Which rule refused, in fields that clients skip. */
  readonly told: readonly (readonly [field: number, value: string])[];
}

/** The exception that tells a Thrift client what `reply` tells an HTTP client. */
export function toThriftReply(reply: LocalReply): ThriftReply {
  const { code, status } = reply;
  const own = typeof reply.body === 'string' ? reply.body.trim() : '';
  const text =
    code === 'filter' || code === 'direct_response'
      ? own || `refused with status ${status}`
      : ERROR_CODES[code].message;
  const told = refusalHeaders(reply.headers).map(
    ([name, value]) => [name === REJECT_HEADER ? REJECT_FIELD : RULE_FIELD, value] as const,
  );
  return { type: typeOf(code), message: `${status}|${text}`.slice(0, MAX_MESSAGE_LENGTH), told };
}

function typeOf(code: LocalReply['code']): ExceptionType {
  switch (code) {
    case 'route_not_found':
      return ExceptionType.UNKNOWN_METHOD;
    case 'protocol_malformed':
    case 'protocol_limit':
    case 'body_too_large':
      return ExceptionType.PROTOCOL_ERROR;
    default:
      return ExceptionType.INTERNAL_ERROR;
  }
}
