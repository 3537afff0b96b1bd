/** Configuration of Dubbo thrift as users write it in `extend_config`. */
export interface DubboThriftConfig {
  /** Requests in flight on one connection, 1..1000000. Default 65535. */
  readonly max_requests_in_flight?: number;
  /** Frames up to this size are passed on when they are complete, larger ones as they come; bytes, 0..1048576. Default 65536. */
  readonly max_gathered_frame_bytes?: number;
  /** One message, bytes, 1024..2147483647. Default 8388608, as Dubbo's `payload`. */
  readonly max_payload_bytes?: number;
}

/** The same, complete. */
export interface DubboThriftOptions {
  readonly maxInFlight: number;
  readonly gatherBytes: number;
  readonly maxPayloadBytes: number;
}

export function completeDubboThriftConfig(config: DubboThriftConfig | undefined): DubboThriftOptions {
  return {
    maxInFlight: config?.max_requests_in_flight ?? 65_535,
    gatherBytes: config?.max_gathered_frame_bytes ?? 65_536,
    maxPayloadBytes: config?.max_payload_bytes ?? 8_388_608,
  };
}
