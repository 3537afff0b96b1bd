/** Status of a response. Java clients tell timeouts (30, 31) and success from the rest; the message says what happened. */
export const DubboStatus = {
  OK: 20,
  SERIALIZATION_ERROR: 25,
  CLIENT_TIMEOUT: 30,
  SERVER_TIMEOUT: 31,
  CHANNEL_INACTIVE: 35,
  BAD_REQUEST: 40,
  BAD_RESPONSE: 50,
  SERVICE_NOT_FOUND: 60,
  SERVICE_ERROR: 70,
  SERVER_ERROR: 80,
  CLIENT_ERROR: 90,
  SERVER_THREADPOOL_EXHAUSTED_ERROR: 100,
} as const;
export type DubboStatus = (typeof DubboStatus)[keyof typeof DubboStatus];

/** The HTTP-like meaning of a Dubbo status. */
export function toHttpStatus(status: number): number {
  switch (status) {
    case DubboStatus.OK:
      return 200;
    case DubboStatus.CLIENT_TIMEOUT:
    case DubboStatus.SERVER_TIMEOUT:
      return 504;
    case DubboStatus.CHANNEL_INACTIVE:
    case DubboStatus.BAD_RESPONSE:
      return 502;
    case DubboStatus.BAD_REQUEST:
      return 400;
    case DubboStatus.SERVICE_NOT_FOUND:
      return 404;
    case DubboStatus.SERVER_ERROR:
      return 503;
    case DubboStatus.SERVER_THREADPOOL_EXHAUSTED_ERROR:
      return 429;
    default:
      return 500;
  }
}
