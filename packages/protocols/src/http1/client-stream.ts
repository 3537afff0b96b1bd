import type { ClientStream, HeaderMap, Link, RequestHead, ResetReason, StreamSink } from '@weft/sdk';

/** What a stream needs of the connection that it is the current one of. */
export interface ClientStreamOwner {
  readonly link: Link;
  sendHead(head: RequestHead, end: boolean): void;
  sendData(chunk: Uint8Array, end: boolean): void;
  sendTrailers(trailers: HeaderMap): void;
  resetStream(reason: ResetReason): void;
  pauseStream(): void;
  resumeStream(): void;
}

/** One exchange with the host. A new object each time: whoever still holds an old one cannot touch the next exchange. */
export class Http1ClientStream implements ClientStream {
  sink: StreamSink;
  readonly id: number;
  /** Null once the stream is over. */
  codec: ClientStreamOwner | null;

  constructor(codec: ClientStreamOwner, sink: StreamSink, id: number) {
    this.codec = codec;
    this.sink = sink;
    this.id = id;
  }

  get bufferedBytes(): number {
    return this.codec === null ? 0 : this.codec.link.pendingBytes;
  }

  sendHead(head: RequestHead, end: boolean): void {
    this.codec?.sendHead(head, end);
  }

  sendData(chunk: Uint8Array, end: boolean): void {
    this.codec?.sendData(chunk, end);
  }

  sendTrailers(trailers: HeaderMap): void {
    this.codec?.sendTrailers(trailers);
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
