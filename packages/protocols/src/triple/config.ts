import { DEFAULT_MAX_RESETS, type H2Options } from '../common/h2/index.ts';

/** Configuration of Triple as users write it in `extend_config`. */
export interface TripleConfig {
  /** Concurrent streams of one HTTP/2 connection, 1..1000000. Default 1000. */
  readonly max_concurrent_streams?: number;
  /** Credit of one stream, bytes, 65535..2147483647. Default 262144. */
  readonly initial_stream_window_size?: number;
  /** Credit of one connection, bytes, 65535..2147483647. Default 1048576 towards callers, 4194304 towards hosts. */
  readonly initial_connection_window_size?: number;
}

/** Consumers of Dubbo open a stream for each call that waits, whatever is announced, and their calls fail beyond it. */
const MAX_STREAMS = 1000;
const STREAM_WINDOW_BYTES = 256 * 1024;
const SERVER_WINDOW_BYTES = 1024 * 1024;
const CLIENT_WINDOW_BYTES = 4 * 1024 * 1024;

export function completeTripleConfig(config: TripleConfig | undefined, side: 'server' | 'client'): H2Options {
  return {
    maxConcurrentStreams: config?.max_concurrent_streams ?? MAX_STREAMS,
    initialStreamWindowBytes: config?.initial_stream_window_size ?? STREAM_WINDOW_BYTES,
    initialConnectionWindowBytes:
      config?.initial_connection_window_size ?? (side === 'server' ? SERVER_WINDOW_BYTES : CLIENT_WINDOW_BYTES),
    maxResetsPerSecond: DEFAULT_MAX_RESETS,
  };
}
