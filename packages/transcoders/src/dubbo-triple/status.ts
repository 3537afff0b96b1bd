/** Statuses of Dubbo 2, as far as conversions speak of them. */
export const DUBBO_OK = 20;
const SERIALIZATION_ERROR = 25;
const CLIENT_TIMEOUT = 30;
const SERVER_TIMEOUT = 31;
const CHANNEL_INACTIVE = 35;
const BAD_REQUEST = 40;
const BAD_RESPONSE = 50;
const SERVICE_NOT_FOUND = 60;
const SERVICE_ERROR = 70;
const SERVER_ERROR = 80;
const CLIENT_ERROR = 90;
const EXHAUSTED = 100;

export const GRPC_OK = 0;
export const GRPC_UNKNOWN = 2;
const GRPC_CANCELLED = 1;
const GRPC_INVALID_ARGUMENT = 3;
const GRPC_DEADLINE_EXCEEDED = 4;
const GRPC_RESOURCE_EXHAUSTED = 8;
const GRPC_UNIMPLEMENTED = 12;
const GRPC_INTERNAL = 13;
const GRPC_UNAVAILABLE = 14;

/** The status of gRPC that tells what a status of Dubbo other than 20 tells. */
export function toGrpcStatus(dubboStatus: number): number {
  switch (dubboStatus) {
    case CLIENT_TIMEOUT:
    case SERVER_TIMEOUT:
      return GRPC_DEADLINE_EXCEEDED;
    case CHANNEL_INACTIVE:
    case SERVER_ERROR:
      return GRPC_UNAVAILABLE;
    case EXHAUSTED:
      return GRPC_RESOURCE_EXHAUSTED;
    case BAD_REQUEST:
      return GRPC_INVALID_ARGUMENT;
    case SERVICE_NOT_FOUND:
      return GRPC_UNIMPLEMENTED;
    case SERIALIZATION_ERROR:
    case BAD_RESPONSE:
    case CLIENT_ERROR:
      return GRPC_INTERNAL;
    default:
      return GRPC_UNKNOWN;
  }
}

/**
 * The status of Dubbo that tells what a status of gRPC other than 0 and UNKNOWN tells. Those that applications give
 * themselves (NOT_FOUND, ABORTED …) become an error of the service, whose text names them.
 */
export function toDubboStatus(grpcStatus: number): number {
  switch (grpcStatus) {
    case GRPC_CANCELLED:
      return CLIENT_ERROR;
    case GRPC_INVALID_ARGUMENT:
      return BAD_REQUEST;
    case GRPC_DEADLINE_EXCEEDED:
      return SERVER_TIMEOUT;
    case GRPC_RESOURCE_EXHAUSTED:
      return EXHAUSTED;
    case GRPC_UNIMPLEMENTED:
      return SERVICE_NOT_FOUND;
    case GRPC_INTERNAL:
      return BAD_RESPONSE;
    case GRPC_UNAVAILABLE:
      return SERVER_ERROR;
    default:
      return SERVICE_ERROR;
  }
}

/**
 * The status of gRPC that an answer of HTTP without one stands for: as the gRPC document "HTTP to gRPC Status Code Mapping" has
 * it, but that 408 and 504 are timeouts.
 */
export function grpcStatusOfHttp(status: number): number {
  switch (status) {
    case 400:
      return GRPC_INTERNAL;
    case 401:
      return 16;
    case 403:
      return 7;
    case 404:
      return GRPC_UNIMPLEMENTED;
    case 408:
    case 504:
      return GRPC_DEADLINE_EXCEEDED;
    case 429:
    case 502:
    case 503:
      return GRPC_UNAVAILABLE;
    default:
      return GRPC_UNKNOWN;
  }
}

const NAMES = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
];

/** `NOT_FOUND`, or the number of one that gRPC does not know. */
export function grpcStatusName(status: number): string {
  return NAMES[status] ?? `status ${status}`;
}

/** Whether a status of gRPC says that the caller may not. */
export function isForbidden(grpcStatus: number): boolean {
  return grpcStatus === 7 || grpcStatus === 16;
}
