/** An idle connection is asked that often. */
export const DEFAULT_HEARTBEAT_MS = 30_000;
/**
 * One HTTP/2 ping is sent and its answer awaited for two more intervals: three heartbeats without a sign of life close the
 * connection. A ping is not repeated, since TCP does that itself.
 */
const AWAITED_INTERVALS = 2;

export const DEFAULT_MAX_RECEIVE_BYTES = 4 * 1024 * 1024;

/** Room for framing, nonce and names around a response that is full. */
export const MESSAGE_OVERHEAD_BYTES = 64 * 1024;

export function keepaliveOptions(heartbeatMs: number) {
  return {
    'grpc.keepalive_time_ms': heartbeatMs,
    'grpc.keepalive_timeout_ms': heartbeatMs * AWAITED_INTERVALS,
    'grpc.keepalive_permit_without_calls': 1,
  };
}
