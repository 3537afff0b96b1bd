import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  block,
  ClientHarness,
  data,
  frame,
  GET,
  headers,
  type Pairs,
  PlainResponse,
  POST,
  requestHead,
  ServerHarness,
  WholeRecorder,
} from './testing.ts';

const OK: Pairs = [[':status', '200']];
const length = (pairs: Pairs, bytes: number): Pairs => [...pairs, ['content-length', String(bytes)]];
const padded = (id: number, body: string): Buffer =>
  frame(0, 9, id, Buffer.concat([Buffer.from([2]), Buffer.from(body), Buffer.alloc(2)]));
/** HEADERS without END_HEADERS, and the rest of the block. */
const inParts = (id: number, pairs: Pairs): Buffer[] => {
  const bytes = block(pairs);
  return [frame(1, 0, id, bytes.subarray(0, 5)), frame(9, 4, id, bytes.subarray(5))];
};

function serve(parts: readonly Uint8Array[], whole: boolean, cutAt = 0): unknown {
  const server = ServerHarness.open({ whole, limits: { maxBodyBytes: 100 } });
  const bytes = Buffer.concat(parts);
  server.feed(bytes.subarray(0, cutAt));
  server.feed(bytes.subarray(cutAt));
  const seen = server.requests.map(({ head, end, sink }) => [head.path, end, sink.body, sink.events]);
  return { seen, sent: server.sent.take(), active: server.codec.activeStreams, wholes: server.wholes };
}

function call(parts: readonly Uint8Array[], whole: boolean): unknown {
  const client = ClientHarness.open({ whole });
  const asked = [client.ask(), client.ask([[':method', 'HEAD'], ...GET.slice(1)])];
  client.sent.take();
  client.feed(...parts);
  const seen = asked.map(({ sink }) => [sink.body, sink.events]);
  const wholes = asked.map(({ sink }) => (sink instanceof WholeRecorder ? sink.wholes : 0));
  return { seen, sent: client.sent.take(), active: client.codec.activeStreams, wholes };
}

describe('a request with its content', () => {
  it.each<[string, number, readonly Uint8Array[]]>([
    ['without a length', 1, [headers(1, POST, false), data(1, 'body', true)]],
    ['with its length', 1, [headers(1, length(POST, 4), false), data(1, 'body', true)]],
    ['twice', 2, [headers(1, POST, false), data(1, 'a', true), headers(3, POST, false), data(3, 'b', true)]],
    ['behind one without content', 1, [headers(1, GET), headers(3, POST, false), data(3, 'b', true)]],
    ['with another length', 0, [headers(1, length(POST, 5), false), data(1, 'body', true)]],
    ['over the limit', 0, [headers(1, POST, false), data(1, 'x'.repeat(101), true)]],
    ['with padding', 0, [headers(1, POST, false), padded(1, 'body')]],
    ['in two frames', 0, [headers(1, POST, false), data(1, 'bo'), data(1, 'dy', true)]],
    ['that is empty', 0, [headers(1, POST, false), data(1, '', true)]],
    ['and trailers', 0, [headers(1, POST, false), data(1, 'body'), headers(1, [['a', 'b']])]],
    ['in several frames of its head', 0, [...inParts(1, POST), data(1, 'body', true)]],
    ['behind another stream', 0, [headers(1, POST, false), headers(3, POST, false), data(1, 'body', true)]],
    [
      'of another stream',
      0,
      [headers(1, POST, false), headers(3, POST, false), data(1, 'a', true), data(3, 'b', true)],
    ],
    ['that is cut off', 0, [headers(1, POST, false), data(1, 'body', true).subarray(0, 12)]],
    ['refused for its head', 0, [headers(1, [...POST, ['connection', 'x']], false), data(1, 'body', true)]],
  ])('%s comes to the same', (_name, wholes, parts) => {
    expect(serve(parts, true)).toEqual({ ...(serve(parts, false) as object), wholes });
  });

  it('comes to the same wherever it is cut', () => {
    const parts = [
      headers(1, length(POST, 4), false),
      data(1, 'body', true),
      headers(3, POST, false),
      data(3, 'b', true),
    ];
    const bytes = Buffer.concat(parts).length;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes }), (cutAt) => {
        expect(serve(parts, true, cutAt)).toEqual({
          ...(serve(parts, false) as object),
          wholes: expect.any(Number) as number,
        });
      }),
      { seed: 5 },
    );
  });

  it('gives credit back as frames do', () => {
    const answer = (whole: boolean): string[] => {
      const config = { initial_stream_window_size: 65_535, initial_connection_window_size: 65_535 };
      const server = ServerHarness.open({ whole, config });
      for (let id = 1; id < 20; id += 2) server.feed(headers(id, POST, false), data(id, Buffer.alloc(16_384), true));
      expect(server.wholes).toBe(whole ? 10 : 0);
      return server.sent.take();
    };
    expect(answer(true)).toEqual(answer(false));
    expect(answer(true)).toHaveLength(5);
  });

  it('waits for credit of a stream as frames do', () => {
    const refused = (whole: boolean): unknown[] => {
      const server = ServerHarness.open({ whole, config: { initial_stream_window_size: 1024 } });
      server.feed(headers(1, POST, false), data(1, Buffer.alloc(1025), true));
      return [server.sent.take(), server.request().sink.events, server.wholes];
    };
    expect(refused(true)).toEqual(refused(false));
    expect(refused(true)[0]).toEqual(['RST_STREAM 1 3']);
  });
});

