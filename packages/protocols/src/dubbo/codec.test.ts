import { Hessian2Writer, HessianObject } from '@weft/hessian';
import { DEFAULT_CODEC_LIMITS, Detection, type RequestHead } from '@weft/sdk';
import { type IncomingRequest, MemoryLink, RecordingSink } from '@weft/sdk/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { deepDecodes } from './head.ts';
import { type DubboConfig, dubbo } from './index.ts';
import { clientOf, headOf, hex, incoming, responseHead, serverOf } from './testdata/ends.ts';
import { ATTACHMENTS, frameBytes, map, request, response, SERVICE, text } from './testdata/frames.ts';

const HEARTBEAT = hex('dabb e2 00 000000070000002a 00000001 4e');
const HEARTBEAT_ACK = hex('dabb 22 14 000000070000002a 00000001 4e');
const READONLY = hex('dabb a2 00 0000000000000000 00000002 01 52');

/** What the next hop gets when `change` was done to the head. */
function relayed(bytes: Buffer, change: (head: RequestHead) => void, config: DubboConfig = {}, chunk?: number): Buffer {
  const { head, sink } = incoming(bytes, config);
  change(head);
  const client = clientOf(config);
  const stream = client.codec.open(sink);
  stream.sendHead(head, false);
  const body = sink.body;
  const step = chunk ?? body.length;
  for (let at = 0; at < body.length; at += step)
    stream.sendData(body.subarray(at, at + step), at + step >= body.length);
  return client.link.takeBytes();
}

beforeEach(() => {
  deepDecodes.count = 0;
});

