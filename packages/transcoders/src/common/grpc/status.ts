import { grpcStatusName as statusName } from '@weft/kit/grpc-status';

/** Statuses of gRPC, by their numbers. */
export const GRPC_OK = 0;
export const GRPC_UNKNOWN = 2;
export const GRPC_CANCELLED = 1;
export const GRPC_INVALID_ARGUMENT = 3;
export const GRPC_DEADLINE_EXCEEDED = 4;
export const GRPC_RESOURCE_EXHAUSTED = 8;
export const GRPC_UNIMPLEMENTED = 12;
export const GRPC_INTERNAL = 13;
export const GRPC_UNAVAILABLE = 14;

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

/** `NOT_FOUND`, or the number of one that gRPC does not know. */
export function grpcStatusName(status: number): string {
  return statusName(status) ?? `status ${status}`;
}
