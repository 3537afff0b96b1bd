import { HessianObject } from '@weft/hessian';
import {
  type HeaderMap,
  PlainHeaders,
  PlainRequestHead,
  PlainResponseHead,
  type TranscodedCall,
  TranscodeError,
} from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readArguments,
  readMessage,
  readOutcome,
  writeArguments,
  writeException,
  writeMessage,
  writeValue,
} from '../common/dubbo/index.ts';
import { classNamesOf, descriptorsOf } from '../common/parameter-types.ts';
import { ServiceTable } from '../common/services.ts';
import { javaValue } from '../common/testdata/hessian-values.ts';
import { describeThrowable, throwable } from '../common/values/index.ts';
import { decodeMessage, encodeMessage, readStatus, timeoutText, writeStatus } from './grpc.ts';
import { dubboToTriple, tripleToDubbo } from './index.ts';
import { Descriptors } from './proto/descriptor.ts';
import { JavaCalls } from './proto/java-calls.ts';
import { DUBBO_BODIES, TRIPLE_BODIES } from './testdata/java-bodies.ts';
import { TripleToDubbo } from './to-dubbo.ts';
import { DubboToTriple, readAlone } from './to-triple.ts';
import { decodeRequestWrapper, decodeResponseWrapper, encodeRequestWrapper, encodeResponseWrapper } from './wrapper.ts';

const SERVICE = 'org.example.orders.OrderService';
const FROM_DUBBO: TranscodedCall = { callerProtocol: 'dubbo', protocol: 'tri', remainingMs: 0, clusterName: 'orders' };
const FROM_TRIPLE: TranscodedCall = { callerProtocol: 'tri', protocol: 'dubbo', remainingMs: 0, clusterName: 'orders' };
const NO_PROTO = new JavaCalls(new Descriptors([]), false);
const WITHOUT = { method: null };
const toTriple = new DubboToTriple(new ServiceTable({}), NO_PROTO);
const toDubbo = new TripleToDubbo(new ServiceTable({}), NO_PROTO, true);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const pairs = (headers: HeaderMap): Record<string, string> => {
  const all: Record<string, string> = {};
  headers.forEach((name, value) => {
    all[name] = value;
  });
  return all;
};

const METHODS = {
  echo: 'Ljava/lang/String;',
  null: 'Ljava/lang/String;',
  plus: 'II',
  confirm: 'Lorg/example/orders/Order;',
} as const;
type Method = keyof typeof METHODS;

const dubboHead = (method: string, types: string, headers: readonly (readonly [string, string])[] = []) =>
  new PlainRequestHead('dubbo', 'dubbo', { method, service: `${SERVICE}:1.0@dubbo` }, [
    ['service', SERVICE],
    ['method', method],
    ['version', '1.0'],
    ['dubbo', '2.0.2'],
    [':types', types],
    [':serialization', '2'],
    ...headers,
  ]);

const tripleHead = (method: string, headers: readonly (readonly [string, string])[] = []) =>
  new PlainRequestHead('tri', 'http', { method: 'POST', path: `/${SERVICE}/${method}` }, [
    ['content-type', 'application/grpc+proto'],
    ...headers,
  ]);

const tripleAnswer = (
  trailers: PlainHeaders | null,
  body: Buffer,
  headers: readonly (readonly [string, string])[] = [],
  status = 200,
) =>
  toTriple.response(
    {
      head: new PlainResponseHead('tri', 'http', status, {}, [['content-type', 'application/grpc'], ...headers]),
      body,
      trailers,
    },
    WITHOUT,
  );
const grpcStatus = (code: number, message = '', exceptionClass = '') => {
  const trailers = new PlainHeaders();
  writeStatus(trailers, { code, message, exceptionClass });
  return trailers;
};
const dubboAnswer = (transcoder: TripleToDubbo, nativeStatus: number, body: Buffer) =>
  transcoder.response(
    { head: new PlainResponseHead('dubbo', 'dubbo', 200, { nativeStatus }), body, trailers: null },
    WITHOUT,
    FROM_TRIPLE,
  );