describe('a request', () => {
  it('is known by its strings without a look behind the arguments', () => {
    const head = headOf(request({ idHigh: 1, id: 2 }));
    expect([head.get('service'), head.method, head.version, head.get('dubbo')]).toEqual([
      SERVICE,
      'echo',
      '1.0',
      '2.0.2',
    ]);
    expect([head.oneWay, head.timeoutMs, head.serialization, head.wireBytes + head.contentLength]).toEqual([
      false,
      0,
      2,
      request().length,
    ]);
    expect(deepDecodes.count).toBe(0);
    expect(head.service).toBe(`${SERVICE}:1.0:g@dubbo`);
    expect(deepDecodes.count).toBe(1);
    expect(head.get('timeout')).toBe('3000');
    expect(head.get('Timeout')).toBeUndefined();
    expect(deepDecodes.count).toBe(1);
  });

  it.each([
    [{ version: null, attachments: {} }, `${SERVICE}@dubbo`],
    [{ version: '0.0.0', attachments: {} }, `${SERVICE}@dubbo`],
    [{ version: '2.0', attachments: {} }, `${SERVICE}:2.0@dubbo`],
    [{ version: null, attachments: { group: 'blue' } }, `${SERVICE}:blue@dubbo`],
  ])('names its service: %o', (fields, service) => {
    expect(headOf(request(fields)).service).toBe(service);
  });

  it('finds the attachments behind arguments of every kind', () => {
    const writer = new Hessian2Writer();
    const node = new HessianObject('a.Node', [['next', null]]);
    node.fields.set('next', node);
    for (const value of [1, 2n, true, 'ü', node, [node, [1, 2]], new Map([['k', node]]), null]) writer.write(value);
    const types = 'IJZLjava/lang/String;La/Node;[[Ljava/util/List;Ljava/util/Map;[B';
    const head = headOf(request({ types, args: writer.toBuffer(), attachments: { a: 'b', n: hex('d43039') } }));
    expect([head.get('a'), head.get('n')]).toEqual(['b', '12345']);
    const seen: string[] = [];
    head.forEach((name, value) => {
      seen.push(`${name}=${value}`);
    });
    expect(seen).toEqual(['a=b', 'n=12345']);
  });

  it('shows the method that a generic call means', () => {
    const types = 'Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;';
    const args = Buffer.concat([text('transfer'), hex('70 07'), Buffer.from('[string'), hex('78')]);
    const head = headOf(request({ method: '$invoke', types, args, attachments: { generic: 'true' } }));
    expect([head.method, head.get('method'), head.get('generic')]).toEqual(['transfer', '$invoke', 'true']);
    expect(headOf(request({ method: '$echo', types: 'Ljava/lang/Object;' })).method).toBe('$echo');
  });

  it('takes its deadline from the attachment when told to', () => {
    expect(headOf(request(), { use_timeout_attachment: true }).timeoutMs).toBe(3000);
    expect(headOf(request({ attachments: { timeout: 'soon' } }), { use_timeout_attachment: true }).timeoutMs).toBe(0);
  });

  it('passes what it cannot read as it is', () => {
    for (const bytes of [
      request({ flag: 0xd7 }),
      frameBytes({ body: Buffer.from('not hessian') }),
      request({ types: 'nonsense' }),
      request({ tail: Buffer.alloc(0) }),
      frameBytes({}),
    ]) {
      const out = relayed(bytes, (head) => {
        head.set('a', 'b');
        head.remove('group');
        expect(head.get('group')).toBeUndefined();
      });
      const expected = Buffer.from(bytes);
      expected.writeUInt32BE(1, 8);
      expect(out).toEqual(expected);
    }
    expect(headOf(request({ flag: 0xd7 })).service).toBe('');
  });

  it('goes on with a new id and nothing else changed', () => {
    const bytes = request({ idHigh: 0xffff_ffff, id: 0xffff_fffe });
    const expected = Buffer.from(bytes);
    expected.fill(0, 4, 12);
    expected[11] = 1;
    expect(relayed(bytes, () => {})).toEqual(expected);
  });

  it.each([undefined, 1, 7])('is changed without a change of its arguments (chunks of %s)', (chunk) => {
    const change = (head: RequestHead): void => {
      head.set('group', 'other');
      head.set('trace', 'ü'.repeat(40));
      head.remove('timeout');
    };
    const attachments = { path: SERVICE, interface: SERVICE, version: '1.0', group: 'other' };
    const tail = Buffer.concat([
      Buffer.from('H'),
      ...Object.entries(attachments).flatMap(([name, value]) => [text(name), text(value)]),
      text('trace'),
      hex('30 28'),
      Buffer.from('ü'.repeat(40)),
      Buffer.from('Z'),
    ]);
    expect(relayed(request(), change, {}, chunk)).toEqual(request({ tail }));
    expect(relayed(request({ tail: Buffer.from('N') }), (head) => head.set('a', 'b'), {}, chunk)).toEqual(
      request({ attachments: { a: 'b' } }),
    );
  });

  it('keeps attachments that are not text, and their order', () => {
    const list = hex('79 91');
    const bytes = request({ attachments: { list, a: '1' } });
    const change = (head: RequestHead): void => {
      head.remove('list');
      head.set('list', 'x');
      head.set('a', '2');
    };
    const out = relayed(bytes, change);
    const tail = Buffer.concat([
      Buffer.from('H'),
      text('list'),
      list,
      text('list'),
      text('x'),
      text('a'),
      text('2'),
      Buffer.from('Z'),
    ]);
    expect(out).toEqual(request({ tail }));
    expect(headOf(out).get('list')).toBe('x');
  });

  it('can be sent to another service', () => {
    const out = relayed(request(), (head) => {
      head.set('service', 'com.weft.test.Other');
      head.set('version', '2.0');
      head.method = 'shout';
    });
    const attachments = { path: 'com.weft.test.Other', interface: 'com.weft.test.Other', version: '2.0' };
    const read = headOf(out);
    expect([read.service, read.method]).toEqual(['com.weft.test.Other:2.0:g@dubbo', 'shout']);
    for (const [name, value] of Object.entries(attachments)) expect(read.get(name)).toBe(value);
    expect(out).toHaveLength(out.readUInt32BE(12) + 16);
  });

  it('gets attachments at the end when it is cut through', () => {
    const config = { max_gathered_frame_bytes: 64 };
    const change = (head: RequestHead): void => {
      expect(head.get('timeout')).toBeUndefined();
      head.set('trace', 't');
      head.set('trace', 't1');
    };
    for (const chunk of [undefined, 1, 13])
      expect(relayed(request(), change, config, chunk)).toEqual(
        request({ attachments: { ...ATTACHMENTS, trace: 't1' } }),
      );
    // What does not end with a map goes out as it is, with bytes behind it that receivers skip.
    const out = relayed(request({ tail: Buffer.from('N') }), change, config);
    expect(out.subarray(16)).toEqual(
      Buffer.concat([request({ tail: Buffer.from('N') }).subarray(16), Buffer.from('N'.repeat(9))]),
    );
    expect(out.readUInt32BE(12)).toBe(out.length - 16);
  });

  it('can be read after its bytes are gone', () => {
    expect(headOf(request()).service).toBe(`${SERVICE}:1.0:g@dubbo`);
    const args = Buffer.concat([hex('53 2000'), Buffer.alloc(0x2000, 0x61)]);
    const head = headOf(request({ args }));
    expect([head.get('group'), head.method]).toEqual(['g', 'echo']);
    expect(relayed(request({ args }), (changed) => changed.set('x', 'y'))).toEqual(
      request({ args, attachments: { ...ATTACHMENTS, x: 'y' } }),
    );
  });

  it('tells its method when its bytes are gone and nobody kept them', () => {
    const seen: RequestHead[] = [];
    const side = dubbo.createServer(
      new MemoryLink(),
      {
        onRequest: (stream, head) => {
          stream.sink = new RecordingSink();
          seen.push(head);
        },
      },
      {},
      DEFAULT_CODEC_LIMITS,
    );
    const bytes = request();
    side.receive(bytes, 0, bytes.length);
    bytes.fill(0xdb);
    expect(seen[0]?.method).toBe('echo');
  });

  it('has no state when it is one-way', () => {
    const server = serverOf();
    for (let id = 0; id < 100; id++) server.feed(request({ flag: 0x82, id }));
    expect(server.requests).toHaveLength(100);
    const { head, stream } = server.requests[0] as IncomingRequest;
    expect(head.oneWay).toBe(true);
    expect(server.codec.activeStreams).toBe(0);
    stream.sendLocalReply(head, { status: 503, code: 'overflow' });
    expect(server.link.takeBytes()).toHaveLength(0);
    const client = clientOf();
    client.call(head, (server.requests[0] as IncomingRequest).sink.body);
    expect(client.codec.activeStreams).toBe(0);
  });
});

