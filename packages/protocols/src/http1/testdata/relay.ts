import { ProtocolError } from '@weft/kit';
import {
  type ClientCodec,
  type ClientHandler,
  type ClientStream,
  type CodecLimits,
  DEFAULT_CODEC_LIMITS,
  type HeaderMap,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerCodec,
  type ServerHandler,
  type ServerStream,
  type StreamSink,
} from '@weft/sdk';
import { CodecFeeder, MemoryLink } from '@weft/sdk/testing';
import { type Http1Config, http1 } from '../index.ts';
import { SyntheticResponse } from './synthetic-head.ts';

/** The upstream half: one recorded connection and what it sent. */
export class Upstream implements ClientHandler {
  readonly link = new MemoryLink();
  readonly codec: ClientCodec;
  readonly feeder: CodecFeeder;
  received: Buffer = Buffer.alloc(0);
  error: ProtocolError | null = null;
  draining = false;

  constructor(limits: CodecLimits) {
    this.codec = http1.createClient(this.link, this, {}, limits);
    this.feeder = new CodecFeeder(this.codec, this.link);
    this.codec.start();
  }

  onCredit(): void {}
  onDraining(): void {
    this.draining = true;
  }
  onHeartbeat(): void {}

  collect(): Buffer {
    this.received = Buffer.concat([this.received, this.link.takeBytes()]);
    return this.received;
  }

  /** The host sends bytes. */
  feed(bytes: Uint8Array): void {
    if (this.link.closed || this.error !== null) return;
    try {
      this.feeder.feed(bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.error = error;
      this.link.closed = true;
      this.codec.connectionClosed(ResetReason.PROTOCOL_ERROR);
    }
  }

  feedEnd(): void {
    if (!this.link.closed && this.error === null) this.codec.receiveEnd(this.feeder.unconsumedBytes);
  }
}

/** The smallest engine: one exchange moves bytes between the two halves. */
class Exchange implements StreamSink {
  readonly relay: Relay;
  readonly down: ServerStream;
  readonly up: ClientStream;
  readonly head: RequestHead;
  headSent = false;
  readonly request: StreamSink;

  constructor(relay: Relay, down: ServerStream, upstream: Upstream, head: RequestHead, end: boolean) {
    this.relay = relay;
    this.down = down;
    this.head = head;
    head.keep();
    this.up = upstream.codec.open(this);
    this.request = {
      onInformational() {},
      onHead() {},
      onData: (chunk, last) => {
        if (last) relay.completeRequests++;
        relay.bodies.push(Buffer.from(chunk).toString('latin1'));
        this.up.sendData(chunk, last);
      },
      onTrailers: (trailers) => {
        relay.completeRequests++;
        this.up.sendTrailers(trailers);
      },
      onReset: (reason) => {
        // A reset drops what is unsent; here the host has received it.
        upstream.collect();
        relay.resets.push(reason);
        this.up.reset(ResetReason.LOCAL_RESET);
      },
      onWritable() {},
    };
    down.sink = this.request;
    relay.exchange = this;
    // What asks for another protocol stays open in this direction; for the host it is complete.
    if (end || head.upgrade !== '') relay.completeRequests++;
    this.up.sendHead(head, end);
  }

  onInformational(head: ResponseHead): void {
    this.down.sendInformational(head);
  }
  onHead(head: ResponseHead, end: boolean): void {
    this.headSent = true;
    this.relay.editResponse?.(head);
    this.down.sendHead(head, end);
  }
  onData(chunk: Uint8Array, end: boolean): void {
    this.down.sendData(chunk, end);
  }
  onTrailers(trailers: HeaderMap): void {
    this.down.sendTrailers(trailers);
  }
  onReset(_reason: ResetReason): void {
    if (this.headSent) {
      this.relay.sentBeforeReset = this.relay.downstreamText;
      this.down.reset(ResetReason.LOCAL_RESET);
    } else this.down.sendLocalReply(this.head, { status: 502, code: 'upstream_reset' });
  }
  onWritable(): void {}
}

/** A server codec and client codecs back to back, without sockets: what the host would record, what the caller would see. */
export class Relay implements ServerHandler {
  readonly link = new MemoryLink();
  readonly codec: ServerCodec;
  readonly feeder: CodecFeeder;
  readonly upstreams: Upstream[] = [];
  readonly resets: ResetReason[] = [];
  readonly heads: RequestHead[] = [];
  readonly #limits: CodecLimits;
  editRequest: ((head: RequestHead) => void) | null = null;
  editResponse: ((head: ResponseHead) => void) | null = null;
  error: ProtocolError | null = null;
  /** Requests that came to their end. */
  completeRequests = 0;
  /** Pieces of request bodies as they were delivered. */
  readonly bodies: string[] = [];
  sentBeforeReset = '';
  exchange: Exchange | null = null;
  sent: Buffer = Buffer.alloc(0);

  constructor(config: Http1Config = {}, limits: Partial<CodecLimits> = {}) {
    this.#limits = { ...DEFAULT_CODEC_LIMITS, ...limits };
    this.codec = http1.createServer(this.link, this, config, this.#limits);
    this.feeder = new CodecFeeder(this.codec, this.link);
    this.codec.start();
  }

  onRequest(stream: ServerStream, head: RequestHead, end: boolean): void {
    this.heads.push(head);
    this.editRequest?.(head);
    let upstream = this.upstreams.at(-1);
    if (upstream === undefined || upstream.codec.credit() === 0) {
      upstream = new Upstream(this.#limits);
      this.upstreams.push(upstream);
    }
    new Exchange(this, stream, upstream, head, end);
  }

  get upstream(): Upstream {
    const upstream = this.upstreams.at(-1);
    if (upstream === undefined) throw new Error('no request reached the host');
    return upstream;
  }

  /** Everything that the host received, over all connections. */
  get upstreamText(): string {
    return this.upstreams.map((upstream) => upstream.collect().toString('latin1')).join('');
  }

  /** Everything that the caller received. */
  get downstreamText(): string {
    this.sent = Buffer.concat([this.sent, this.link.takeBytes()]);
    return this.sent.toString('latin1');
  }

  feed(bytes: Uint8Array | string): void {
    if (this.link.closed || this.error !== null) return;
    try {
      this.feeder.feed(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.error = error;
      void this.downstreamText;
      this.link.closed = true;
      this.codec.connectionClosed(ResetReason.PROTOCOL_ERROR);
    }
  }

  feedEnd(): void {
    if (!this.link.closed && this.error === null) this.codec.receiveEnd(this.feeder.unconsumedBytes);
  }

  /** The host answers on its newest connection; pipelined requests then get their turn. */
  answer(bytes: string): void {
    this.upstream.feed(Buffer.from(bytes, 'latin1'));
    this.offer();
  }

  /** The request at hand is answered with a head of HTTP/2, without a body. */
  answerForeign(status: number, fields: readonly (readonly [name: string, value: string])[]): void {
    this.exchange?.onHead(new SyntheticResponse(status, fields), true);
  }

  answerEnd(): void {
    this.upstream.feedEnd();
    this.offer();
  }

  offer(): void {
    this.feed('');
    if (!this.link.closed && this.error === null) this.feeder.offer();
  }
}
