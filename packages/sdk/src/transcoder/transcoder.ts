import type { HeaderMap, LocalReply, ProtocolFamily, RequestHead, ResponseHead } from '../protocol/index.ts';
import type { JsonSchema } from '../schema.ts';

/**
 * Transcoders: how a call of one protocol goes out in another one, and its answer comes back.
 *
 * One call of whole messages, from its head to its answer:
 *
 *     caller ─► filters, route           see the caller's head, as without a transcoder
 *               `transcoder` filter      `accept(head)`: where none says true the caller is refused
 *               the engine               waits for the whole body (bounded), then `request(message, call)`, once
 *               host, attempts           get the converted head and body; a repeat sends the same bytes again
 *     host  ─►  the engine               waits for the whole answer (bounded), then `response(message, converted, call)`, once
 *               filters, caller          see the converted answer
 *
 * A direction that is a stream of messages is converted while it passes. Each direction is for itself: what is not begun as a stream
 * is waited for as above.
 *
 *     caller ─► the engine               `streamRequest(head, call)`, once; then `data(chunk)` and `end(trailers)` of what that gave,
 *               host                     and what they return goes out at once
 *     host  ─►  the engine               `streamAnswer(head, state, call)`; then `data(chunk)` and `end(trailers)`, or `fail(…)`
 *               filters, caller          see what they return
 *
 * What the engine does, so that no transcoder has to:
 *
 * - whole bodies are bounded, and so is what a stream keeps of a message that is not complete; over the bound the caller is
 *   refused (request 413, answer 502);
 * - streams wait for whoever is slow: `data` is not called while the other side does not take what came of it;
 * - a call that carries `x-weft-converted` is not converted again; a converted one gets it: `<from>><to>`;
 * - every failure of its own (no route, no host, timeout, a connection lost, a rule that rejects) is answered in the caller's
 *   protocol without `response` being called, so nothing is converted twice;
 * - what `request` or `response` throws becomes an answer to the caller in its protocol, with the code `transcode_request` or
 *   `transcode_response`, the text of a `TranscodeError`, and the flag `TranscodeFailed`;
 * - one-way calls: the caller of one gets nothing, whatever the host answers; the answer is read and dropped. When the
 *   converted call is one-way and the caller waits, it gets an empty answer of success once the call was sent;
 * - heartbeats and other control frames never get here: codecs answer them.
 */

/** A message as a transcoder is given it: nothing in it is borrowed, all of it is there. */
export interface WholeMessage<Head extends HeaderMap> {
  readonly head: Head;
  readonly body: Buffer;
  /** Null where there were none. */
  readonly trailers: HeaderMap | null;
}

/** What a transcoder may know of a call beside its message. */
export interface TranscodedCall {
  /** Protocol that the caller speaks, such as `dubbo`. */
  readonly callerProtocol: string;
  /** Protocol that the call goes out with, such as `Http1`; of the family `to`. */
  readonly protocol: string;
  /** Time left until the deadline of the call, ms; 0 while there is none. */
  readonly remainingMs: number;
  /** Name of the cluster, '' where the route is not known yet. */
  readonly clusterName: string;
  /**
   * Bytes that one message may have, as the filter says; the engine sees to what it keeps itself, a transcoder to what becomes longer
   * in its hands, such as compressed messages.
   */
  readonly maxBodyBytes: number;
}

/** A request in the other protocol. */
export interface ConvertedRequest<State = unknown> {
  /**
   * Of the family `to`, `PlainRequestHead` as a rule. `contentLength` must be the length of `body`; `oneWay` and `idempotent`
   * count; `timeoutMs` above 0 sets the deadline of the call.
   */
  readonly head: RequestHead;
  readonly body: Uint8Array;
  readonly trailers?: HeaderMap;
  /** Whatever `response` needs to know of the request. */
  readonly state: State;
}

/** An answer in the caller's protocol. */
export interface ConvertedResponse {
  /** Of the family `from`; `contentLength` must be the length of `body`, -1 where the protocol needs none. */
  readonly head: ResponseHead;
  readonly body: Uint8Array;
  readonly trailers?: HeaderMap;
}

/** What is left to be sent when a direction ends. */
export interface StreamEnd {
  readonly body: Uint8Array;
  readonly trailers?: HeaderMap;
}

/**
 * One direction of a call, message by message. It is given the bytes as they come, in whatever pieces, and gives back what
 * goes out for them; it sees no sockets, no clock and nothing of the other direction.
 */
export interface MessageStream {
  /**
   * What goes out for these bytes: nothing while a message is incomplete, several messages where the bytes have them. With a
   * message that is none in them, what goes out for those before it; `fault` says the rest.
   * @param chunk borrowed: what is needed longer has to be copied
   */
  data(chunk: Uint8Array): Uint8Array;
  /** Why the stream cannot go on; null while it can. The call ends, and is told so in the words of the caller. */
  readonly fault: TranscodeError | null;
  /**
   * The direction is complete. Called once, and nothing behind it.
   * @throws TranscodeError when it ends within a message
   */
  end(trailers: HeaderMap | null): StreamEnd;
  /** Bytes that are kept of a message that is not complete: the engine bounds and accounts for them. */
  readonly keptBytes: number;
}