describe('a response', () => {
  it('finds its call by all 64 bits and goes back with the id of the caller', () => {
    const server = serverOf();
    server.feed(Buffer.concat([request({ idHigh: 0x8000_0001, id: 5 }), request({ idHigh: 0, id: 5 })]));
    const client = clientOf();
    const sinks = server.requests.map(({ head, sink }) => client.call(head, sink.body).sink);
    client.link.takeBytes();
    client.feed(response({ idHigh: 1, id: 1 }));
    expect(sinks.every((sink) => sink.head === null)).toBe(true);
    client.feed(Buffer.concat([response({ id: 2 }), response({ id: 1 })]));
    expect(client.codec.activeStreams).toBe(0);
    const answer = responseHead(response());
    const [first] = server.requests as [IncomingRequest];
    first.stream.sendHead(answer, false);
    first.stream.sendData(response().subarray(16), true);
    expect(server.link.takeBytes()).toEqual(response({ idHigh: 0x8000_0001, id: 5 }));
  });

  it('says what the method threw', () => {
    expect(responseHead(response()).applicationError).toBe(false);
    expect(responseHead(frameBytes({ flag: 2, status: 20, body: hex('90 4e') })).applicationError).toBe(true);
    expect(responseHead(frameBytes({ flag: 2, status: 20, body: hex('93 4e 48 5a') })).applicationError).toBe(true);
    const failed = responseHead(frameBytes({ flag: 2, status: 31, body: text('late') }));
    expect([failed.applicationError, failed.status, failed.nativeStatus]).toEqual([false, 504, 31]);
  });

  it('has attachments where the answer carries them', () => {
    const head = responseHead(response());
    expect(head.get('dubbo')).toBe('2.0.2');
    const server = serverOf();
    server.feed(request());
    const { stream } = server.requests[0] as IncomingRequest;
    head.set('seen', 'yes');
    stream.sendHead(head, false);
    stream.sendData(response().subarray(16), true);
    const body = Buffer.concat([hex('94'), text('answer'), map({ dubbo: '2.0.2', seen: 'yes' })]);
    expect(server.link.takeBytes()).toEqual(response({ body }));
    const plain = responseHead(frameBytes({ flag: 2, status: 20, body: hex('91 4e') }));
    plain.set('a', 'b');
    expect(plain.get('a')).toBeUndefined();
  });
});

