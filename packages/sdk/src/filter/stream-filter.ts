import type { HeaderMap, LocalReply, RequestHead, ResponseHead } from '../protocol/index.ts';
import type { JsonSchema } from '../schema.ts';
import type { Transcoder } from '../transcoder/index.ts';

/** What a filter wants to happen next. Small integers: they are compared on the request path. */
export const Verdict = {
  /** Go on with the next filter. */
  CONTINUE: 0,
  /** The rest of this phase is skipped. Without a reply the request fails with 500. */
  STOP: 1,
  /** The filter answered through `context.reply`. */
  REPLIED: 2,
  /** Hold the stream until `context.resume()`. Other streams go on. */
  PAUSE: 3,
  /** End the request without an answer. */
  TERMINATE: 4,
  /** Match the route again, then go on behind this filter. */
  REMATCH_ROUTE: 5,
  /** Choose the host again. */
  RECHOOSE_HOST: 6,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** What a filter sees of a stream. Handles are revoked when the stream is over: later calls do nothing. */
export interface StreamContext {
  readonly request: RequestHead;
  /** Set in the response phase. */
  readonly response: ResponseHead | null;
  /** 0 for the first attempt. */
  readonly attempt: number;
  /** Name of the cluster, '' before the route is known. */
  readonly clusterName: string;
  readonly routeName: string;
  /** What the hosts of the route speak, as it says: `AS_CALLER` for `Auto`; null where it does not say, or is not known yet. */
  readonly hostProtocol: HostProtocol | null;
  /** `ip:port` of the chosen host, '' before. */
  readonly hostAddress: string;
  /** `ip:port` of the caller. */
  readonly remoteAddress: string;
  readonly listenerName: string;
  /** This filter's `per_filter_config` of the matched route or virtual host, validated; undefined when there is none. */
  routeConfig(filterName: string): unknown;
  getVariable(name: string): string | undefined;
  /** @throws when the variable is read-only, or neither predefined nor listed in `variables` of a filter of the listener */
  setVariable(name: string, value: string): void;
  /** Answers the request locally; return `Verdict.REPLIED` after it. */
  reply(reply: LocalReply): void;
  /** Ends a PAUSE; with a verdict other than CONTINUE as if the filter had returned that. Does nothing once the stream is over. */
  resume(verdict?: Verdict): void;
  /** Runs `callback` after at least `delayMs`; cancelled when the stream ends. One timer per filter and stream. */
  delay(delayMs: number, callback: () => void): void;
  /**
   * Lets `transcoder` convert the call and its answer; `false` when it does not accept the call, or the call was converted
   * before. The whole body is waited for before the request goes on behind this phase. The last one that accepts counts.
   * Does nothing from the moment a request was converted.
   */
  transcode(transcoder: BoundTranscoder): boolean;
  /** The transcoder that converts the call; null while none does. */
  readonly transcoder: BoundTranscoder | null;
  /** Adds a response flag by name, for access log and metrics. */
  addFlag(flag: ResponseFlagName): void;
}

export interface HostProtocol {
  readonly name: string;
  readonly family: string;
}

/** Hosts speak what their callers speak, whatever that is. */
export const AS_CALLER: HostProtocol = Object.freeze({ name: 'Auto', family: '' });

export type ResponseFlagName =
  | 'DelayInjected'
  | 'FaultInjected'
  | 'RateLimited'
  | 'ReqEntityTooLarge'
  | 'NoHealthyUpstream'
  | 'AUTHZ_DENIED'
  | 'CIRCUIT_OPEN'
  | 'DEGRADED'
  | 'TranscodeFailed';

/**
 * One filter of one stream. Every hook is optional; one that is absent costs nothing. Requests pass the filters in the
 * configured order, responses in the reverse order.
 */
export interface StreamFilter {
  beforeRoute?(context: StreamContext): Verdict;
  afterRoute?(context: StreamContext): Verdict;
  /** Runs per attempt. */
  afterChooseHost?(context: StreamContext): Verdict;
  /** Sees body bytes as they pass (borrowed). Returning anything but CONTINUE ends the request as that verdict says. */
  onRequestData?(context: StreamContext, chunk: Uint8Array, end: boolean): Verdict;
  onResponse?(context: StreamContext): Verdict;
  onResponseData?(context: StreamContext, chunk: Uint8Array, end: boolean): Verdict;
  onResponseTrailers?(context: StreamContext, trailers: HeaderMap): Verdict;
  /** Exactly once per created filter, however the stream ended. */
  onComplete?(context: StreamContext): void;
}

/** A transcoder that the configuration of a filter names. */
export interface TranscoderUse {
  /** Name of the definition; '' = every one that converts to the family of `protocol`. */
  readonly name: string;
  /** Protocol that calls go out with; '' = the one that the definition says. */
  readonly protocol: string;
  /** Its own configuration, not yet validated. */
  readonly config: unknown;
  /** Files (`mapping_files`), each with a document that is put behind those in the list `mappings` of its configuration. */
  readonly documents: readonly string[];
  /**
   * Names of documents (`mapping_refs`) that rules bring, `*` for all of them. They take the place of those above with the same
   * name or for the same service; while one is not there, what is above stays.
   */
  readonly refs: readonly string[];
  /** Where it stands in the configuration of the filter, such as `rules[0].rule_info`. */
  readonly path: string;
}

/** A transcoder ready for calls. */
export interface BoundTranscoder {
  readonly name: string;
  /** Family of the callers that it is for. */
  readonly from: string;
  /** Family that their calls are converted to. */
  readonly to: string;
  readonly transcoder: Transcoder;
  /** Protocol that calls go out with. */
  readonly protocol: string;
  /** Longest body in each direction, bytes. */
  readonly maxBodyBytes: number;
}

/** Makes the filter of one stream; `null` leaves the stream alone. A filter without own state may be the same object each time. */
export type StreamFilterFactory = () => StreamFilter | null;

export interface StreamFilterDefinition<Config = unknown> {
  readonly kind: 'stream-filter';
  /** The `type` in `stream_filters`. */
  readonly name: string;
  /** Schema of `config` and of `per_filter_config`. */
  readonly schema: JsonSchema;
  /** What happens to requests when the filter itself fails: `open` lets them pass, `closed` answers 500. */
  readonly onFault: 'open' | 'closed';
  /** Variables of its own that the filter sets: it can set no others, and routes and header values may name these, beside the predefined ones. */
  readonly variables?: readonly string[];
  /** Transcoders that the configuration names: loaded and configured by the engine. */
  transcoders?(config: Config): TranscoderUses;
  /** `transcoders` has a list for each use, in their order: one transcoder, or all that a use without a name stands for. */
  create(config: Config, transcoders?: readonly (readonly BoundTranscoder[])[]): StreamFilterFactory;
}

export interface TranscoderUses {
  readonly uses: readonly TranscoderUse[];
  /** Longest body of a call or answer that is converted, bytes. */
  readonly maxBodyBytes: number;
}

export function defineStreamFilter<Config>(
  definition: Omit<StreamFilterDefinition<Config>, 'kind'>,
): StreamFilterDefinition<Config> {
  return Object.freeze({ kind: 'stream-filter' as const, ...definition });
}
