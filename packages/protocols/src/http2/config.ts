import type { CodecLimits } from '@weft/sdk';
import { DEFAULT_MAX_RESETS, type H2Options } from '../common/h2/index.ts';

/** Configuration of HTTP/2 as users write it in `extend_config`. */
export interface Http2Config {
  /** Accepted for compatibility; bodies are always streamed. */
  readonly http2_use_stream?: boolean;
  /** Concurrent streams of one connection, 1..1000000. Default: the limit of the listener or cluster, 100. */
  readonly max_concurrent_streams?: number;
  /** Credit of one stream, bytes, 65535..2147483647. Default 262144. */
  readonly initial_stream_window_size?: number;
  /** Credit of one connection, bytes, 65535..2147483647. Default 1048576 towards callers, 4194304 towards hosts. */
  readonly initial_connection_window_size?: number;
  /** Streams that a caller may reset within a second before it is disconnected, 1..1000000. Default 200. */
  readonly max_resets_per_second?: number;
}

/**
 * 256 KiB carries 256 MB/s to one stream over a round trip of 1 ms, and 5 MB/s over 50 ms. It is also what a paused stream can still pour into
 * the proxy, so 100 of them cost at most 25 MiB of a connection.
 */
const STREAM_WINDOW_BYTES = 256 * 1024;
/** The connection's credit is given back as bytes arrive, so it only bounds what is under way; a host is shared by many callers. */
const SERVER_WINDOW_BYTES = 1024 * 1024;
const CLIENT_WINDOW_BYTES = 4 * 1024 * 1024;

export function completeHttp2Config(
  config: Http2Config | undefined,
  limits: CodecLimits,
  side: 'server' | 'client',
): H2Options {
  return {
    maxConcurrentStreams: config?.max_concurrent_streams ?? limits.maxStreams,
    initialStreamWindowBytes: config?.initial_stream_window_size ?? STREAM_WINDOW_BYTES,
    initialConnectionWindowBytes:
      config?.initial_connection_window_size ?? (side === 'server' ? SERVER_WINDOW_BYTES : CLIENT_WINDOW_BYTES),
    maxResetsPerSecond: config?.max_resets_per_second ?? DEFAULT_MAX_RESETS,
  };
}
