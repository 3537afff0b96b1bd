import { ProtocolError } from '@weft/kit';
import { ResetReason } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoltRequestHead } from './head.ts';
import { BoltStatus } from './status.ts';
import { frameBytes, GOAWAY, HEARTBEAT, HEARTBEAT_ACK, hex, sofaRequest, sofaResponse } from './testdata/frames.ts';
import { ClientSide, first, type Incoming, requestHead, responseHead, ServerSide } from './testdata/pair.ts';

describe('bolt connection', () => {
  it('answers heartbeats without the engine and sends its own', () => {
    const server = new ServerSide();
    server.feed(Buffer.concat([HEARTBEAT, HEARTBEAT_ACK]));
    expect(server.sent()).toEqual(HEARTBEAT_ACK);
    expect(server.requests).toHaveLength(0);
    const client = new ClientSide({}, {}, 1, 0x2a);
    expect(client.codec.heartbeat()).toBe(true);
    expect(client.sent()).toEqual(HEARTBEAT);
    client.feed(Buffer.concat([HEARTBEAT_ACK, HEARTBEAT]));
    expect(client.heartbeats).toBe(1);
    expect(client.sent()).toEqual(HEARTBEAT_ACK);
    const v2 = new ClientSide({}, {}, 2);
    v2.codec.heartbeat();
    expect(v2.sent()).toEqual(frameBytes({ proto: 2, type: 1, command: 0, timeout: -1 }));
  });

  it('signs the answer to a version 2 heartbeat', () => {
    const server = new ServerSide();
    server.feed(frameBytes({ proto: 2, ver1: 2, switches: 1, command: 0, id: 6, timeout: -1 }));
    expect(server.sent()).toEqual(frameBytes({ proto: 2, ver1: 2, switches: 1, type: 0, command: 0, id: 6 }));
  });

  it('keeps a heartbeat out of the middle of a frame', () => {
    const client = new ClientSide();
    const { stream } = client.call(requestHead(sofaRequest({ content: '0123456789' })));
    client.codec.heartbeat();
    stream.sendData(Buffer.from('0123456789'), true);
    expect(client.sent()).toEqual(
      Buffer.concat([sofaRequest({ id: 1, content: '0123456789' }), frameBytes({ command: 0, id: 2, timeout: -1 })]),
    );
  });

  it('says goaway only where it is switched on, and heeds it always', () => {
    const quiet = new ServerSide();
    quiet.codec.goaway();
    expect(quiet.sent()).toHaveLength(0);
    const open = new ServerSide({ enable_bolt_goaway: true });
    open.codec.goaway();
    expect(open.sent()).toEqual(Buffer.concat([GOAWAY.subarray(0, 5), hex('00000000'), GOAWAY.subarray(9)]));
    const client = new ClientSide();
    const call = client.call(requestHead(sofaRequest({ content: '' })), true);
    client.feed(Buffer.concat([GOAWAY, GOAWAY]));
    expect(client.drainings).toBe(1);
    expect(client.codec.credit()).toBe(0);
    expect(client.link.closed).toBe(false);
    client.feed(sofaResponse({ id: call.stream.id }));
    expect(call.sink.ends).toBe(1);
    expect(client.link.closed).toBe(true);
  });

  it('closes a draining connection in a gap between requests', () => {
    const server = new ServerSide();
    server.feed(sofaRequest({ id: 1 }));
    server.codec.goaway();
    expect(server.link.timerMs).toBe(0);
    first(server).stream.sendHead(responseHead(sofaResponse({ content: '' })), true);
    expect(server.link.timerMs).toBeGreaterThan(0);
    server.feed(sofaRequest({ id: 2 }));
    expect(server.link.timerMs).toBe(0);
    server.codec.onTimer();
    expect(server.link.closed).toBe(false);
    (server.requests[1] as Incoming).stream.sendHead(responseHead(sofaResponse({ content: '' })), true);
    server.codec.onTimer();
    expect(server.link.closed).toBe(true);
  });

  it('finishes the answers of a caller that sent FIN', () => {
    const server = new ServerSide();
    server.feed(sofaRequest({ id: 1 }));
    server.codec.receiveEnd(0);
    expect(server.link.closed).toBe(false);
    first(server).stream.sendHead(responseHead(sofaResponse({ content: '' })), true);
    expect(server.sent()).toEqual(sofaResponse({ id: 1, content: '' }));
    expect(server.link.closed).toBe(true);
  });

  it('gives its state away at a frame boundary only', () => {
    const server = new ServerSide();
    expect(server.codec.exportState()).toEqual({ protocol: 'bolt' });
    server.feed(sofaRequest({ id: 1 }));
    expect(server.codec.exportState()).toBeUndefined();
  });

  it.each([
    ['another protocol', hex('474554202f20485454502f312e310d0a')],
    ['an unknown type', frameBytes({ type: 3 })],
    ['an unknown command', frameBytes({ command: 5 })],
    ['a one-way heartbeat', frameBytes({ type: 2, command: 0 })],
    ['a heartbeat with content', frameBytes({ command: 0, content: 'x' })],
    ['a negative class length', hex('01010001 01 00000001 01 00000000 8000 0000 00000000')],
    ['a negative content length', hex('01010001 01 00000001 01 00000000 0000 0000 ffffffff')],
    ['a frame over the limit', hex('01010001 01 00000001 01 00000000 0000 0000 7fffffff')],
    ['too many headers', sofaRequest({ headers: Array.from({ length: 101 }, (_, i) => [`k${i}`, ''] as const) })],
    ['a wrong CRC', Buffer.concat([frameBytes({ proto: 2, ver1: 2, switches: 1 }).subarray(0, -1), hex('ee')])],
  ])('throws once for %s', (_name, bytes) => {
    for (const step of [1, bytes.length]) {
      const side = new ServerSide();
      const feed = (): void => {
        for (let at = 0; at < bytes.length; at += step) side.feed(bytes.subarray(at, at + step));
      };
      expect(feed).toThrow(ProtocolError);
      expect(side.requests).toHaveLength(0);
      expect(side.codec.receive(bytes, 0, bytes.length)).toBe(bytes.length);
    }
  });

  it('tells the caller why it is thrown out', () => {
    const side = new ServerSide();
    expect(() => side.feed(frameBytes({ id: 3, content: Buffer.alloc(10) }).fill(0x7f, 18, 22))).toThrow(ProtocolError);
    expect(side.sent()).toEqual(frameBytes({ type: 0, id: 3, status: BoltStatus.CODEC_EXCEPTION }));
  });

  it('says so when the peer speaks TR', () => {
    for (const length of [1, 40]) {
      const side = new ServerSide();
      expect(() => side.feed(Buffer.alloc(length, 13))).toThrow('TR, the predecessor of Bolt');
    }
  });

  it('passes on what is serialized by protobuf, by its headers', () => {
    const request = frameBytes({
      id: 3,
      codec: 11,
      headers: [
        ['sofa_head_target_service', 'a.B:1.0'],
        ['sofa_head_method_name', 'say'],
      ],
      content: Buffer.from([0x0a, 0x01, 0xff]),
    });
    const side = new ServerSide();
    side.feed(request);
    const { head } = side.requests[0] as (typeof side.requests)[number];
    expect([head.service, head.method, (head as BoltRequestHead).codec, head.contentLength]).toEqual([
      'a.B:1.0',
      'say',
      11,
      3,
    ]);
  });

  it('survives any bytes (property)', () => {
    const valid = Buffer.concat([
      sofaRequest({ id: 1 }),
      HEARTBEAT,
      sofaRequest({ id: 2, proto: 2, ver1: 2, switches: 1 }),
      sofaResponse({ id: 1 }),
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.integer({ min: 1, max: valid.length }),
        (edits, step) => {
          const bytes = Buffer.from(valid);
          for (const [at, value] of edits) bytes[at] = value;
          for (const side of [new ServerSide(), new ClientSide()]) {
            try {
              for (let at = 0; at < bytes.length; at += step) side.feed(bytes.subarray(at, at + step));
            } catch (error) {
              expect(error).toBeInstanceOf(ProtocolError);
            }
            side.codec.connectionClosed(ResetReason.CONNECTION_LOST);
            expect(side.codec.activeStreams).toBe(0);
          }
        },
      ),
      { seed: 11, numRuns: 500 },
    );
  });
});
