import assert from 'node:assert/strict';
import type { Protocol, RequestHead, ResponseHead, ServerStream } from '../protocol/index.ts';
import { ClientEnd, type IncomingRequest, ServerEnd } from './codec-end.ts';
import { describeHead, RecordingSink } from './recording-sink.ts';

/** A message as a foreign program writes it on a new connection, and what it means. */
interface Sample<Head> {
  readonly wire: Uint8Array;
  readonly head: Head;
  readonly body: Buffer;
}

interface WholeMessages {
  readonly protocol: Protocol;
  readonly config: unknown;
  readonly request: Sample<RequestHead>;
  readonly answer: Sample<ResponseHead>;
}

/** Takes messages at once and treats them like others. */
class WholeServerEnd extends ServerEnd {
  onWholeRequest(stream: ServerStream, head: RequestHead, bytes: Buffer, start: number, end: number): void {
    this.onRequest(stream, head, false);
    stream.sink.onData(bytes.subarray(start, end), true);
  }
}

class WholeSink extends RecordingSink {
  onWhole(head: ResponseHead, bytes: Buffer, start: number, end: number): void {
    this.onHead(head, false);
    this.onData(bytes.subarray(start, end), true);
  }
}

/** Both ways to deliver and to send a message with its content give the same, where a codec has the second one. */
export function checkWholeMessages(messages: WholeMessages): void {
  assert.deepEqual(serve(messages, true), serve(messages, false));
  assert.deepEqual(call(messages, true), call(messages, false));
}

/** What a server codec delivers of a request, and the bytes of its answer. */
function serve({ protocol, config, request, answer }: WholeMessages, whole: boolean): unknown[] {
  const server = whole ? new WholeServerEnd(protocol, config) : new ServerEnd(protocol, config);
  server.feed(request.wire);
  const { stream, head, sink } = server.requests[0] as IncomingRequest;
  const seen = [describeHead(head), sink.text, sink.outcomes];
  if (whole && stream.sendWhole !== undefined) stream.sendWhole(answer.head, answer.body, 0, answer.body.length);
  else {
    stream.sendHead(answer.head, false);
    stream.sendData(answer.body, true);
  }
  return [...seen, server.link.takeBytes().toString('hex'), server.codec.activeStreams];
}

/** The bytes of a request, and what a client codec delivers of its answer. */
function call({ protocol, config, request, answer }: WholeMessages, whole: boolean): unknown[] {
  const client = new ClientEnd(protocol, config);
  const sink = whole ? new WholeSink() : new RecordingSink();
  const stream = client.codec.open(sink);
  if (whole && stream.sendWhole !== undefined) stream.sendWhole(request.head, request.body, 0, request.body.length);
  else {
    stream.sendHead(request.head, false);
    stream.sendData(request.body, true);
  }
  const bytes = client.link.takeBytes().toString('hex');
  client.feed(answer.wire);
  return [bytes, sink.head?.status, sink.text, sink.outcomes, client.codec.activeStreams];
}
