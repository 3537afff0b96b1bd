import { ProtocolError } from '@weft/kit';
import { Detection, type LocalReply, type ResponseHead } from '@weft/sdk';
import { ClientEnd, type IncomingRequest, ServerEnd } from '@weft/sdk/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DubboThriftConfig, dubboThrift } from './index.ts';
import { ANSWER, FAILURE, OLD_REQUEST, REQUEST, requestOf, withId } from './testdata/golden.ts';

const SERVICE = 'org.example.Greeter$Iface';

const serverOf = (config: DubboThriftConfig = {}, limits = {}): ServerEnd => new ServerEnd(dubboThrift, config, limits);
const clientOf = (config: DubboThriftConfig = {}): ClientEnd => new ClientEnd(dubboThrift, config);

function incoming(bytes: Buffer, config: DubboThriftConfig = {}): IncomingRequest {
  const server = serverOf(config);
  server.feed(bytes);
  return server.requests[0] as IncomingRequest;
}

/** A client that has asked, its answer, and what it sent. */
function asking(config: DubboThriftConfig = {}) {
  const { head, sink: body } = incoming(REQUEST);
  const client = clientOf(config);
  const { sink } = client.call(head, body.body);
  return { client, sink };
}

describe('a request of Dubbo 2.7', () => {
  it.each([
    ['with a path', REQUEST],
    ['without, as 2.6 writes it', OLD_REQUEST],
  ])('%s is known by its names', (_name, bytes) => {
    const { head } = incoming(bytes);
    expect([head.service, head.get('service'), head.method, head.get('method'), head.oneWay, head.timeoutMs]).toEqual([
      `${SERVICE}@dubbo-thrift`,
      SERVICE,
      'hello',
      'hello',
      false,
      0,
    ]);
    expect(head.wireBytes + head.contentLength).toBe(bytes.length);
  });

  it.each([
    ['gathered', {}],
    ['cut through', { max_gathered_frame_bytes: 0 }],
  ])('goes on with a new id and nothing else changed, %s', (_name, config) => {
    for (const bytes of [REQUEST, OLD_REQUEST]) {
      const { head, sink } = incoming(withId(bytes, 0xffff_fffe, 0xffff_ffff), config);
      head.set('a', 'b');
      head.method = 'other';
      const client = clientOf(config);
      client.call(head, sink.body);
      expect(client.link.takeBytes()).toEqual(withId(bytes, 1));
    }
  });

  it('is passed on when its message has another form', () => {
    const bytes = Buffer.from(REQUEST);
    bytes.writeUInt16BE(0, 79);
    const { head, sink } = incoming(bytes);
    expect([head.method, head.service]).toEqual(['', `${SERVICE}@dubbo-thrift`]);
    const client = clientOf();
    client.call(head, sink.body);
    expect(client.link.takeBytes()).toEqual(withId(bytes, 1));
  });

  it('that is one-way is not answered', () => {
    const bytes = Buffer.from(REQUEST);
    bytes[82] = 4;
    const server = serverOf();
    server.feed(bytes);
    const { head, stream } = server.requests[0] as IncomingRequest;
    stream.sendLocalReply(head, { status: 404, code: 'route_not_found' });
    expect([head.oneWay, server.link.takeBytes().length, server.codec.activeStreams]).toEqual([true, 0, 0]);
  });
});

