import { ResetReason } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { data, frame, frames, GET, headers, PlainResponse, POST, ServerHarness, settings, uint32 } from './testing.ts';

const OPEN: readonly (readonly [number, number])[] = [[4, 1 << 20]];

describe('credit that we give', () => {
  it('comes back in halves of a window, for the connection and for the stream', () => {
    const server = ServerHarness.open({
      config: { initial_stream_window_size: 65_535, initial_connection_window_size: 65_535 },
    });
    server.feed(headers(1, POST, false), data(1, Buffer.alloc(16_384)));
    expect(server.sent.take()).toEqual([]);
    server.feed(data(1, Buffer.alloc(16_384)));
    expect(server.sent.take()).toEqual(['WINDOW_UPDATE 0 32768', 'WINDOW_UPDATE 1 32768']);
  });

  it('is withheld from a paused stream only', () => {
    const server = ServerHarness.open({
      config: { initial_stream_window_size: 65_535, initial_connection_window_size: 65_535 },
    });
    server.feed(headers(1, POST, false), headers(3, POST, false));
    const slow = server.request(0).stream;
    expect(slow.pause()).toBe(true);
    for (let i = 0; i < 3; i++) server.feed(data(1, Buffer.alloc(16_384)), data(3, Buffer.alloc(16_384)));
    expect(server.sent.take()).toEqual([
      'WINDOW_UPDATE 0 32768',
      'WINDOW_UPDATE 0 32768',
      'WINDOW_UPDATE 3 32768',
      'WINDOW_UPDATE 0 32768',
    ]);
    slow.resume();
    expect(server.sent.take()).toEqual(['WINDOW_UPDATE 1 49152']);
  });

  it('is enforced: a paused stream holds no more than its window', () => {
    const server = ServerHarness.open({ config: { initial_stream_window_size: 65_535 } });
    server.feed(headers(1, POST, false));
    server.request().stream.pause();
    for (let i = 0; i < 4; i++) server.feed(data(1, Buffer.alloc(16_000)));
    server.feed(data(1, Buffer.alloc(1535)));
    expect(server.sent.take()).toEqual([]);
    server.feed(data(1, 'x'));
    expect(server.sent.take()).toEqual(['RST_STREAM 1 3']);
    expect(server.request().sink.events.at(-1)).toBe('reset 6');
  });

  it('is enforced for the connection, by closed streams too, and padding counts', () => {
    const server = ServerHarness.open({
      config: { initial_stream_window_size: 65_535, initial_connection_window_size: 65_535 },
    });
    server.feed(headers(1, POST, false));
    server.feed(frame(0, 8, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(299)])));
    expect(server.request().sink.events).toEqual(['data 44']);
    server.request().stream.reset(2);
    server.sent.take();
    for (let i = 0; i < 3; i++) server.feed(data(1, Buffer.alloc(16_384)));
    // Credit of the connection comes back although nobody reads the stream.
    expect(server.sent.take()).toEqual(['WINDOW_UPDATE 0 33068']);
  });
});

