import { DEFAULT_CODEC_LIMITS, type RequestHead, ResetReason, type ServerStream, type StreamSink } from '@weft/sdk';
import { CodecFeeder, MemoryLink } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { tcp } from './index.ts';

class Recorder implements StreamSink {
  readonly events: string[] = [];
  onInformational(): void {}
  onHead(): void {
    this.events.push('head');
  }
  onData(chunk: Uint8Array, end: boolean): void {
    this.events.push(`${Buffer.from(chunk)}${end ? ' end' : ''}`);
  }
  onTrailers(): void {}
  onReset(reason: ResetReason): void {
    this.events.push(`reset ${reason}`);
  }
  onWritable(): void {
    this.events.push('writable');
  }
}

function server() {
  const link = new MemoryLink();
  const sink = new Recorder();
  let opened: { stream: ServerStream; head: RequestHead } | undefined;
  const codec = tcp.createServer(
    link,
    {
      onRequest(stream, head, end) {
        expect(end).toBe(false);
        stream.sink = sink;
        opened = { stream, head };
      },
    },
    {},
    DEFAULT_CODEC_LIMITS,
  );
  codec.start();
  const { stream, head } = opened as unknown as { stream: ServerStream; head: RequestHead };
  return { link, sink, codec, stream, head, feeder: new CodecFeeder(codec, link) };
}

function client() {
  const link = new MemoryLink();
  const sink = new Recorder();
  const codec = tcp.createClient(link, { onCredit() {}, onDraining() {}, onHeartbeat() {} }, {}, DEFAULT_CODEC_LIMITS);
  codec.start();
  return { link, sink, codec, feeder: new CodecFeeder(codec, link) };
}

it('opens its stream before any byte and passes bytes on as they come', () => {
  const side = server();
  expect(side.head.family).toBe('raw');
  side.feeder.feed(Buffer.from('a'));
  side.feeder.feed(Buffer.from('bc'));
  expect(side.sink.events).toEqual(['a', 'bc']);
});

it('carries half-close in both directions and then closes', () => {
  const side = server();
  side.codec.receiveEnd(0);
  expect(side.sink.events).toEqual([' end']);
  side.stream.sendData(Buffer.from('answer'), false);
  expect(side.link.writeShutDown).toBe(false);
  side.stream.sendData(Buffer.alloc(0), true);
  expect(side.link.takeBytes().toString()).toBe('answer');
  expect(side.link.writeShutDown).toBe(true);
  expect(side.link.closed).toBe(true);
  expect(side.codec.activeStreams).toBe(0);
});

it('passes a reset on as a reset, once', () => {
  const side = server();
  side.stream.reset(ResetReason.REMOTE_RESET);
  expect(side.link.wasReset).toBe(true);
  side.codec.connectionClosed(ResetReason.CONNECTION_LOST);
  expect(side.sink.events).toEqual([]);
  const other = server();
  other.codec.connectionClosed(ResetReason.REMOTE_RESET);
  expect(other.sink.events).toEqual([`reset ${ResetReason.REMOTE_RESET}`]);
});

it('stops reading while paused', () => {
  const side = server();
  expect(side.stream.pause()).toBe(true);
  expect(side.link.readingPaused).toBe(true);
  side.stream.resume();
  expect(side.link.readingPaused).toBe(false);
});

it('holds one stream per upstream connection and keeps early bytes for it', () => {
  const side = client();
  side.feeder.feed(Buffer.from('220 '));
  side.feeder.feed(Buffer.from('hello'));
  expect(side.codec.credit()).toBe(1);
  const stream = side.codec.open(side.sink);
  expect(side.codec.credit()).toBe(0);
  stream.sendHead(server().head, false);
  side.feeder.offer();
  expect(side.sink.events).toEqual(['head', '220 hello']);
});

it('answers with a direct response or just ends', () => {
  const direct = server();
  direct.stream.sendLocalReply(direct.head, { status: 200, code: 'direct_response', body: 'hi' });
  expect(direct.link.takeBytes().toString()).toBe('hi');
  expect(direct.link.closed).toBe(true);
  const refused = server();
  refused.stream.sendLocalReply(refused.head, { status: 502, code: 'no_healthy_host', body: 'no' });
  expect(refused.link.takeBytes()).toHaveLength(0);
  expect(refused.link.closed).toBe(true);
});
