import { ERROR_CODES, type ErrorCode } from '@weft/kit';
import type { LocalReply } from '@weft/sdk';
import { REJECT_HEADER } from '../common/refusal-headers.ts';
import { DubboStatus } from './status.ts';

/** What one kind of refusal becomes. */
export interface ReplyRow {
  readonly status: DubboStatus;
  /** What stands before the bar of the message. */
  readonly number: number;
  /** What stands behind it when the refusal brings no text of its own. */
  readonly text: string;
}

const LIMITED: ReplyRow = { status: DubboStatus.BAD_REQUEST, number: 509, text: 'limit exceeded' };
const BUSY = (code: ErrorCode): ReplyRow => ({
  status: DubboStatus.BAD_REQUEST,
  number: ERROR_CODES[code].status,
  text: ERROR_CODES[code].message,
});
const FORBIDDEN: ReplyRow = { status: DubboStatus.SERVER_ERROR, number: 403, text: 'permission denied' };
const NO_HOST: ReplyRow = { status: DubboStatus.SERVICE_NOT_FOUND, number: 502, text: 'no health upstream' };
const LOST = (code: ErrorCode): ReplyRow => ({
  status: DubboStatus.CHANNEL_INACTIVE,
  number: 502,
  text: ERROR_CODES[code].message,
});
const REFUSED = (code: ErrorCode): ReplyRow => ({ ...BUSY(code), status: DubboStatus.BAD_REQUEST });
const TIMED_OUT: ReplyRow = {
  status: DubboStatus.CLIENT_TIMEOUT,
  number: 504,
  text: ERROR_CODES.upstream_timeout.message,
};

/** By the reason of the engine. */
export const REPLIES_BY_CODE: Readonly<Partial<Record<LocalReply['code'], ReplyRow>>> = {
  route_not_found: { status: DubboStatus.SERVICE_NOT_FOUND, number: 404, text: 'router unavailable' },
  cluster_not_found: {
    status: DubboStatus.SERVICE_NOT_FOUND,
    number: 502,
    text: ERROR_CODES.cluster_not_found.message,
  },
  no_healthy_host: NO_HOST,
  transcoding_unsupported: {
    status: DubboStatus.SERVICE_NOT_FOUND,
    number: 502,
    text: ERROR_CODES.transcoding_unsupported.message,
  },
  transcode_request: {
    status: DubboStatus.BAD_REQUEST,
    number: 400,
    text: ERROR_CODES.transcode_request.message,
  },
  transcode_response: {
    status: DubboStatus.BAD_RESPONSE,
    number: 502,
    text: ERROR_CODES.transcode_response.message,
  },
  overflow: LIMITED,
  overloaded: BUSY('overloaded'),
  descriptors_exhausted: BUSY('descriptors_exhausted'),
  ports_exhausted: BUSY('ports_exhausted'),
  draining: BUSY('draining'),
  upstream_timeout: TIMED_OUT,
  upstream_connect_failed: LOST('upstream_connect_failed'),
  upstream_reset: LOST('upstream_reset'),
  upstream_malformed: LOST('upstream_malformed'),
  protocol_malformed: REFUSED('protocol_malformed'),
  protocol_limit: REFUSED('protocol_limit'),
  body_too_large: REFUSED('body_too_large'),
};

/** By the type of the governance rule that refused, as `x-weft-reject` names it. */
export const REPLIES_BY_RULE: Readonly<Record<string, ReplyRow>> = {
  limit: LIMITED,
  fuse: LIMITED,
  hijack: LIMITED,
  downgrade: { status: DubboStatus.SERVICE_ERROR, number: 503, text: 'service degraded' },
  auth: FORBIDDEN,
  route: NO_HOST,
};

/** By the HTTP status that a filter or rule asks for. */
function rowOfStatus(status: number): ReplyRow {
  switch (status) {
    case 401:
    case 403:
      return { ...FORBIDDEN, number: status };
    case 404:
    case 502:
      return { status: DubboStatus.SERVICE_NOT_FOUND, number: status, text: `refused with status ${status}` };
    case 408:
    case 504:
      return { ...TIMED_OUT, number: status };
    case 429:
    case 503:
    case 509:
      return LIMITED;
    default:
      return { status: DubboStatus.SERVICE_ERROR, number: status, text: `refused with status ${status}` };
  }
}

const MAX_MESSAGE_LENGTH = 256;

/** Reasons whose replies bring a text of their own. */
const TELLING: ReadonlySet<LocalReply['code']> = new Set(['filter', 'transcode_request', 'transcode_response']);

export interface DubboReply {
  readonly status: DubboStatus;
  /** `number|text`, as MOSN words it. */
  readonly message: string;
}

/** The status and message that tell a Dubbo client what `reply` tells an HTTP client. */
export function toDubboReply(reply: LocalReply): DubboReply {
  const rule = reply.headers?.find(([name]) => name === REJECT_HEADER)?.[1] ?? '';
  // What no mapping knows is no method of the service, and nothing that is wrong with the call.
  const unknown = reply.code === 'transcode_request' && reply.status === 404;
  let row = unknown ? rowOfStatus(404) : (REPLIES_BY_CODE[reply.code] ?? REPLIES_BY_RULE[rule]);
  if (row === undefined) {
    row = rowOfStatus(reply.status);
    if (rule === 'fault-inject' && row.status === DubboStatus.SERVICE_ERROR)
      row = { ...row, status: DubboStatus.SERVER_ERROR };
  }
  const own = TELLING.has(reply.code) && typeof reply.body === 'string' ? reply.body.trim() : '';
  return { status: row.status, message: refusalMessage(`${row.number}|${own === '' ? row.text : own}`, rule) };
}

/** Words that status and number leave open: by themselves they say `limit` and `auth`. */
const NAMED_RULES: ReadonlySet<string> = new Set(['fuse', 'hijack', 'fault-inject']);
const RULE_TAIL = /\|rule=\d{1,20}$/;
const REFUSAL = /^(509|403)\|.*?(?:\|(fuse|hijack|fault-inject))?\|rule=(\d{1,20})$/s;

/** A message within its bound, with what the proxy of the caller reads out of it at its end: `[|word]|rule=id`. */
function refusalMessage(message: string, rule: string): string {
  const tail = RULE_TAIL.exec(message)?.[0] ?? '';
  if (tail === '') return message.slice(0, MAX_MESSAGE_LENGTH);
  const end = `${NAMED_RULES.has(rule) ? `|${rule}` : ''}${tail}`;
  return message.slice(0, Math.min(message.length - tail.length, MAX_MESSAGE_LENGTH - end.length)) + end;
}

/** Which rule of the service refused. */
export interface ToldRefusal {
  /** Word of its type, as `x-weft-reject` has it. */
  readonly word: string;
  readonly ruleDbId: string;
}

/**
 * Reads out of an answer that a rule of the service refused the call; null for every other answer. Frameworks put what an
 * application throws behind the name of its class, and never with these statuses: an application cannot pass an error off as
 * a refusal.
 */
export function readRefusal(status: number, message: string): ToldRefusal | null {
  const found = REFUSAL.exec(message);
  if (found === null) return null;
  const [, number, word, ruleDbId = ''] = found;
  const row = number === '403' ? FORBIDDEN : LIMITED;
  return status === row.status ? { word: word ?? (row === FORBIDDEN ? 'auth' : 'limit'), ruleDbId } : null;
}
