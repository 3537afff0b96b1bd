import { HEADER_BYTES } from './frame.ts';

/** Configuration of Dubbo as users write it in `extend_config`. */
export interface DubboConfig {
  /** Tells callers of a draining connection with Dubbo's own event that no new requests are wanted. Default true. */
  readonly send_readonly_event?: boolean;
  /** Takes the attachment `timeout` for the deadline of a request, ms; costs a look into every request. Default false. */
  readonly use_timeout_attachment?: boolean;
  /** Requests in flight on one connection, 1..1000000. Default 65535. */
  readonly max_requests_in_flight?: number;
  /** Frames up to this size are passed on when they are complete, larger ones as they come; bytes, 0..1048576. Default 65536. */
  readonly max_gathered_frame_bytes?: number;
  /**
   * Requests whose body has up to so many bytes are passed on when they are complete, so that their attachments can be read, the
   * group of the service among them; 0..16777216. Default 0: as `max_gathered_frame_bytes` says.
   */
  readonly max_gathered_request_bytes?: number;
  /** The body of a frame, bytes, 1024..2147483647. Default 8388608, as Dubbo's `payload`. */
  readonly max_payload_bytes?: number;
  /** How a refusal by a rule or filter is told: by a status (RemotingException) or as an RpcException. Default `status`. */
  readonly reject_as?: 'status' | 'exception';
  /** Class of that exception. Default `org.apache.dubbo.rpc.RpcException`; Dubbo up to 2.6 has `com.alibaba.dubbo.rpc.RpcException`. */
  readonly exception_class?: string;
}

/** The same, complete. Sizes are those of whole frames but for `maxPayloadBytes`. */
export interface DubboOptions {
  readonly sendReadonly: boolean;
  readonly useTimeout: boolean;
  readonly maxInFlight: number;
  /** Bytes of a frame up to which it is held until all of it is here; of requests, and of answers. */
  readonly gatherRequestBytes: number;
  readonly gatherAnswerBytes: number;
  readonly maxPayloadBytes: number;
  readonly rejectAsException: boolean;
  readonly exceptionClass: string;
}

export function completeDubboConfig(config: DubboConfig | undefined): DubboOptions {
  const gatherBytes = config?.max_gathered_frame_bytes ?? 65_536;
  const requestBytes = config?.max_gathered_request_bytes ?? 0;
  return {
    sendReadonly: config?.send_readonly_event ?? true,
    useTimeout: config?.use_timeout_attachment ?? false,
    maxInFlight: config?.max_requests_in_flight ?? 65_535,
    gatherRequestBytes: Math.max(gatherBytes, requestBytes === 0 ? 0 : HEADER_BYTES + requestBytes),
    gatherAnswerBytes: gatherBytes,
    maxPayloadBytes: config?.max_payload_bytes ?? 8_388_608,
    rejectAsException: config?.reject_as === 'exception',
    exceptionClass: config?.exception_class ?? 'org.apache.dubbo.rpc.RpcException',
  };
}