describe('an answer of Dubbo 2.7', () => {
  it('comes back with the id of the caller', () => {
    const { client, sink } = asking();
    client.feed(withId(ANSWER, 1));
    const server = serverOf();
    server.feed(withId(REQUEST, 5, 0x8000_0000));
    const { stream } = server.requests[0] as IncomingRequest;
    stream.sendHead(sink.head as never, false);
    stream.sendData(sink.body, true);
    expect(server.link.takeBytes()).toEqual(withId(ANSWER, 5, 0x8000_0000));
  });

  it('tells what happened', () => {
    const declared = Buffer.from(ANSWER);
    declared[declared.length - 17] = 1;
    const unknownMethod = Buffer.from(FAILURE);
    unknownMethod[unknownMethod.length - 2] = 1;
    const seen = [ANSWER, FAILURE, unknownMethod, declared].map((bytes) => {
      const { client, sink } = asking();
      client.feed(withId(bytes, 1));
      return [sink.head?.status, sink.head?.nativeStatus, sink.head?.applicationError];
    });
    expect(seen).toEqual([
      [200, -1, false],
      [500, 0, false],
      [404, 1, false],
      [200, -1, true],
    ]);
  });

  it('that nobody waits for is dropped, as is a request of a host', () => {
    const { client, sink } = asking();
    for (const bytes of [withId(ANSWER, 9), withId(ANSWER, 1, 1), withId(REQUEST, 1)]) client.feed(bytes);
    expect(sink.events).toEqual([]);
    client.feed(withId(ANSWER, 1));
    expect(sink.ends).toBe(1);
  });
});

