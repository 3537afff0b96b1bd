import { HessianObject } from '@weft/hessian';
import { PlainRequestHead, TranscodeError } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { readArguments, writeException, writeMessage } from '../common/dubbo/index.ts';
import { decodeMessage, encodeMessage, readStatus } from '../common/grpc/index.ts';
import { classNamesOf } from '../common/parameter-types.ts';
import { ServiceTable } from '../common/services.ts';
import {
  dubboAnswer,
  FROM_TRIPLE,
  hex,
  METHODS,
  type Method,
  NO_PROTO,
  pairs,
  SERVICE,
  toDubbo,
  tripleHead,
  value,
} from './testdata/calls.ts';
import { DUBBO_BODIES, TRIPLE_BODIES } from './testdata/java-bodies.ts';
import { TripleToDubbo } from './to-dubbo.ts';
import { readAlone } from './to-triple.ts';
import { decodeRequestWrapper, decodeResponseWrapper, encodeRequestWrapper } from './wrapper.ts';

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
