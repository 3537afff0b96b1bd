import {
  GRPC_CANCELLED,
  GRPC_DEADLINE_EXCEEDED,
  GRPC_INTERNAL,
  GRPC_INVALID_ARGUMENT,
  GRPC_RESOURCE_EXHAUSTED,
  GRPC_UNAVAILABLE,
  GRPC_UNIMPLEMENTED,
  GRPC_UNKNOWN,
} from '../common/grpc/index.ts';

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

/** Whether a status of gRPC says that the caller may not. */
export function isForbidden(grpcStatus: number): boolean {
  return grpcStatus === 7 || grpcStatus === 16;
}