describe('credit that the peer gives', () => {
  function answering(pairs: readonly (readonly [number, number])[], streams = 1): ServerHarness {
    const server = ServerHarness.open({}, pairs);
    for (let i = 0; i < streams; i++) {
      server.feed(headers(2 * i + 1, GET));
      server.request(i).stream.sendHead(new PlainResponse(200), false);
    }
    server.sent.take();
    return server;
  }

  it('is used up to the byte, and END_STREAM needs none', () => {
    const server = answering([[4, 10]]);
    const { stream } = server.request();
    stream.sendData(Buffer.alloc(25), false);
    expect(server.sent.take()).toEqual(['DATA 1 10']);
    stream.sendData(Buffer.alloc(0), true);
    server.feed(frame(8, 0, 1, uint32(5)));
    expect(server.sent.take()).toEqual(['DATA 1 5']);
    server.feed(frame(8, 0, 1, uint32(100)));
    expect(server.sent.take()).toEqual(['DATA 1 10 end']);
  });

  it('may become negative by SETTINGS', () => {
    const server = answering([[4, 100]]);
    const { stream } = server.request();
    stream.sendData(Buffer.alloc(100), false);
    server.feed(settings([[4, 30]]));
    stream.sendData(Buffer.alloc(10), true);
    server.sent.take();
    server.feed(frame(8, 0, 1, uint32(70)));
    expect(server.sent.take()).toEqual([]);
    server.feed(frame(8, 0, 1, uint32(4)));
    expect(server.sent.take()).toEqual(['DATA 1 4']);
    server.feed(settings([[4, 50]]));
    expect(server.sent.take()).toEqual(['SETTINGS ack', 'DATA 1 6 end']);
  });

  it('sends trailers behind what waits', () => {
    const server = answering([[4, 3]]);
    const { stream } = server.request();
    stream.sendData(Buffer.alloc(5), false);
    stream.sendTrailers(new PlainResponse(0, [['grpc-status', '0']]));
    expect(server.sent.take()).toEqual(['DATA 1 3']);
    server.feed(frame(8, 0, 1, uint32(3)));
    expect(server.sent.take()).toEqual(['DATA 1 2', 'HEADERS 1 grpc-status=0 end']);
  });

  it('is shared in turns of one frame', () => {
    const server = answering(OPEN, 3);
    // The connection window of 65535 is used up by the first.
    server.request(0).stream.sendData(Buffer.alloc(65_535), false);
    server.sent.take();
    for (let i = 0; i < 3; i++) server.request(i).stream.sendData(Buffer.alloc(40_000, i), true);
    server.feed(frame(8, 0, 0, uint32(120_000)));
    expect(server.sent.take()).toEqual([
      'DATA 1 16384',
      'DATA 3 16384',
      'DATA 5 16384',
      'DATA 1 16384',
      'DATA 3 16384',
      'DATA 5 16384',
      'DATA 1 7232 end',
      'DATA 3 7232 end',
      'DATA 5 7232 end',
    ]);
  });

  it('wakes a stream that waited above the high mark', () => {
    const server = answering([[4, 0]]);
    const { stream, sink } = server.request();
    stream.sendData(Buffer.alloc(200_000), false);
    stream.sendData(Buffer.alloc(100_000), false);
    expect(stream.bufferedBytes).toBe(300_000);
    server.feed(frame(8, 0, 0, uint32(1 << 20)), frame(8, 0, 1, uint32(230_000)));
    expect(sink.events).toEqual([]);
    sink.onWritableCalled = () => stream.sendData(Buffer.from('more'), true);
    server.feed(frame(8, 0, 1, uint32(100_000)));
    // The link is at its own high mark now; the kernel takes the bytes.
    server.sent.take();
    server.codec.onDrained();
    expect(sink.events).toEqual(['writable']);
    expect(stream.bufferedBytes).toBe(0);
    expect(server.codec.activeStreams).toBe(0);
  });

  it('stops at the high mark of the link and goes on when it is drained', () => {
    const server = answering([[4, 0x7fff_ffff]]);
    server.feed(frame(8, 0, 0, uint32(0x7000_0000)));
    const { stream } = server.request();
    server.link.backlogBytes = 300_000;
    stream.sendData(Buffer.alloc(50_000), true);
    expect(server.sent.take()).toEqual([]);
    server.link.backlogBytes = 0;
    server.codec.onDrained();
    expect(server.sent.take()).toEqual(['DATA 1 16384', 'DATA 1 16384', 'DATA 1 16384', 'DATA 1 848 end']);
  });

  it('holds against a model, whatever is sent and granted', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('send' as const),
        stream: fc.nat(2),
        bytes: fc.integer({ min: 0, max: 40_000 }),
        end: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('grant' as const), stream: fc.nat(2), bytes: fc.integer({ min: 1, max: 50_000 }) }),
      fc.record({ kind: fc.constant('grantAll' as const), bytes: fc.integer({ min: 1, max: 100_000 }) }),
      fc.record({ kind: fc.constant('initial' as const), bytes: fc.integer({ min: 0, max: 100_000 }) }),
      fc.record({ kind: fc.constant('reset' as const), stream: fc.nat(2) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const server = answering([[4, 1000]], 3);
        let initial = 1000;
        let connection = 65_535;
        const windows = [1000, 1000, 1000];
        const accepted = [0, 0, 0];
        const sent = [0, 0, 0];
        const ended = [false, false, false];
        const endSeen = [false, false, false];
        const dead = [false, false, false];
        const check = (): void => {
          for (const one of frames(server.link.takeBytes())) {
            if (one.type !== 0) continue;
            const i = (one.id - 1) / 2;
            connection -= one.payload.length;
            windows[i] = (windows[i] as number) - one.payload.length;
            sent[i] = (sent[i] as number) + one.payload.length;
            expect(one.payload.length).toBeLessThanOrEqual(16_384);
            expect(one.payload.length === 0 || (windows[i] as number) >= 0).toBe(true);
            expect(connection).toBeGreaterThanOrEqual(0);
            expect(endSeen[i]).toBe(false);
            expect(dead[i]).toBe(false);
            // Bytes are numbered, so order and content are checked too.
            for (let k = 0; k < one.payload.length; k += 997)
              expect(one.payload[k]).toBe(((sent[i] as number) - one.payload.length + k) % 251);
            if ((one.flags & 1) !== 0) endSeen[i] = true;
          }
          for (let i = 0; i < 3; i++) {
            if (dead[i] || endSeen[i]) continue;
            const waiting = (accepted[i] as number) - (sent[i] as number);
            expect(server.request(i).stream.bufferedBytes).toBe(waiting);
            // Nothing waits that could be sent.
            if (waiting > 0) expect(connection === 0 || (windows[i] as number) <= 0).toBe(true);
            else expect(endSeen[i]).toBe(ended[i]);
          }
        };
        for (const one of steps) {
          switch (one.kind) {
            case 'send': {
              const from = accepted[one.stream] as number;
              server
                .request(one.stream)
                .stream.sendData(Buffer.from(Array.from({ length: one.bytes }, (_, k) => (from + k) % 251)), one.end);
              if (ended[one.stream] || dead[one.stream]) break;
              accepted[one.stream] = from + one.bytes;
              ended[one.stream] = one.end;
              break;
            }
            case 'grant':
              windows[one.stream] = (windows[one.stream] as number) + one.bytes;
              server.feed(frame(8, 0, 2 * one.stream + 1, uint32(one.bytes)));
              break;
            case 'grantAll':
              connection += one.bytes;
              server.feed(frame(8, 0, 0, uint32(one.bytes)));
              break;
            case 'initial':
              for (let i = 0; i < 3; i++) windows[i] = (windows[i] as number) + one.bytes - initial;
              initial = one.bytes;
              server.feed(settings([[4, one.bytes]]));
              break;
            case 'reset':
              check();
              server.request(one.stream).stream.reset(2);
              if (!endSeen[one.stream]) dead[one.stream] = true;
              break;
          }
          check();
        }
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

describe('a large DATA frame', () => {
  const body = Buffer.from(Array.from({ length: 9000 }, (_, i) => 33 + (i % 90)));

  it('is passed on in parts as it arrives, and END_STREAM with the last', () => {
    const server = ServerHarness.open();
    const bytes = data(1, body, true);
    server.feed(headers(1, POST, false), bytes.subarray(0, 9 + 5000));
    expect(server.request().sink.events).toEqual(['data 5000']);
    expect(server.feeder.unconsumedBytes).toBe(0);
    server.feed(bytes.subarray(5009, 5010));
    server.feed(Buffer.concat([bytes.subarray(5010), headers(3, GET)]));
    expect(server.request().sink.events).toEqual(['data 5000', 'data 1', 'data 3999 end']);
    expect(server.request().sink.body).toBe(body.toString('latin1'));
    expect(server.requests).toHaveLength(2);
  });

  it('is swallowed to its end when the stream is reset in the middle of it', () => {
    const server = ServerHarness.open();
    const bytes = data(1, body, true);
    server.feed(headers(1, POST, false), bytes.subarray(0, 5000));
    server.request().stream.reset(2);
    server.feed(bytes.subarray(5000), headers(3, GET));
    expect(server.request().sink.events).toEqual(['data 4991']);
    expect(server.requests).toHaveLength(2);
  });

  it('is counted against the announced length part by part', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, [...POST, ['content-length', '4000']], false));
    server.feed(data(1, body).subarray(0, 5000));
    expect(server.sent.take()).toEqual(['RST_STREAM 1 1']);
    server.feed(data(1, body).subarray(5000), headers(3, GET));
    expect(server.requests).toHaveLength(2);
  });
});

