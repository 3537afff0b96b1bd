import { ProtocolError } from '@weft/kit';
import { ResetReason } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { BoltStatus } from './status.ts';
import { frameBytes, HEARTBEAT, HEARTBEAT_ACK, reason, sofaRequest, sofaResponse } from './testdata/frames.ts';
import { ClientSide, first, type Incoming, requestHead, responseHead, ServerSide } from './testdata/pair.ts';

describe('bolt large frames', () => {
  const content = Buffer.alloc(200_000, 'x');

  it.each([{ proto: 1 as const }, { proto: 2 as const, ver1: 2, switches: 1 }])(
    'cuts a large frame through (%o)',
    (version) => {
      const server = new ServerSide();
      const client = new ClientSide({}, {}, 1, 55);
      let call: ReturnType<ClientSide['call']> | undefined;
      server.onRequest = ({ head, stream }) => {
        call = client.call(head);
        expect(client.codec.credit()).toBe(0);
        const target = call.stream;
        stream.sink.onData = (chunk, end) => target.sendData(chunk, end);
      };
      const frame = sofaRequest({ ...version, content });
      for (let at = 0; at < frame.length; at += 30_000) server.feed(frame.subarray(at, at + 30_000));
      expect(client.sent()).toEqual(sofaRequest({ ...version, content, id: 55 }));
      expect(client.codec.credit()).toBeGreaterThan(0);
      expect(client.credits).toBe(1);
      expect(server.codec.activeStreams).toBe(1);
    },
  );

  it('breaks off when a request is given up in the middle', () => {
    const client = new ClientSide();
    const { stream, sink } = client.call(requestHead(sofaRequest({ content: 'a'.repeat(1000) })));
    stream.sendData(Buffer.from('only this'), false);
    stream.reset(ResetReason.LOCAL_RESET);
    expect(client.link.wasReset).toBe(true);
    client.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(sink.events).toEqual([]);
  });

  it('lets the calls before one that is given up in the middle have their answers first', () => {
    const client = new ClientSide();
    const other = client.call(requestHead(sofaRequest({ content: '' })), true);
    const { stream, sink } = client.call(requestHead(sofaRequest({ content: 'a'.repeat(1000) })));
    stream.sendData(Buffer.from('only this'), false);
    stream.reset(ResetReason.LOCAL_RESET);
    expect([client.link.wasReset, client.codec.credit()]).toEqual([false, 0]);
    client.feed(sofaResponse({ id: 1 }));
    expect([other.sink.resets, other.sink.events.length > 0]).toEqual([[], true]);
    expect(client.link.wasReset).toBe(true);
    expect(sink.events).toEqual([]);
  });

  it('breaks off on a link that tells of its end at once, as a socket does', () => {
    const client = new ClientSide();
    const { stream, sink } = client.call(requestHead(sofaRequest({ content: 'a'.repeat(1000) })));
    client.link.reset = () => client.codec.connectionClosed(ResetReason.LOCAL_RESET);
    stream.sendData(Buffer.from('only this'), false);
    stream.reset(ResetReason.LOCAL_RESET);
    expect(sink.events).toEqual([]);
    expect(client.codec.activeStreams).toBe(0);
  });

  it('never sends a frame of another length than announced', () => {
    for (const send of [
      (s: { sendData(c: Uint8Array, e: boolean): void }) => s.sendData(Buffer.alloc(9), true),
      (s: { sendData(c: Uint8Array, e: boolean): void }) => s.sendData(Buffer.alloc(11), true),
    ]) {
      const client = new ClientSide();
      const { stream, sink } = client.call(requestHead(sofaRequest({ content: '0123456789' })));
      send(stream);
      expect(client.link.wasReset).toBe(true);
      expect(sink.resets).toEqual([ResetReason.LOCAL_RESET]);
    }
  });

  it('lets answers and heartbeats wait behind a large answer, in order', () => {
    const server = new ServerSide();
    server.feed(
      Buffer.concat([sofaRequest({ id: 1 }), sofaRequest({ id: 2 }), sofaRequest({ id: 3 }), sofaRequest({ id: 4 })]),
    );
    const [one, two, three, four] = server.requests as [Incoming, Incoming, Incoming, Incoming];
    const large = responseHead(sofaResponse({ content }));
    const small = responseHead(sofaResponse());
    one.stream.sendHead(large, false);
    one.stream.sendData(content.subarray(0, 1000), false);
    two.stream.sendHead(small, false);
    two.stream.sendData(Buffer.from('answer-bytes'), true);
    three.stream.sendHead(large, false);
    three.stream.sendData(content.subarray(0, 10), false);
    server.feed(HEARTBEAT);
    four.stream.sendHead(small, false);
    four.stream.reset(ResetReason.LOCAL_RESET);
    one.stream.sendData(content.subarray(1000), true);
    const before = server.sent();
    expect(three.sink.events).not.toContain('writable');
    server.codec.onDrained();
    expect(three.sink.events).toContain('writable');
    three.stream.sendData(content.subarray(10), true);
    expect(Buffer.concat([before, server.sent()])).toEqual(
      Buffer.concat([
        sofaResponse({ id: 1, content }),
        HEARTBEAT_ACK,
        sofaResponse({ id: 2 }),
        sofaResponse({ id: 3, content }),
        frameBytes({
          type: 0,
          id: 4,
          status: BoltStatus.CONNECTION_CLOSED,
          content: reason('the host ended the exchange'),
        }),
      ]),
    );
    expect(server.codec.activeStreams).toBe(0);
  });

  it('takes the slabs of waiting answers where the link has its own, and gives them back', () => {
    const server = new ServerSide();
    server.feed(Buffer.concat([sofaRequest({ id: 1 }), sofaRequest({ id: 2 })]));
    const [one, two] = server.requests as [Incoming, Incoming];
    one.stream.sendHead(responseHead(sofaResponse({ content })), false);
    const before = server.link.pool.lentBytes;
    two.stream.sendHead(responseHead(sofaResponse({ content })), false);
    two.stream.sendData(content, true);
    server.feed(HEARTBEAT);
    expect(server.link.pool.lentBytes).toBeGreaterThan(before + content.length);
    server.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(server.link.pool.lentBytes).toBe(before);
  });

  it('breaks off when a large answer cannot be completed', () => {
    const server = new ServerSide();
    server.feed(sofaRequest({ id: 1 }));
    first(server).stream.sendHead(responseHead(sofaResponse({ content })), false);
    first(server).stream.reset(ResetReason.CONNECTION_LOST);
    expect(server.link.wasReset).toBe(true);
  });

  it('pauses a caller whose large request is arriving, and only then', () => {
    const server = new ServerSide();
    const frame = sofaRequest({ content });
    server.feed(frame.subarray(0, 50_000));
    server.feed(frame.subarray(50_000, 100_000));
    const { stream } = first(server);
    expect(stream.pause()).toBe(true);
    expect(server.link.readingPaused).toBe(true);
    stream.resume();
    expect(server.link.readingPaused).toBe(false);
    server.feed(frame.subarray(100_000));
    expect(stream.pause()).toBe(false);
  });

  it('drops the rest of a large request that was answered early', () => {
    const server = new ServerSide();
    const frame = sofaRequest({ content });
    server.feed(frame.subarray(0, 70_000));
    const { stream, head, sink } = first(server);
    stream.pause();
    stream.sendLocalReply(head, { status: 413, code: 'body_too_large' });
    expect(server.link.readingPaused).toBe(false);
    const before = sink.events.length;
    server.feed(Buffer.concat([frame.subarray(70_000), sofaRequest({ id: 2 })]));
    expect(sink.events).toHaveLength(before);
    expect(server.requests).toHaveLength(2);
  });

  it('resets instead of ending a large frame with a wrong CRC', () => {
    const server = new ServerSide();
    const frame = sofaRequest({ proto: 2, ver1: 2, switches: 1, content });
    frame[frame.length - 1] = (frame.at(-1) as number) ^ 1;
    server.feed(frame.subarray(0, 100_000));
    expect(() => server.feed(frame.subarray(100_000))).toThrow(ProtocolError);
    expect(first(server).sink.resets).toEqual([ResetReason.PROTOCOL_ERROR]);
    expect(first(server).sink.ends).toBe(0);
    server.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(first(server).sink.resets).toHaveLength(1);
  });
});
