/** What frameworks say in `ret`; what a function throws itself is above 0. */
export const TarsRet = {
  SUCCESS: 0,
  /** The server cannot read the request. */
  DECODE: -1,
  ENCODE: -2,
  NO_FUNCTION: -3,
  NO_SERVANT: -4,
  /** Waited too long in the server's queue. */
  QUEUE_TIMEOUT: -6,
  TIMEOUT: -7,
  CONNECT: -8,
  OVERLOAD: -9,
  NO_ADAPTER: -10,
  CLIENT_DECODE: -12,
  UNKNOWN: -99,
} as const;
export type TarsRet = (typeof TarsRet)[keyof typeof TarsRet];

/** The HTTP-like meaning. */
export function toHttpStatus(ret: number): number {
  switch (ret) {
    case TarsRet.DECODE:
    case TarsRet.CLIENT_DECODE:
      return 400;
    case TarsRet.NO_FUNCTION:
    case TarsRet.NO_SERVANT:
      return 404;
    case TarsRet.QUEUE_TIMEOUT:
    case TarsRet.TIMEOUT:
      return 504;
    case TarsRet.CONNECT:
    case TarsRet.NO_ADAPTER:
      return 502;
    case TarsRet.OVERLOAD:
      return 503;
    default:
      return ret < 0 ? 500 : 200;
  }
}
