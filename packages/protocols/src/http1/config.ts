import type { CodecLimits } from '@weft/sdk';

/** Configuration of HTTP/1.1 as users write it in `extend_config`. */
export interface Http1Config {
  /** Largest request head, bytes, 256..1048576; the limit of the listener holds too. Default 8192. */
  readonly max_header_size?: number;
  /** Largest request body, bytes; 0 = no limit of its own. Default 0. */
  readonly max_request_body_size?: number;
}

export const DEFAULT_MAX_HEADER_SIZE = 8192;

/** What holds for requests: the stricter of the protocol's configuration and the limits of the engine. */
export function requestLimits(config: Http1Config | undefined, limits: CodecLimits): CodecLimits {
  const own = config?.max_request_body_size ?? 0;
  const given = limits.maxBodyBytes;
  return {
    ...limits,
    maxHeadBytes: Math.min(config?.max_header_size ?? DEFAULT_MAX_HEADER_SIZE, limits.maxHeadBytes),
    maxBodyBytes: own === 0 || given === 0 ? Math.max(own, given) : Math.min(own, given),
  };
}