describe('a call of Dubbo 2 to Triple', () => {
  it.each(Object.keys(METHODS) as Method[])('%s, as Dubbo 3 writes it', (name) => {
    const method = name === 'null' ? 'echo' : name;
    const { head, body } = toTriple.request(
      { head: dubboHead(method, METHODS[name]), body: hex(DUBBO_BODIES[name].request), trailers: null },
      FROM_DUBBO,
    );
    const native = readArguments(hex(DUBBO_BODIES[name].request), classNamesOf(METHODS[name]).length);
    const { serializeType, args, argTypes } = decodeRequestWrapper(decodeMessage(Buffer.from(body)));
    expect([argTypes, args.map((bytes) => readAlone(serializeType, bytes))]).toEqual([
      classNamesOf(METHODS[name]),
      native.args,
    ]);
    // 2.7 and 3.3 write the list of an order in two ways.
    if (name !== 'confirm') expect(Buffer.from(body).toString('hex')).toBe(TRIPLE_BODIES[name].request);
    expect(head.path).toBe(`/${SERVICE}/${method}`);
    expect(head.contentLength).toBe(body.length);
    expect(pairs(head)).toEqual({
      'content-type': 'application/grpc+proto',
      te: 'trailers',
      'grpc-accept-encoding': 'identity',
      'tri-service-version': '1.0',
      'tri-service-group': 'blue',
      'tri-consumer-appname': 'shop',
    });
  });

  it.each(Object.keys(METHODS) as Method[])('the answer to %s', (name) => {
    const { head, body } = tripleAnswer(grpcStatus(0), hex(TRIPLE_BODIES[name].response));
    expect(head).toMatchObject({
      family: 'dubbo',
      nativeStatus: 20,
      contentLength: body.length,
      applicationError: false,
    });
    const theirs = decodeResponseWrapper(decodeMessage(hex(TRIPLE_BODIES[name].response)));
    expect(readOutcome(Buffer.from(body))).toEqual({
      kind: 'value',
      value: readAlone(theirs.serializeType, theirs.data),
      attachments: new Map(),
    });
    const native = hex(DUBBO_BODIES[name].response);
    if (name !== 'confirm') expect(readOutcome(Buffer.from(body)).value).toEqual(readOutcome(native).value);
  });

  it('attachments become headers, deadlines grpc-timeout', () => {
    const body = Buffer.concat([writeArguments([]).subarray(0, -2), attachmentsBytes()]);
    const { head } = toTriple.request({ head: dubboHead('ping', ''), body, trailers: null }, FROM_DUBBO);
    expect(pairs(head)).toMatchObject({
      'grpc-timeout': '3000m',
      'tri-service-timeout': '3000',
      traceparent: '00-1-2-01',
      'big-name': 'v',
      'umlaut-bin': Buffer.from('ü').toString('base64'),
      'raw-bin': Buffer.from([0, 255]).toString('base64'),
      count: '5',
    });
    for (const name of ['path', 'interface', 'timeout', 'dubbo', 'te2 x', 'grpc-evil'])
      expect(head.get(name)).toBeUndefined();
    const soon = toTriple.request(
      { head: dubboHead('ping', ''), body, trailers: null },
      { ...FROM_DUBBO, remainingMs: 70 },
    );
    expect(soon.head.get('grpc-timeout')).toBe('70m');
  });

  it('a service may have another name', () => {
    const mapped = new DubboToTriple(new ServiceTable({ [`${SERVICE}:1.0`]: 'com.x.Orders:2.0:red' }), NO_PROTO);
    const { head } = mapped.request(
      { head: dubboHead('ping', ''), body: writeArguments([]), trailers: null },
      FROM_DUBBO,
    );
    expect([head.path, head.get('tri-service-version'), head.get('tri-service-group')]).toEqual([
      '/com.x.Orders/ping',
      '2.0',
      'red',
    ]);
  });

  it('takes calls in Hessian 2 only', () => {
    expect(toTriple.accept(dubboHead('echo', ''))).toBe(true);
    const other = dubboHead('echo', '');
    other.set(':serialization', '23');
    expect(toTriple.accept(other)).toBe(false);
    expect(toTriple.accept(dubboHead('', ''))).toBe(false);
  });

  it('what Dubbo 3 marks as thrown is thrown', () => {
    const exception = throwable({ className: 'org.example.Gone', message: 'no' }, [['left', 3]]);
    const wrapper = encodeResponseWrapper({
      serializeType: 'hessian4',
      data: value(exception),
      type: 'java.lang.String',
    });
    const { head, body } = tripleAnswer(grpcStatus(0), encodeMessage(wrapper), [['tri-exception-code', '3']]);
    expect(head).toMatchObject({ nativeStatus: 20, applicationError: true });
    expect(readOutcome(Buffer.from(body))).toMatchObject({ kind: 'exception', value: exception });
  });

  it.each<[grpc: number, dubbo: number, text: string]>([
    [1, 90, 'CANCELLED: why'],
    [3, 40, 'INVALID_ARGUMENT: why'],
    [4, 31, 'DEADLINE_EXCEEDED: why'],
    [5, 70, 'NOT_FOUND: why'],
    [8, 100, 'RESOURCE_EXHAUSTED: why'],
    [12, 60, 'UNIMPLEMENTED: why'],
    [13, 50, 'INTERNAL: why'],
    [14, 80, 'UNAVAILABLE: why'],
    [77, 70, 'status 77: why'],
  ])('status %i of gRPC is %i of Dubbo', (code, status, text) => {
    for (const inHead of [false, true]) {
      const told = grpcStatus(code, 'why');
      const { head, body } = inHead
        ? tripleAnswer(null, Buffer.alloc(0), Object.entries(pairs(told)))
        : tripleAnswer(told, Buffer.alloc(0));
      expect(head.nativeStatus).toBe(status);
      expect(readMessage(Buffer.from(body))).toBe(text);
    }
  });

  it.each<[code: number, className: string, expected: string]>([
    [2, '', 'java.lang.RuntimeException'],
    [2, 'org.example.Gone', 'org.example.Gone'],
    [7, '', 'org.apache.dubbo.rpc.RpcException'],
    [16, '', 'org.apache.dubbo.rpc.RpcException'],
  ])('status %i with class %j is thrown as %s', (code, className, expected) => {
    const { head, body } = tripleAnswer(grpcStatus(code, 'wärum %', className), Buffer.alloc(0));
    expect(head).toMatchObject({ nativeStatus: 20, applicationError: true });
    const outcome = readOutcome(Buffer.from(body));
    expect([outcome.kind, describeThrowable(outcome.value)]).toEqual([
      'exception',
      { className: expected, message: 'wärum %' },
    ]);
  });

  it.each<[http: number, dubbo: number]>([
    [404, 60],
    [429, 80],
    [502, 80],
    [503, 80],
    [504, 31],
    [400, 50],
  ])('HTTP %i without a status of gRPC is %i', (status, dubbo) => {
    const { head, body } = tripleAnswer(null, Buffer.from(' gone\n'), [['content-type', 'text/plain']], status);
    expect(head.nativeStatus).toBe(dubbo);
    expect(readMessage(Buffer.from(body))).toContain(`HTTP ${status}: gone`);
  });

  it.each<[string, Buffer, PlainHeaders | null]>([
    ['no status', encodeMessage(Buffer.alloc(0)), null],
    ['no message', Buffer.alloc(0), grpcStatus(0)],
    ['a cut message', hex('00000000050a'), grpcStatus(0)],
    ['two messages', hex('0000000000' + '0000000000'), grpcStatus(0)],
    ['a compressed message', hex('0100000000'), grpcStatus(0)],
    ['another message', encodeMessage(hex('0a05')), grpcStatus(0)],
    [
      'another serialization',
      encodeMessage(encodeResponseWrapper({ serializeType: 'fastjson2', data: hex('4e'), type: '' })),
      grpcStatus(0),
    ],
    [
      'a value that is none',
      encodeMessage(encodeResponseWrapper({ serializeType: 'hessian4', data: hex('40'), type: '' })),
      grpcStatus(0),
    ],
  ])('an answer with %s is told as an error', (_title, body, trailers) => {
    expect(() => tripleAnswer(trailers, body)).toThrow(TranscodeError);
  });
});