/** A request in the other protocol that goes out while it comes. Its messages are sent once: it is repeated only while all of it is kept. */
export interface StreamedRequest<State = unknown> {
  /** As that of a `ConvertedRequest`; `contentLength` is -1. */
  readonly head: RequestHead;
  readonly messages: MessageStream;
  readonly state: State;
}

/** An answer in the protocol of the caller that goes out while it comes. */
export interface StreamedAnswer {
  /** As that of a `ConvertedResponse`; `contentLength` is -1. */
  readonly head: ResponseHead;
  readonly messages: MessageStream;
  /**
   * How the caller is told that the answer breaks off here, where its protocol has words for it: host lost, time over, a message
   * that cannot be converted. `status` is one of HTTP. Called in place of `end`.
   */
  fail(status: number, text: string): StreamEnd;
}

/** A transcoder with its configuration compiled. It keeps nothing between calls: threads share none of it. */
export interface Transcoder<State = unknown> {
  /** Whether it knows what to do with this call. The head may be borrowed; the body is not there yet. Pure and cheap. */
  accept(request: RequestHead): boolean;
  /** Index in `mappings` of its configuration of the one that a call is converted by, for explanations; -1 for none. Default: none. */
  mappingOf?(request: RequestHead): number;
  /**
   * The head that `request`, or `streamRequest`, gives for a call of this head whatever its messages are, for explanations; null where they
   * decide it, too. Default: they do.
   */
  convertedHead?(request: RequestHead, call: TranscodedCall): RequestHead | null;
  /**
   * What `request` throws for a call that `accept` takes, as far as its head alone tells, for explanations; null where nothing in it
   * speaks against the call. Default: nothing does.
   */
  refusalOf?(request: RequestHead): TranscodeError | null;
  /** @throws TranscodeError for what the caller should be told; anything else counts as a defect of the transcoder */
  request(message: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<State>;
  /**
   * Converts whatever the host answered, errors included.
   * @throws TranscodeError when the answer cannot be understood
   */
  response(message: WholeMessage<ResponseHead>, state: State, call: TranscodedCall): ConvertedResponse;
  /**
   * Whether a call is in the protocol of the host already, and goes on as it came. For transcoders within a family, whose callers of
   * both kinds share a listener. Not asked about calls that `accept` takes. Default: none is.
   */
  isNative?(request: RequestHead): boolean;
  /**
   * Begins a request whose messages are converted while they come; null for one that `request` gets as a whole. Asked once, in
   * place of `request`.
   * @throws TranscodeError as `request` does
   */
  streamRequest?(request: RequestHead, call: TranscodedCall): StreamedRequest<State> | null;
  /**
   * Begins an answer whose messages are converted while they come; null for one that `response` gets as a whole.
   * @throws TranscodeError as `response` does
   */
  streamAnswer?(answer: ResponseHead, state: State, call: TranscodedCall): StreamedAnswer | null;
}

export interface TranscoderDefinition<Config = unknown> {
  readonly kind: 'transcoder';
  /** The `type` in the configuration of the stream filter `transcoder`, such as `dubbo_http`. */
  readonly name: string;
  /** Family of the callers. */
  readonly from: ProtocolFamily;
  /** Family that their calls are converted to. */
  readonly to: ProtocolFamily;
  /** Protocol of that family that calls go out with when the configuration names none. */
  readonly protocol: string;
  /** Protocols by which a rule without a `type` finds it: `upstream_protocol: "Http1"`. Default: `protocol` alone. */
  readonly protocols?: readonly string[];
  /** Schema of `rule_info.config`. */
  readonly schema: JsonSchema;
  /**
   * Compiles a configuration. Runs on the control thread as a check and on every data thread for use.
   * @throws ConfigError for what the schema cannot judge
   */
  create(config: Config): Transcoder;
}

/** Declares a transcoder; gives the definition back with its types checked. */
export function defineTranscoder<Config, State>(
  definition: Omit<TranscoderDefinition<Config>, 'kind' | 'create'> & {
    create(config: Config): Transcoder<State>;
  },
): TranscoderDefinition<Config> {
  return Object.freeze({ kind: 'transcoder' as const, ...definition });
}

/** What the caller of a call that cannot be converted is told. */
export class TranscodeError extends Error {
  override readonly name = 'TranscodeError';
  /** HTTP status of the answer where it is not that of the code (`transcode_request` 400, `transcode_response` 502); 0 = that one. */
  readonly status: number;
  /**
   * What the answer has beside its text, for callers of HTTP and gRPC: names in lower case, such as `grpc-accept-encoding`. An answer that has
   * begun has no more room for them. Default none.
   */
  readonly headers: NonNullable<LocalReply['headers']>;

  constructor(message: string, status = 0, headers: NonNullable<LocalReply['headers']> = []) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Marks converted calls; the value is `<protocol of the caller>><protocol of the host>`. */
export const CONVERTED_HEADER = 'x-weft-converted';