describe('an answer with its content', () => {
  it.each<[string, number, readonly Uint8Array[]]>([
    ['without a length', 1, [headers(1, OK, false), data(1, 'body', true)]],
    ['with its length', 1, [headers(1, length(OK, 4), false), data(1, 'body', true)]],
    ['with another length', 0, [headers(1, length(OK, 5), false), data(1, 'body', true)]],
    ['behind an interim one', 1, [headers(1, [[':status', '103']], false), headers(1, OK, false), data(1, 'b', true)]],
    ['behind an interim head alone', 0, [headers(1, [[':status', '103']], false), data(1, 'b', true)]],
    ['and trailers', 0, [headers(1, OK, false), data(1, 'body'), headers(1, [['grpc-status', '0']])]],
    ['for a stream that is gone', 0, [headers(1, OK), headers(1, OK, false), data(1, 'body', true)]],
  ])('%s comes to the same', (_name, wholes, parts) => {
    expect(call(parts, true)).toEqual({ ...(call(parts, false) as object), wholes: [wholes, 0] });
  });

  it('to HEAD is a mistake, whole or not', () => {
    const parts = [headers(3, OK, false), data(3, 'body', true)];
    expect(call(parts, true)).toEqual(call(parts, false));
    expect(call(parts, true)).toMatchObject({ sent: ['RST_STREAM 3 1'] });
  });
});

describe('sending a message as a whole', () => {
  const BODY = Buffer.from('..a body of some length..');

  it.each([
    ['with credit', 65_535],
    ['with less credit than it has bytes', 10],
    ['without credit', 0],
  ])('%s leaves the same frames, of a server', (_name, window) => {
    const answer = (whole: boolean): string[] => {
      const server = ServerHarness.open({}, [[4, window]]);
      server.feed(headers(1, GET));
      const { stream } = server.request();
      const head = new PlainResponse(200, [['a', 'b']]);
      const bytes = Buffer.from(BODY);
      if (whole) stream.sendWhole?.(head, bytes, 2, bytes.length - 2);
      else {
        stream.sendHead(head, false);
        stream.sendData(bytes.subarray(2, -2), true);
      }
      // What was handed over is free again.
      bytes.fill(0);
      const first = server.link.takeBytes().toString('latin1');
      server.feed(frame(8, 0, 1, Buffer.from([0, 0, 1, 0])));
      return [first, server.link.takeBytes().toString('latin1')];
    };
    expect(answer(true)).toEqual(answer(false));
    expect(answer(true).join('')).toContain('body');
  });

  it.each([65_535, 10])('leaves the same frames, of a client with a window of %d', (window) => {
    const ask = (whole: boolean): string[] => {
      const client = ClientHarness.open({}, [[4, window]]);
      const stream = client.codec.open(new WholeRecorder());
      const head = requestHead(POST);
      if (whole) stream.sendWhole?.(head, BODY, 2, BODY.length - 2);
      else {
        stream.sendHead(head, false);
        stream.sendData(BODY.subarray(2, -2), true);
      }
      return [client.link.takeBytes().toString('latin1'), String(stream.bufferedBytes)];
    };
    expect(ask(true)).toEqual(ask(false));
    expect(ask(true)[0]).toContain(window === 10 ? 'a body of ' : 'some length');
  });

  it('does nothing for an answer that has begun', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, GET));
    const { stream } = server.request();
    stream.sendHead(new PlainResponse(200), false);
    server.sent.take();
    stream.sendWhole?.(new PlainResponse(200), BODY, 0, BODY.length);
    expect(server.sent.take()).toEqual([]);
  });
});