describe('events', () => {
  it('answers heartbeats with the same id, on both sides', () => {
    for (const end of [serverOf(), clientOf()]) {
      end.feed(HEARTBEAT);
      expect(end.link.takeBytes()).toEqual(HEARTBEAT_ACK);
    }
    const other = serverOf();
    other.feed(frameBytes({ flag: 0xe0 | 6, id: 3, body: Buffer.from('null\n') }));
    expect(other.link.takeBytes()).toEqual(frameBytes({ flag: 0x26, status: 20, id: 3, body: Buffer.from('null\n') }));
  });

  it('sends heartbeats and takes either answer', () => {
    const client = clientOf();
    client.codec.heartbeat();
    expect(client.link.takeBytes()).toEqual(hex('dabb e2 00 0000000000000001 00000001 4e'));
    client.feed(hex('dabb 22 14 0000000000000001 00000001 4e'));
    client.feed(hex('dabb 22 14 0000000000000001 00000002 4e4e'));
    expect(client.heartbeats).toBe(2);
  });

  it('opens no more calls once the provider is read-only', () => {
    const client = clientOf();
    client.call(headOf(request()), null);
    client.feed(READONLY);
    expect([client.drainings, client.codec.credit()]).toEqual([1, 0]);
    expect(client.link.closed).toBe(false);
  });

  it('tells callers when it drains, unless told not to', () => {
    const server = serverOf();
    server.codec.goaway();
    expect(server.link.takeBytes()).toEqual(READONLY);
    expect(server.link.timerMs).toBeGreaterThan(0);
    const silent = serverOf({ send_readonly_event: false });
    silent.codec.goaway();
    expect(silent.link.takeBytes()).toHaveLength(0);
  });

  it('refuses to serve a provider that calls back', () => {
    const client = clientOf();
    client.feed(request({ id: 9 }));
    const answer = client.link.takeBytes();
    expect([answer[2], answer[3], answer.readUInt32BE(8)]).toEqual([2, 60, 9]);
  });
});

describe('a request that is too large to be passed on when it is complete', () => {
  const args = Buffer.concat([hex('53 0500'), Buffer.alloc(0x500, 0x61)]);
  const bytes = request({ args });
  const body = bytes.length - 16;
  const groupless = `${SERVICE}:1.0@dubbo`;

  it.each([
    [{ max_gathered_frame_bytes: bytes.length }, `${SERVICE}:1.0:g@dubbo`],
    [{ max_gathered_frame_bytes: bytes.length - 1 }, groupless],
    [{ max_gathered_frame_bytes: 0, max_gathered_request_bytes: body }, `${SERVICE}:1.0:g@dubbo`],
    [{ max_gathered_frame_bytes: 0, max_gathered_request_bytes: body - 1 }, groupless],
    [{ max_gathered_frame_bytes: bytes.length, max_gathered_request_bytes: 1 }, `${SERVICE}:1.0:g@dubbo`],
  ])('has no group: %j', (config, service) => {
    expect(headOf(bytes, config).service).toBe(service);
  });

  it('answers are as before', () => {
    const answer = response();
    const config = { max_gathered_frame_bytes: answer.length - 1, max_gathered_request_bytes: 1_000_000 };
    expect(responseHead(answer).get('dubbo')).toBe('2.0.2');
    expect(responseHead(answer, config).get('dubbo')).toBeUndefined();
  });

  it.each([2, 6, 23])('is told so where it has no route, serialization %d', (serialization) => {
    const told = (config: DubboConfig, code: 'route_not_found' | 'no_healthy_host'): string => {
      const server = serverOf(config);
      server.feed(request({ flag: 0xc0 | serialization, args }));
      const { stream, head } = server.requests[0] as IncomingRequest;
      stream.sendLocalReply(head, { status: 404, code });
      return server.link.takeBytes().toString('latin1', 16);
    };
    const small = { max_gathered_frame_bytes: 1000 };
    const isRead = serialization === 2;
    expect(told(small, 'route_not_found').includes('up to 984 (max_gathered_request_bytes)')).toBe(isRead);
    expect(told({}, 'route_not_found')).not.toContain('max_gathered');
    expect(told(small, 'no_healthy_host')).not.toContain('max_gathered');
  });
});

it('is told from other protocols by four bytes', () => {
  const detect = (bytes: Buffer): Detection => dubbo.detect(bytes, bytes.length);
  expect(detect(request())).toBe(Detection.YES);
  expect(detect(HEARTBEAT)).toBe(Detection.YES);
  expect(detect(hex('da'))).toBe(Detection.NEED_MORE);
  for (const bytes of ['dabc', 'dabb02', 'dabbc0', '0101', '000000']) expect(detect(hex(bytes))).toBe(Detection.NO);
});

it('survives any bytes behind a right beginning', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (noise, gather) => {
      const server = serverOf(gather ? {} : { max_gathered_frame_bytes: 0 });
      const bytes = frameBytes({
        body: Buffer.concat([request().subarray(16, 16 + noise.length), Buffer.from(noise)]),
      });
      server.feed(bytes);
      const { head } = server.requests[0] as IncomingRequest;
      void [head.service, head.method, head.get('x')];
      head.set('a', 'b');
      expect(server.requests).toHaveLength(1);
    }),
    { numRuns: 500, seed: 20_260_101 },
  );
});