describe('answers that wait for credit', () => {
  function waiting(streams: number): ServerHarness {
    const server = ServerHarness.open({}, [[4, 0]]);
    for (let i = 0; i < streams; i++) {
      server.feed(headers(2 * i + 1, GET));
      server.request(i).stream.sendHead(new PlainResponse(200), false);
      server.request(i).stream.sendData(Buffer.alloc(20_000), true);
    }
    server.sent.take();
    return server;
  }

  it('are counted with the link, and not those that leave at once', () => {
    const server = waiting(3);
    expect(server.link.keptBytes).toBe(60_000);
    server.feed(frame(8, 0, 1, uint32(20_000)));
    expect([server.link.keptBytes, server.sent.take().at(-1)]).toEqual([40_000, 'DATA 1 3616 end']);
    server.feed(frame(3, 0, 3, uint32(8)));
    expect(server.link.keptBytes).toBe(20_000);
    server.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(server.link.keptBytes).toBe(0);
    const quick = ServerHarness.open();
    quick.link.keptBytesChanged = () => expect.unreachable();
    quick.feed(headers(1, GET));
    quick.request().stream.sendHead(new PlainResponse(200), false);
    quick.request().stream.sendData(Buffer.alloc(20_000), true);
    expect(quick.codec.activeStreams).toBe(0);
  });

  it('count as the blocks that they take', () => {
    const server = ServerHarness.open({}, [[4, 0]]);
    server.feed(headers(1, GET));
    server.request().stream.sendHead(new PlainResponse(200), false);
    for (let i = 0; i < 5; i++) server.request().stream.sendData(Buffer.alloc(1), false);
    expect(server.link.keptBytes).toBe(4096);
    server.request().stream.reset(ResetReason.LOCAL_RESET);
    expect(server.link.keptBytes).toBe(0);
  });

  it('are dropped when nothing of them was fetched between two looks', () => {
    const server = waiting(3);
    const look = (): number | undefined => server.codec.resetUnfetched?.();
    expect(look()).toBe(0);
    server.feed(frame(8, 0, 1, uint32(1)));
    server.sent.take();
    expect(look()).toBe(2);
    expect(server.sent.take()).toEqual(['RST_STREAM 3 8', 'RST_STREAM 5 8']);
    expect([server.request(0).sink.events, server.request(1).sink.events]).toEqual([
      [],
      [`reset ${ResetReason.LOCAL_RESET}`],
    ]);
    expect([server.codec.activeStreams, server.link.keptBytes]).toEqual([1, 20_000]);
    // Streams without anything to fetch are none of them.
    server.feed(headers(7, GET));
    server.request(3).stream.sendHead(new PlainResponse(200), false);
    expect(look()).toBe(1);
    expect(look()).toBe(0);
    expect([server.codec.activeStreams, server.link.keptBytes]).toEqual([1, 0]);
  });
});
