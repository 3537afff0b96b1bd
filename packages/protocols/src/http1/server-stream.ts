import type {
  HeaderMap,
  Link,
  LocalReply,
  RequestHead,
  ResetReason,
  ResponseHead,
  ServerStream,
  StreamSink,
} from '@weft/sdk';

/** What a stream needs of the connection that it is the current one of. */
export interface ServerStreamOwner {
  readonly link: Link;
  sendInformational(head: ResponseHead): void;
  sendHead(head: ResponseHead, end: boolean): void;
  sendData(chunk: Uint8Array, end: boolean): void;
  sendTrailers(trailers: HeaderMap): void;
  sendLocalReply(request: RequestHead, reply: LocalReply): void;
  resetStream(reason: ResetReason): void;
  pauseStream(): void;
  resumeStream(): void;
}

const IGNORING_SINK: StreamSink = {
  onInformational() {},
  onHead() {},
  onData() {},
  onTrailers() {},
  onReset() {},
  onWritable() {},
};

/** One request and its answer. A new object each time: whoever still holds an old one cannot touch the next request. */
export class Http1ServerStream implements ServerStream {
  sink: StreamSink = IGNORING_SINK;
  readonly id: number;
  /** Null once the stream is over. */
  codec: ServerStreamOwner | null;

  constructor(codec: ServerStreamOwner, id: number) {
    this.codec = codec;
    this.id = id;
  }

  get bufferedBytes(): number {
    return this.codec === null ? 0 : this.codec.link.pendingBytes;
  }

  sendInformational(head: ResponseHead): void {
    this.codec?.sendInformational(head);
  }

  sendHead(head: ResponseHead, end: boolean): void {
    this.codec?.sendHead(head, end);
  }

  sendData(chunk: Uint8Array, end: boolean): void {
    this.codec?.sendData(chunk, end);
  }

  sendTrailers(trailers: HeaderMap): void {
    this.codec?.sendTrailers(trailers);
  }

  sendLocalReply(request: RequestHead, reply: LocalReply): void {
    this.codec?.sendLocalReply(request, reply);
  }

  reset(reason: ResetReason): void {
    this.codec?.resetStream(reason);
  }

  pause(): boolean {
    this.codec?.pauseStream();
    return true;
  }

  resume(): void {
    this.codec?.resumeStream();
  }
}