describe('a local reply', () => {
  const REPLIES: readonly (readonly [LocalReply, number, string])[] = [
    [{ status: 404, code: 'route_not_found' }, 1, '404|'],
    [{ status: 502, code: 'no_healthy_host' }, 6, '502|'],
    [{ status: 504, code: 'upstream_timeout' }, 6, '504|'],
    [{ status: 509, code: 'filter', body: 'limit exceeded|rule=7' }, 6, '509|limit exceeded|rule=7'],
    [{ status: 413, code: 'body_too_large' }, 7, '413|'],
  ];

  it.each(REPLIES)('%o', (reply, type, message) => {
    for (const request of [REQUEST, OLD_REQUEST]) {
      const server = serverOf();
      server.feed(withId(request, 1));
      const { stream, head } = server.requests[0] as IncomingRequest;
      stream.sendLocalReply(head, reply);
      const out = server.link.takeBytes();
      // The names in the form of the request: consumers of 2.7 read a path, older ones do not.
      const names = request.subarray(13, 4 + request.readUInt16BE(10));
      expect(out.subarray(13, 13 + names.length)).toEqual(withId(request, 1).subarray(13, 13 + names.length));
      expect([out.readUInt32BE(0), out.readUInt32BE(6)]).toEqual([out.length - 4, out.length - 4]);
      expect(out.toString('latin1')).toContain(message);
      const { client, sink } = asking();
      client.feed(out);
      expect([sink.head?.nativeStatus, sink.ends]).toEqual([type, 1]);
    }
  });

  it('says in fields that clients skip which rule refused', () => {
    const server = serverOf();
    server.feed(withId(REQUEST, 1));
    const { stream, head } = server.requests[0] as IncomingRequest;
    const headers = [
      ['x-weft-reject', 'fuse'],
      ['x-weft-rule', '7'],
    ] as const;
    stream.sendLocalReply(head, { status: 503, code: 'filter', headers, body: 'open' });
    const out = server.link.takeBytes();
    expect(out.readUInt32BE(0)).toBe(out.length - 4);
    const { client, sink } = asking();
    client.feed(out);
    const answer = sink.head;
    answer?.keep();
    expect([answer?.nativeStatus, answer?.get('x-weft-reject'), answer?.get('x-weft-rule')]).toEqual([6, 'fuse', '7']);
    // An exception of the service says nothing of the kind, nor does one that is cut off.
    const plain = asking();
    plain.client.feed(withId(FAILURE, 1));
    expect([plain.sink.head?.get('x-weft-reject'), plain.sink.head?.get('x-weft-rule')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['from the bytes received', false],
    ['from a copy of the head', true],
  ])('says nothing of it any more once that is taken away, %s', (_name, copied) => {
    const asked = serverOf();
    asked.feed(withId(REQUEST, 1));
    const { stream: service, head: question } = asked.requests[0] as IncomingRequest;
    const headers = [
      ['x-weft-reject', 'limit'],
      ['x-weft-rule', '7'],
    ] as const;
    service.sendLocalReply(question, { status: 503, code: 'filter', headers, body: 'boom' });
    const { client, sink } = asking();
    client.feed(asked.link.takeBytes());
    const answer = sink.head as ResponseHead;
    if (copied) answer.keep();
    for (const [name] of headers) answer.remove(name);
    expect(headers.map(([name]) => answer.get(name))).toEqual([undefined, undefined]);
    const relays = serverOf();
    relays.feed(withId(REQUEST, 1));
    const { stream } = relays.requests[0] as IncomingRequest;
    stream.sendHead(answer, false);
    // In two pieces, as large content comes.
    stream.sendData(sink.body.subarray(0, 9), false);
    stream.sendData(sink.body.subarray(9), true);
    const plain = serverOf();
    plain.feed(withId(REQUEST, 1));
    const { stream: without, head } = plain.requests[0] as IncomingRequest;
    without.sendLocalReply(head, { status: 503, code: 'filter', body: 'boom' });
    expect(relays.link.takeBytes()).toEqual(plain.link.takeBytes());
  });

  it('has the bytes that the codec of Dubbo writes for an exception', () => {
    const server = serverOf();
    server.feed(OLD_REQUEST);
    const { stream, head } = server.requests[0] as IncomingRequest;
    stream.sendLocalReply(head, { status: 503, code: 'filter', body: 'boom' });
    const out = server.link.takeBytes();
    const expected = Buffer.concat([
      FAILURE.subarray(0, FAILURE.length - 19),
      Buffer.from('0b000100000008', 'hex'),
      Buffer.from('503|boom'),
      Buffer.from('0800020000000600', 'hex'),
    ]);
    expected.writeUInt32BE(expected.length - 4, 0);
    expected.writeUInt32BE(expected.length - 4, 6);
    expect(out).toEqual(expected);
  });

  it('tells a caller over the bound of calls in flight, and one whose body is too large', () => {
    const server = serverOf({ max_requests_in_flight: 1 });
    server.feed(Buffer.concat([REQUEST, withId(REQUEST, 8)]));
    expect([server.requests.length, server.link.takeBytes().includes(Buffer.from('503|'))]).toEqual([1, true]);
    const small = serverOf({}, { maxBodyBytes: 200 });
    expect(() => small.feed(requestOf(300))).toThrow(ProtocolError);
    expect(small.link.takeBytes().includes(Buffer.from('413|'))).toBe(true);
  });
});

describe('bounds', () => {
  it('of a frame, before a byte of its content is kept', () => {
    const large = Buffer.from(requestOf(10).subarray(0, 12));
    large.writeUInt32BE(0x7fff_ffff, 0);
    large.writeUInt32BE(0x7fff_ffff, 6);
    expect(() => serverOf().feed(large)).toThrow('a Dubbo thrift frame is too large');
    expect(() => serverOf({ max_payload_bytes: 1024 }).feed(requestOf(2000).subarray(0, 12))).toThrow(ProtocolError);
  });

  it('are kept whatever the bytes of a frame', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(REQUEST.length - 1), fc.nat(255)), { maxLength: 4 }), (edits) => {
        const bytes = Buffer.from(REQUEST);
        for (const [at, value] of edits) bytes[at] = value;
        for (const chunk of [bytes.length, 1]) {
          const server = serverOf();
          try {
            server.feed(bytes, chunk);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
          for (const { head, sink } of server.requests)
            expect(head.wireBytes + sink.body.length).toBeLessThanOrEqual(bytes.length);
          server.lose();
          expect(server.codec.activeStreams).toBe(0);
        }
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

it('is detected by its magic', () => {
  expect([dubboThrift.detect(REQUEST, 6), dubboThrift.detect(REQUEST, 5)]).toEqual([
    Detection.YES,
    Detection.NEED_MORE,
  ]);
  expect(dubboThrift.detect(Buffer.from('dabbc2000000', 'hex'), 6)).toBe(Detection.NO);
});
