/** Types of a TApplicationException. Dubbo's consumer makes an RpcException of its message alone. */
export const ExceptionType = {
  UNKNOWN: 0,
  UNKNOWN_METHOD: 1,
  INTERNAL_ERROR: 6,
  PROTOCOL_ERROR: 7,
} as const;
export type ExceptionType = (typeof ExceptionType)[keyof typeof ExceptionType];

/** An answer with a result. */
export const NO_EXCEPTION = -1;

/** The HTTP-like meaning. */
export function toHttpStatus(type: number): number {
  switch (type) {
    case NO_EXCEPTION:
      return 200;
    case ExceptionType.UNKNOWN_METHOD:
      return 404;
    case ExceptionType.PROTOCOL_ERROR:
      return 400;
    default:
      return 500;
  }
}
