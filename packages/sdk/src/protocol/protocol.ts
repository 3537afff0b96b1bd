import type { JsonSchema } from '../schema.ts';
import type { AnswerNaming } from './answer-naming.ts';
import type { ClientCodec, ClientHandler, Link, ServerCodec, ServerHandler } from './codec.ts';
import type { DescribedCall } from './described-call.ts';
import type { ProtocolFamily, RequestHead } from './headers.ts';
import type { MadeUpAnswer } from './local-reply.ts';
import type { ServiceNaming } from './service-naming.ts';
import type { UnreadFinder } from './unread-call.ts';

/** Answer of a detector. */
export const Detection = { NO: 0, YES: 1, NEED_MORE: 2 } as const;
export type Detection = (typeof Detection)[keyof typeof Detection];

/**
 * How connections to a host are shared: `multiplex` carries many streams at once, `ping-pong` one after the other,
 * `bound` belongs to one downstream connection and ends with it.
 */
export type Pooling = 'multiplex' | 'ping-pong' | 'bound';

/** Limits that the engine gives to every codec; a protocol's own configuration may be stricter. */
export interface CodecLimits {
  /** Head or header block, bytes. */
  readonly maxHeadBytes: number;
  /** Header fields in one head. */
  readonly maxHeaderCount: number;
  /** One frame of a framed RPC protocol, bytes. */
  readonly maxFrameBytes: number;
  /** Request body, bytes; 0 = no limit. */
  readonly maxBodyBytes: number;
  /** Concurrent streams of one connection. */
  readonly maxStreams: number;
  /** Bytes of one stream that may wait for a slow reader before `pause` is expected to have stopped them. */
  readonly highWaterBytes: number;
  readonly lowWaterBytes: number;
}

export const DEFAULT_CODEC_LIMITS: CodecLimits = {
  maxHeadBytes: 65_536,
  maxHeaderCount: 100,
  maxFrameBytes: 16 * 1024 * 1024,
  maxBodyBytes: 0,
  maxStreams: 100,
  highWaterBytes: 256 * 1024,
  lowWaterBytes: 64 * 1024,
};

/** What a protocol carries and people know by a name of its own, such as calls over a protocol for documents. */
export interface ProtocolDialect {
  /** As people say it; compared without case. Not a name in configurations: a listener has the protocol. */
  readonly name: string;
  /** As `describe` of the protocol; such calls are asked for by authority, service and method. */
  describe(call: DescribedCall): DescribedCall;
}

/** A protocol: how bytes become streams. One folder each; see `docs/guides/write-a-protocol.md`. */
export interface Protocol<Config = unknown> {
  readonly kind: 'protocol';
  /** The name in configurations, such as `Http1`; compared without case. */
  readonly name: string;
  readonly family: ProtocolFamily;
  readonly pooling: Pooling;
  /** Schema of its entry in `extend_config`. */
  readonly schema: JsonSchema;
  /** Bytes that `detect` needs at most before it can say yes or no; 0 when the protocol cannot be detected. */
  readonly detectBytes: number;
  /** Looks at the first bytes of a connection: pure, bounded, the same answer for the same bytes. */
  detect(bytes: Uint8Array, length: number): Detection;
  /**
   * Whether bytes that no protocol of the listener recognises look like a broken message of this one: its codec gets them then,
   * and refuses them in words that the caller understands. As pure as `detect`, decided within `detectBytes`, and a no stays a
   * no. From bytes that `detect` says no to and this yes, the codec must never make a request. Default: they never look so.
   */
  resembles?(bytes: Uint8Array, length: number): Detection;
  /**
   * Completes what somebody says of a call (service, method, what else it has) to what a head of this protocol would say, for
   * explanations. Pure. Default: as it was said.
   */
  describe?(call: DescribedCall): DescribedCall;
  /** What it carries that people ask for by names of its own. Default: nothing. */
  readonly dialects?: readonly ProtocolDialect[];
  /** How its services are published and asked for. Default: under `@<name>`, asked for by authority. */
  readonly services?: ServiceNaming;
  /** How it calls the outcomes of calls itself, for explanations. Default: by the HTTP-like status alone. */
  readonly answers?: AnswerNaming;
  /**
   * Why the caller of this request cannot be given this success that a rule makes up (`madeUp` of a local reply), such as a
   * serialization that is not written; '' when it can. Pure. Default: HTTP sends the text, other protocols have no words for one.
   */
  madeUpProblem?(request: RequestHead, answer: MadeUpAnswer): string;
  /** What of a call it cannot read, such as contents in other serializations. Default: it reads all. */
  readonly unread?: UnreadFinder;
  createServer(link: Link, handler: ServerHandler, config: Config, limits: CodecLimits): ServerCodec;
  createClient(link: Link, handler: ClientHandler, config: Config, limits: CodecLimits): ClientCodec;
}

/** Declares a protocol; gives the definition back with its type checked. */
export function defineProtocol<Config>(definition: Omit<Protocol<Config>, 'kind'>): Protocol<Config> {
  return Object.freeze({ kind: 'protocol' as const, ...definition });
}
