import type { Protocol, RequestHead, ResponseHead, ServerStream, StreamSink } from '@weft/sdk';
import { ClientEnd, RecordingSink, ServerEnd } from '@weft/sdk/testing';

/** How one call goes through a proxy. */
export interface RelayPlan {
  readonly protocol: Protocol;
  /** Of the host; the caller's where it is left out. */
  readonly hostProtocol?: Protocol;
  readonly config?: unknown;
  readonly request: Buffer;
  /** The answer of the host to the first request of a connection; null for none. */
  readonly answer: Buffer | null;
  readonly changeRequest?: (head: RequestHead) => void;
  readonly changeAnswer?: (head: ResponseHead) => void;
}

/** What went out: to the host and to the caller, in hexadecimal; and what was delivered as a whole. */
export interface Relayed {
  readonly toHost: string;
  readonly toCaller: string;
  readonly wholes: number;
  readonly openStreams: number;
}

class WholeServerEnd extends ServerEnd {
  whole: ((stream: ServerStream, head: RequestHead, bytes: Buffer, start: number, end: number) => void) | undefined;

  onWholeRequest(stream: ServerStream, head: RequestHead, bytes: Buffer, start: number, end: number): void {
    this.whole?.(stream, head, bytes, start, end);
  }
}

/** Relays one call with heads and content delivered and sent at once where the codec offers it, or one behind the other. */
export function relay(plan: RelayPlan, whole: boolean): Relayed {
  const { protocol, hostProtocol = protocol, config = {}, request, answer } = plan;
  const host = new ClientEnd(hostProtocol, config);
  let wholes = 0;

  const answerSink = (down: ServerStream): StreamSink => {
    const sink: StreamSink = {
      onInformational() {},
      onHead(head, end) {
        plan.changeAnswer?.(head);
        down.sendHead(head, end);
      },
      onData: (chunk, end) => down.sendData(chunk, end),
      onTrailers: (trailers) => down.sendTrailers(trailers),
      onReset: (reason) => down.reset(reason),
      onWritable() {},
    };
    if (!whole) return sink;
    return {
      ...sink,
      onWhole(head, bytes, start, end) {
        wholes++;
        plan.changeAnswer?.(head);
        down.sendWhole?.(head, bytes, start, end);
      },
    };
  };
  const server = whole ? new WholeServerEnd(protocol, config) : new ServerEnd(protocol, config);
  if (server instanceof WholeServerEnd)
    server.whole = (down, head, bytes, start, end) => {
      wholes++;
      down.sink = new RecordingSink();
      plan.changeRequest?.(head);
      host.codec.open(answerSink(down)).sendWhole?.(head, bytes, start, end);
    };
  server.handle(({ stream: down, head, headOnly }) => {
    plan.changeRequest?.(head);
    const up = host.codec.open(answerSink(down));
    up.sendHead(head, headOnly);
    down.sink = Object.assign(new RecordingSink(), { onData: up.sendData.bind(up) });
  });
  server.feed(request);
  if (answer !== null) host.feed(answer);
  return {
    toHost: host.link.takeBytes().toString('hex'),
    toCaller: server.link.takeBytes().toString('hex'),
    wholes,
    openStreams: server.codec.activeStreams + host.codec.activeStreams,
  };
}
