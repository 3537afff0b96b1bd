/** Configuration of Bolt as users write it in `extend_config`. */
export interface BoltConfig {
  /** Sends a goaway frame when a connection drains. Only proxies understand it: the Java client fails on it. Default false. */
  readonly enable_bolt_goaway?: boolean;
  /** Requests in flight on one connection, 1..1000000. Default 65535. */
  readonly max_requests_in_flight?: number;
  /** Frames up to this size are passed on when they are complete, larger ones as they come; bytes, 0..1048576. Default 65536. */
  readonly max_gathered_frame_bytes?: number;
}

/** The same, complete. */
export interface BoltOptions {
  readonly goaway: boolean;
  readonly maxInFlight: number;
  readonly gatherBytes: number;
}

export function completeBoltConfig(config: BoltConfig | undefined): BoltOptions {
  return {
    goaway: config?.enable_bolt_goaway ?? false,
    maxInFlight: config?.max_requests_in_flight ?? 65_535,
    gatherBytes: config?.max_gathered_frame_bytes ?? 65_536,
  };
}
