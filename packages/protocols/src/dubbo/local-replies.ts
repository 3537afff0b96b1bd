import { ERROR_CODES, type ErrorCode } from '@weft/kit';
import type { LocalReply } from '@weft/sdk';
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
  const rule = reply.headers?.find(([name]) => name === 'x-weft-reject')?.[1] ?? '';
  let row = REPLIES_BY_CODE[reply.code] ?? REPLIES_BY_RULE[rule];
  if (row === undefined) {
    row = rowOfStatus(reply.status);
    if (rule === 'fault-inject' && row.status === DubboStatus.SERVICE_ERROR)
      row = { ...row, status: DubboStatus.SERVER_ERROR };
  }
  const own = TELLING.has(reply.code) && typeof reply.body === 'string' ? reply.body.trim() : '';
  return { status: row.status, message: `${row.number}|${own === '' ? row.text : own}`.slice(0, MAX_MESSAGE_LENGTH) };
}
