import { ProtocolError } from '@weft/kit';
import * as sdk from '@weft/sdk';

const { NO, YES, NEED_MORE } = sdk.Detection;
const isCapital = (byte = 0) => byte >= 65 && byte <= 90;

/** What both sides share. A connection carries one stream at a time, so the stream is this object itself. */
abstract class LineConnection<Handler> implements sdk.Codec {
  sink!: sdk.StreamSink;
  readonly id = 0;
  need = 1;
  protected busy = false;
  protected draining = false;
  protected readonly link: sdk.Link;
  protected readonly handler: Handler;
  readonly #limits: sdk.CodecLimits;
  constructor(link: sdk.Link, handler: Handler, limits: sdk.CodecLimits) {
    this.link = link;
    this.handler = handler;
    this.#limits = limits;
  }
  get activeStreams(): number {
    return this.busy ? 1 : 0;
  }
  get bufferedBytes(): number {
    return this.link.pendingBytes;
  }
  receive(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.expectsLine()) {
      const feed = bytes.indexOf(10, at);
      if (feed < 0 || feed >= end) {
        if (end - at > this.#limits.maxHeadBytes) throw new ProtocolError('line too long', { code: 'protocol_limit' });
        this.need = end - at + 1; // more than there is: call again when more came
        return at - start;
      }
      this.receiveLine(bytes.toString('latin1', at, feed)); // a copy: the bytes are only borrowed
      at = feed + 1;
    }
    this.need = 1;
    return at - start;
  }
  receiveEnd(_unconsumed: number): void {
    this.goaway();
  }
  connectionClosed(reason: sdk.ResetReason): void {
    this.draining = true;
    if (!this.busy) return;
    this.busy = false;
    this.sink.onReset(reason);
  }
  goaway(): void {
    this.draining = true;
    if (!this.busy) this.link.close();
  }
  /** One stream cannot be given up without the connection. */
  reset(_reason: sdk.ResetReason): void {
    if (!this.busy) return;
    this.busy = false;
    this.link.reset();
  }
  pause = (): boolean => false; // a line is delivered whole: there is nothing to hold up
  protected send(line: string): void {
    this.link.out.writeLatin1(`${line}\n`);
    this.link.flush();
  }
  protected abstract expectsLine(): boolean;
  protected abstract receiveLine(line: string): void;
  // What this protocol has no use for.
  start(): void {}
  onDrained(): void {}
  onTimer(): void {}
  resume(): void {}
  sendInformational(): void {}
  sendTrailers(): void {}
  sendData(): void {}
}

class LineServer extends LineConnection<sdk.ServerHandler> implements sdk.ServerCodec, sdk.ServerStream {
  protected expectsLine(): boolean {
    return !this.busy; // the next request waits until this one is answered
  }
  protected receiveLine(line: string): void {
    const [, method, path] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (method === undefined) throw new ProtocolError('a request is VERB, a space and text');
    this.busy = true;
    this.link.pauseReading();
    this.handler.onRequest(
      this,
      new sdk.PlainRequestHead('line', 'line', { method, path: path ?? '', contentLength: 0 }),
      true,
    );
  }
  sendHead(head: sdk.ResponseHead, _end: boolean): void {
    this.#answer(head.status, head.get('text') ?? '');
  }
  sendLocalReply(_request: sdk.RequestHead, reply: sdk.LocalReply): void {
    this.#answer(reply.status, reply.code);
  }
  #answer(status: number, text: string): void {
    if (!this.busy) return;
    this.busy = false;
    this.send(`${status} ${text}`);
    if (this.draining) this.link.close();
    else this.link.resumeReading();
  }
}

class LineClient extends LineConnection<sdk.ClientHandler> implements sdk.ClientCodec, sdk.ClientStream {
  reused = false;
  heartbeat = (): boolean => false;
  credit(): number {
    return this.busy || this.draining ? 0 : 1;
  }
  open(sink: sdk.StreamSink): sdk.ClientStream {
    this.busy = true;
    this.sink = sink;
    return this;
  }
  sendHead(head: sdk.RequestHead, _end: boolean): void {
    this.send(`${head.method} ${head.path}`);
  }
  protected expectsLine(): boolean {
    return true;
  }
  protected receiveLine(line: string): void {
    const [, status, text] = /^(\d{3}) (.*)$/.exec(line) ?? [];
    if (status === undefined || !this.busy) throw new ProtocolError('an answer that nobody asked for or understands');
    this.busy = false;
    this.reused = true;
    this.sink.onHead(
      new sdk.PlainResponseHead('line', 'line', Number(status), { contentLength: 0 }, [['text', text ?? '']]),
      true,
    );
    if (this.draining) this.link.close();
    else this.handler.onCredit();
  }
}

/** `VERB text` asks, `200 text` answers; one line each, one call at a time. */
export const line = sdk.defineProtocol<unknown>({
  name: 'line',
  family: 'line',
  pooling: 'ping-pong',
  schema: { type: 'object', additionalProperties: false, properties: {} },
  detectBytes: 1,
  detect: (bytes, length) => (length === 0 ? NEED_MORE : isCapital(bytes[0]) ? YES : NO),
  createServer: (link, handler, _config, limits) => new LineServer(link, handler, limits),
  createClient: (link, handler, _config, limits) => new LineClient(link, handler, limits),
});
