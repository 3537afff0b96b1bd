import type { LocalReply } from '@weft/sdk';
import { REJECT_HEADER } from '../common/refusal-headers.ts';

/** Response status of Bolt. Mind the jump from 0x09 to 0x10; the Java decoder throws on any other value. */
export const BoltStatus = {
  SUCCESS: 0x00,
  ERROR: 0x01,
  SERVER_EXCEPTION: 0x02,
  UNKNOWN: 0x03,
  SERVER_THREADPOOL_BUSY: 0x04,
  ERROR_COMM: 0x05,
  NO_PROCESSOR: 0x06,
  TIMEOUT: 0x07,
  CLIENT_SEND_ERROR: 0x08,
  CODEC_EXCEPTION: 0x09,
  CONNECTION_CLOSED: 0x10,
  SERVER_SERIAL_EXCEPTION: 0x11,
  SERVER_DESERIAL_EXCEPTION: 0x12,
} as const;
export type BoltStatus = (typeof BoltStatus)[keyof typeof BoltStatus];

/** The HTTP-like meaning of a Bolt status. */
export function toHttpStatus(status: number): number {
  switch (status) {
    case BoltStatus.SUCCESS:
      return 200;
    case BoltStatus.SERVER_THREADPOOL_BUSY:
      return 503;
    case BoltStatus.TIMEOUT:
      return 504;
    case BoltStatus.CONNECTION_CLOSED:
      return 502;
    default:
      return 500;
  }
}

/** Why the proxy answers, by reason; what is not listed goes by the HTTP status of the reply. */
const BY_CODE: Partial<Record<LocalReply['code'], BoltStatus>> = {
  route_not_found: BoltStatus.NO_PROCESSOR,
  cluster_not_found: BoltStatus.NO_PROCESSOR,
  no_healthy_host: BoltStatus.NO_PROCESSOR,
  transcoding_unsupported: BoltStatus.NO_PROCESSOR,
  // The one status whose text a Java client shows: what could not be converted is in it.
  transcode_request: BoltStatus.SERVER_EXCEPTION,
  transcode_response: BoltStatus.SERVER_EXCEPTION,
  overflow: BoltStatus.SERVER_THREADPOOL_BUSY,
  overloaded: BoltStatus.SERVER_THREADPOOL_BUSY,
  descriptors_exhausted: BoltStatus.SERVER_THREADPOOL_BUSY,
  ports_exhausted: BoltStatus.SERVER_THREADPOOL_BUSY,
  draining: BoltStatus.SERVER_THREADPOOL_BUSY,
  upstream_timeout: BoltStatus.TIMEOUT,
  // SOFARPC turns it into CLIENT_NETWORK, which says what happened: the peer behind us is gone.
  upstream_connect_failed: BoltStatus.CONNECTION_CLOSED,
  upstream_reset: BoltStatus.CONNECTION_CLOSED,
  upstream_malformed: BoltStatus.CONNECTION_CLOSED,
  protocol_malformed: BoltStatus.CODEC_EXCEPTION,
  protocol_limit: BoltStatus.CODEC_EXCEPTION,
};

/** The status that tells a Bolt client what `reply` tells an HTTP client. */
export function toBoltStatus(reply: LocalReply): BoltStatus {
  const known = BY_CODE[reply.code];
  if (known !== undefined) return known;
  const rule = ruleOf(reply);
  // Nobody is there who serves it, as far as the rule goes.
  if (rule === 'route') return BoltStatus.NO_PROCESSOR;
  switch (reply.status) {
    case 200:
      return BoltStatus.SUCCESS;
    case 401:
    case 403:
      return BoltStatus.SERVER_EXCEPTION;
    case 404:
    case 502:
      return BoltStatus.NO_PROCESSOR;
    case 429:
    case 503:
      return BoltStatus.SERVER_THREADPOOL_BUSY;
    case 408:
    case 504:
      return BoltStatus.TIMEOUT;
    default:
      // A fault that a rule injects looks like one of the service.
      return rule === 'fault-inject' ? BoltStatus.SERVER_EXCEPTION : BoltStatus.UNKNOWN;
  }
}

/** The type of the governance rule that answers; '' when none does. */
function ruleOf({ headers }: LocalReply): string {
  return headers?.find(([name]) => name === REJECT_HEADER)?.[1] ?? '';
}
