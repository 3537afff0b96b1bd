/** Statuses of gRPC by name, with their number and the HTTP status that says the same. */
const GRPC: Readonly<Record<string, readonly [number: number, http: number]>> = {
  CANCELLED: [1, 499],
  UNKNOWN: [2, 500],
  INVALID_ARGUMENT: [3, 400],
  DEADLINE_EXCEEDED: [4, 504],
  NOT_FOUND: [5, 404],
  ALREADY_EXISTS: [6, 409],
  PERMISSION_DENIED: [7, 403],
  RESOURCE_EXHAUSTED: [8, 429],
  FAILED_PRECONDITION: [9, 400],
  ABORTED: [10, 409],
  OUT_OF_RANGE: [11, 400],
  UNIMPLEMENTED: [12, 501],
  INTERNAL: [13, 500],
  UNAVAILABLE: [14, 503],
  DATA_LOSS: [15, 500],
  UNAUTHENTICATED: [16, 401],
};

export interface FaultStatus {
  readonly http: number;
  /** -1 where only the HTTP status is given. */
  readonly grpc: number;
}

export const STATUS_EXPECTED = 'an HTTP status from 200 to 599, or the name of a gRPC status such as UNAVAILABLE';

/** The status that a fault answers with; null when `code` is none. */
export function parseFaultStatus(code: unknown): FaultStatus | null {
  if (typeof code === 'string') {
    const known = GRPC[code.toUpperCase()];
    if (known !== undefined) return { http: known[1], grpc: known[0] };
    return /^\d{3}$/.test(code) ? parseFaultStatus(Number(code)) : null;
  }
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 200 || code > 599) return null;
  return { http: code, grpc: -1 };
}