describe('a call of Triple to Dubbo 2', () => {
  it.each(Object.keys(METHODS) as Method[])('%s', (name) => {
    const method = name === 'null' ? 'echo' : name;
    const head = tripleHead(method, [
      ['tri-service-version', '1.0'],
      ['tri-service-group', 'blue'],
      ['tri-consumer-appname', 'shop'],
      ['grpc-timeout', '20S'],
      ['grpc-accept-encoding', 'gzip'],
      ['te', 'trailers'],
      ['traceparent', '00-1-2-01'],
      ['umlaut-bin', Buffer.from('ü').toString('base64')],
    ]);
    expect(toDubbo.accept(head)).toBe(true);
    const converted = toDubbo.request(
      { head, body: hex(TRIPLE_BODIES[name].request), trailers: null },
      { ...FROM_TRIPLE, remainingMs: 20_000 },
    );
    expect(converted.head).toMatchObject({
      family: 'dubbo',
      method,
      oneWay: false,
      contentLength: converted.body.length,
    });
    expect(pairs(converted.head)).toEqual({
      service: SERVICE,
      version: '1.0',
      ':types': METHODS[name],
      traceparent: '00-1-2-01',
      umlaut: 'ü',
      path: SERVICE,
      interface: SERVICE,
      group: 'blue',
      timeout: '20000',
      'remote.application': 'shop',
    });
    const count = classNamesOf(METHODS[name]).length;
    const { serializeType, args } = decodeRequestWrapper(decodeMessage(hex(TRIPLE_BODIES[name].request)));
    const own = readArguments(Buffer.from(converted.body), count).args;
    expect(own).toEqual(args.map((bytes) => readAlone(serializeType, bytes)));
    if (name !== 'confirm') expect(own).toEqual(readArguments(hex(DUBBO_BODIES[name].request), count).args);
  });

  it('a generic call keeps its types', () => {
    const { head } = toDubbo.request(
      { head: tripleHead('$invoke', [['generic', 'true']]), body: hex(TRIPLE_BODIES.generic.request), trailers: null },
      FROM_TRIPLE,
    );
    expect(head).toMatchObject({ method: '$invoke' });
    expect(head.get(':types')).toBe('Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;');
    expect(head.get('generic')).toBe('true');
  });

  it.each(Object.keys(METHODS) as Method[])('the answer to %s', (name) => {
    const { head, body, trailers } = dubboAnswer(toDubbo, 20, hex(DUBBO_BODIES[name].response));
    expect([head.status, head.applicationError, trailers?.get('grpc-status')]).toEqual([200, false, '0']);
    const own = decodeResponseWrapper(decodeMessage(Buffer.from(body)));
    const theirs = decodeResponseWrapper(decodeMessage(hex(TRIPLE_BODIES[name].response)));
    if (name !== 'confirm') expect(own.data).toEqual(theirs.data);
    expect(own.serializeType).toBe(theirs.serializeType);
  });

  it('takes unary calls of gRPC', () => {
    expect(
      toDubbo.accept(
        new PlainRequestHead('tri', 'http', { method: 'POST', path: '/a/b' }, [['content-type', 'application/json']]),
      ),
    ).toBe(false);
    expect(
      toDubbo.accept(
        new PlainRequestHead('tri', 'http', { method: 'POST', path: '/b' }, [['content-type', 'application/grpc']]),
      ),
    ).toBe(false);
    expect(
      toDubbo.accept(
        new PlainRequestHead('tri', 'http', { method: 'GET', path: '/a/b' }, [['content-type', 'application/grpc']]),
      ),
    ).toBe(false);
  });

  it.each<[dubbo: number, grpc: number]>([
    [25, 13],
    [30, 4],
    [31, 4],
    [35, 14],
    [40, 3],
    [50, 13],
    [60, 12],
    [70, 2],
    [80, 14],
    [90, 13],
    [100, 8],
  ])('status %i of Dubbo is %i of gRPC', (status, grpc) => {
    const { head, body, trailers } = dubboAnswer(toDubbo, status, writeMessage('wärum %'));
    expect([head.get('grpc-status'), head.get('grpc-message'), body.length, trailers]).toEqual([
      String(grpc),
      'w%C3%A4rum %25',
      0,
      undefined,
    ]);
    expect(head.applicationError).toBe(true);
  });

  it('what a method throws goes back as it is, or as a status', () => {
    const exception = new HessianObject('org.example.Gone', [
      ['detailMessage', 'no'],
      ['left', 3],
    ]);
    const object = dubboAnswer(toDubbo, 20, writeException(exception));
    expect([object.head.get('tri-exception-code'), object.trailers?.get('grpc-status')]).toEqual(['3', '0']);
    const { data } = decodeResponseWrapper(decodeMessage(Buffer.from(object.body)));
    expect(data).toEqual(value(exception));
    const status = dubboAnswer(new TripleToDubbo(new ServiceTable({}), NO_PROTO, false), 20, writeException(exception));
    expect(readStatus(status.head)).toEqual({ code: 2, message: 'no', exceptionClass: 'org.example.Gone' });
    expect([status.body.length, status.trailers, status.head.get('tri-exception-code')]).toEqual([
      0,
      undefined,
      undefined,
    ]);
  });

  it.each<[string, Buffer]>([
    ['a message of a .proto', encodeMessage(hex('08011a03616263'))],
    [
      'fewer types than arguments',
      encodeMessage(encodeRequestWrapper({ serializeType: 'hessian4', args: [hex('4e')], argTypes: [] })),
    ],
    [
      'another serialization',
      encodeMessage(encodeRequestWrapper({ serializeType: 'fastjson2', args: [hex('4e')], argTypes: ['int'] })),
    ],
    [
      'a type that is none',
      encodeMessage(encodeRequestWrapper({ serializeType: 'hessian4', args: [hex('4e')], argTypes: ['[Q'] })),
    ],
    [
      'a value that is none',
      encodeMessage(encodeRequestWrapper({ serializeType: 'hessian4', args: [hex('40')], argTypes: ['int'] })),
    ],
    ['two messages', hex('00000000000000000000')],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', (_title, body) => {
    expect(() => toDubbo.request({ head: tripleHead('echo'), body, trailers: null }, FROM_TRIPLE)).toThrow(
      TranscodeError,
    );
  });

  it('the text of an answer that Dubbo cannot have meant is an error', () => {
    expect(() => dubboAnswer(toDubbo, 20, hex('99'))).toThrow(TranscodeError);
  });
});

