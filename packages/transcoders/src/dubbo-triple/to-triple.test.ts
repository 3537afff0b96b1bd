import { type PlainHeaders, TranscodeError } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { readArguments, readMessage, readOutcome, writeArguments } from '../common/dubbo/index.ts';
import { decodeMessage, encodeMessage } from '../common/grpc/index.ts';
import { classNamesOf } from '../common/parameter-types.ts';
import { ServiceTable } from '../common/services.ts';
import { describeThrowable, throwable } from '../common/values/index.ts';
import {
  attachmentsBytes,
  dubboHead,
  FROM_DUBBO,
  grpcStatus,
  hex,
  METHODS,
  type Method,
  NO_PROTO,
  pairs,
  SERVICE,
  toTriple,
  tripleAnswer,
  value,
} from './testdata/calls.ts';
import { DUBBO_BODIES, TRIPLE_BODIES } from './testdata/java-bodies.ts';
import { DubboToTriple, readAlone } from './to-triple.ts';
import { decodeRequestWrapper, decodeResponseWrapper, encodeResponseWrapper } from './wrapper.ts';

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
