/** Configuration of Tars as users write it in `extend_config`. */
export interface TarsConfig {
  /** Requests in flight on one connection, 1..1000000. Default 65535. */
  readonly max_requests_in_flight?: number;
  /** Frames up to this size are passed on when they are complete, larger ones as they come; bytes, 0..1048576. Default 65536. */
  readonly max_gathered_frame_bytes?: number;
  /** One frame, bytes, 1024..2147483647. Default 10485760, as the Tars frameworks have it. */
  readonly max_frame_bytes?: number;
  /** Answers `tars_ping` instead of passing it on. Default true. */
  readonly answer_ping?: boolean;
}

/** The same, complete. */
export interface TarsOptions {
  readonly maxInFlight: number;
  readonly gatherBytes: number;
  readonly maxFrameBytes: number;
  readonly answerPing: boolean;
}

export function completeTarsConfig(config: TarsConfig | undefined): TarsOptions {
  return {
    maxInFlight: config?.max_requests_in_flight ?? 65_535,
    gatherBytes: config?.max_gathered_frame_bytes ?? 65_536,
    maxFrameBytes: config?.max_frame_bytes ?? 10_485_760,
    answerPing: config?.answer_ping ?? true,
  };
}