describe('there and back', () => {
  const RUNS = { numRuns: 500, seed: 20_261_121 };

  it('arguments of Dubbo come back as they were', () => {
    fc.assert(
      fc.property(fc.array(javaValue, { maxLength: 4 }), (args) => {
        const types = 'Ljava/lang/Object;'.repeat(args.length);
        const there = toTriple.request(
          { head: dubboHead('call', types), body: writeArguments(args), trailers: null },
          FROM_DUBBO,
        );
        const back = toDubbo.request({ head: there.head, body: Buffer.from(there.body), trailers: null }, FROM_TRIPLE);
        expect(back.head.get(':types')).toBe(types);
        expect(readArguments(Buffer.from(back.body), args.length).args).toEqual(args);
      }),
      RUNS,
    );
  });

  it('arguments of Triple come back byte for byte', () => {
    fc.assert(
      fc.property(fc.array(javaValue, { maxLength: 4 }), (args) => {
        const argTypes = args.map(() => 'java.lang.Object');
        const body = encodeMessage(
          encodeRequestWrapper({ serializeType: 'hessian4', args: args.map(value), argTypes }),
        );
        const there = toDubbo.request({ head: tripleHead('call'), body, trailers: null }, FROM_TRIPLE);
        there.head.set(':serialization', '2');
        const back = toTriple.request({ head: there.head, body: Buffer.from(there.body), trailers: null }, FROM_DUBBO);
        expect(Buffer.from(back.body)).toEqual(body);
      }),
      RUNS,
    );
  });

  it('answers come back as they were', () => {
    fc.assert(
      fc.property(javaValue, fc.boolean(), (result, thrown) => {
        const body = thrown ? writeException(result) : writeValue(result);
        const there = dubboAnswer(toDubbo, 20, body);
        const back = toTriple.response(
          { head: there.head, body: Buffer.from(there.body), trailers: there.trailers ?? null },
          WITHOUT,
        );
        expect(Buffer.from(back.body)).toEqual(body);
        expect(back.head.nativeStatus).toBe(20);
      }),
      RUNS,
    );
  });

  it('any bytes are a call, or one error that is told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
        for (const body of [Buffer.from(noise), encodeMessage(noise)]) {
          try {
            toDubbo.request({ head: tripleHead('call'), body, trailers: null }, FROM_TRIPLE);
          } catch (error) {
            expect(error).toBeInstanceOf(TranscodeError);
          }
          try {
            tripleAnswer(grpcStatus(0), body);
          } catch (error) {
            expect(error).toBeInstanceOf(TranscodeError);
          }
        }
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });
});

describe('the pieces', () => {
  it('names of classes and descriptors are each other', () => {
    const descriptors = 'Ljava/lang/String;[I[[La/B;JZ[Ljava/lang/Object;';
    const names = ['java.lang.String', '[I', '[[La.B;', 'long', 'boolean', '[Ljava.lang.Object;'];
    expect(classNamesOf(descriptors)).toEqual(names);
    expect(descriptorsOf(names)).toBe(descriptors);
    expect(() => classNamesOf('Lx')).toThrow(TranscodeError);
  });

  it('a deadline has at most eight digits', () => {
    expect([timeoutText(0.2), timeoutText(99_999_999), timeoutText(100_000_000), timeoutText(1e15)]).toEqual([
      '1m',
      '99999999m',
      '100000S',
      '99999999S',
    ]);
  });

  it('details that are others say nothing', () => {
    for (const details of [
      '',
      '%%%',
      Buffer.from('1a0212ff', 'hex').toString('base64'),
      Buffer.from('ffff', 'hex').toString('base64'),
    ])
      expect(
        readStatus(
          new PlainHeaders([
            ['grpc-status', '2'],
            ['grpc-status-details-bin', details],
          ]),
        ),
      ).toEqual({ code: 2, message: '', exceptionClass: '' });
    expect(readStatus(new PlainHeaders([['grpc-status', 'x']]))).toBeNull();
  });

  it('unknown fields of a wrapper are gone over', () => {
    const wrapper = hex(
      '0a0868657373' + '69616e34' + '20960148' + '01' + '2d00000000' + '310000000000000000' + '12014e1a03696e74',
    );
    expect(decodeRequestWrapper(wrapper)).toEqual({ serializeType: 'hessian4', args: [hex('4e')], argTypes: ['int'] });
  });

  it('names of services that are none are refused', () => {
    for (const name of ['', 'a b', 'a:b:c:d', 'a/b'])
      expect(() => new ServiceTable({ [name]: 'a' })).toThrow('not the name of a service');
    expect(() => new ServiceTable({ a: '-' })).toThrow('not the name of a service');
  });

  it('the definitions name their families', () => {
    expect([dubboToTriple.from, dubboToTriple.to, tripleToDubbo.from, tripleToDubbo.to]).toEqual([
      'dubbo',
      'http',
      'http',
      'dubbo',
    ]);
  });
});

/** One value by itself. */
function value(item: unknown): Buffer {
  return writeArguments([item]).subarray(0, -2);
}

function attachmentsBytes(): Buffer {
  return value(
    new Map<string, unknown>([
      ['path', SERVICE],
      ['interface', SERVICE],
      ['timeout', '3000'],
      ['traceparent', '00-1-2-01'],
      ['Big-Name', 'v'],
      ['umlaut', 'ü'],
      ['raw', Buffer.from([0, 255])],
      ['count', 5],
      ['te2 x', 'v'],
      ['grpc-evil', 'v'],
    ]),
  );
}
