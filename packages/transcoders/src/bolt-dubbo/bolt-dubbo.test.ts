import { Hessian2Reader, Hessian2Writer, HessianObject, TypedList } from '@weft/hessian';
import { type HeaderMap, PlainRequestHead, PlainResponseHead, type TranscodedCall, TranscodeError } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  GENERIC_TYPES,
  readArguments,
  readMessage,
  readOutcome,
  writeArguments,
  writeException,
  writeMessage,
  writeValue,
} from '../common/dubbo/index.ts';
import { ServiceTable } from '../common/services.ts';
import {
  REQUEST_CLASS,
  RESPONSE_CLASS,
  readCall,
  readOutcome as readSofaOutcome,
  writeCall,
  writeOutcome,
  writeServerError,
} from '../common/sofa/index.ts';
import { javaValue } from '../common/testdata/hessian-values.ts';
import { fromJson, inDialect, parseJavaType, toJson } from '../common/values/index.ts';
import { JAVA_VECTORS } from '../common/values/testdata/java-vectors.ts';
import { boltToDubbo, dubboToBolt } from './index.ts';
import { DubboToBolt } from './to-bolt.ts';
import { BoltToDubbo } from './to-dubbo.ts';

const SERVICE = 'org.example.orders.OrderService';
const FROM_DUBBO: TranscodedCall = {
  callerProtocol: 'dubbo',
  protocol: 'bolt',
  remainingMs: 0,
  clusterName: 'orders',
  maxBodyBytes: 1_048_576,
};
const FROM_BOLT: TranscodedCall = {
  callerProtocol: 'bolt',
  protocol: 'dubbo',
  remainingMs: 0,
  clusterName: 'orders',
  maxBodyBytes: 1_048_576,
};
const toBolt = new DubboToBolt(new ServiceTable({ [`${SERVICE}:1.0:blue`]: `${SERVICE}:1.0` }));
const toDubbo = new BoltToDubbo(new ServiceTable({ [SERVICE]: `${SERVICE}:1.0:blue` }));
type Pairs = readonly (readonly [string, string])[];

const dubboHead = (method: string, types: string, oneWay = false) =>
  new PlainRequestHead('dubbo', 'dubbo', { method, service: `${SERVICE}:1.0:blue@dubbo`, oneWay }, [
    ['service', SERVICE],
    ['method', method],
    ['version', '1.0'],
    [':types', types],
    [':serialization', '2'],
  ]);
const dubboBody = (args: readonly unknown[], attachments: Readonly<Record<string, unknown>> = {}): Buffer =>
  Buffer.concat([writeArguments(args).subarray(0, -2), one(new Map(Object.entries(attachments)))]);
const boltHead = (headers: Pairs = [], more: { oneWay?: boolean; timeoutMs?: number } = {}) =>
  new PlainRequestHead('bolt', 'bolt', { service: `${SERVICE}:1.0`, ...more }, [
    [':class', REQUEST_CLASS],
    [':codec', '1'],
    ['sofa_head_target_service', `${SERVICE}:1.0`],
    ['service', `${SERVICE}:1.0`],
    ['sofa_head_method_name', 'echo'],
    ['protocol', 'bolt'],
    ['type', 'sync'],
    ...headers,
  ]);
const boltCall = (args: readonly unknown[], argTypes: readonly string[], method = 'echo'): Buffer =>
  writeCall({ service: `${SERVICE}:1.0`, method, targetApp: '', argTypes, args });
const boltAnswer = (status: number, body: Buffer, generic = false) =>
  toBolt.response(
    { head: new PlainResponseHead('bolt', 'bolt', 200, { nativeStatus: status }), body, trailers: null },
    { generic },
    FROM_DUBBO,
  );
const dubboAnswer = (status: number, body: Buffer) =>
  toDubbo.response(
    { head: new PlainResponseHead('dubbo', 'dubbo', 200, { nativeStatus: status }), body, trailers: null },
    null,
    FROM_BOLT,
  );

/** What the caller says, what is left of it here, and what the provider hears. */
const DEADLINES: [said: number, left: number, told: number][] = [
  [3000, 1200, 1200],
  [800, 1200, 800],
  [0, 1200, 1200],
  [3000, 0, 3000],
  [0, 0, 0],
];

describe('a call of SOFARPC to Dubbo 2', () => {
  it.each(DEADLINES)('a deadline of %i ms, of which %i are left, becomes %i', (timeoutMs, remainingMs, told) => {
    const { head } = toDubbo.request(
      { head: boltHead([], { timeoutMs }), body: boltCall([], []), trailers: null },
      { ...FROM_BOLT, remainingMs },
    );
    expect([head.timeoutMs, head.get('timeout')]).toEqual([told, told === 0 ? undefined : String(told)]);
  });

  it('service, method, types and arguments', () => {
    const order = new HessianObject('org.example.orders.Order', [['id', 7n]]);
    order.fields.set('parent', order);
    const body = boltCall(
      [order, new TypedList('[string', ['a'])],
      ['org.example.orders.Order', '[Ljava.lang.String;'],
      'confirm',
    );
    const head = boltHead([['app', 'shop']], { timeoutMs: 3000 });
    head.set('sofa_head_method_name', 'confirm');
    expect(toDubbo.accept(head)).toBe(true);
    const converted = toDubbo.request({ head, body, trailers: null }, FROM_BOLT);
    expect(converted.head).toMatchObject({
      family: 'dubbo',
      method: 'confirm',
      oneWay: false,
      timeoutMs: 3000,
      contentLength: converted.body.length,
    });
    expect(pairs(converted.head)).toEqual({
      service: SERVICE,
      version: '1.0',
      ':types': 'Lorg/example/orders/Order;[Ljava/lang/String;',
      path: SERVICE,
      interface: SERVICE,
      group: 'blue',
      timeout: '3000',
      'remote.application': 'shop',
    });
    expect(readArguments(Buffer.from(converted.body), 2).args).toEqual([order, new TypedList('[string', ['a'])]);
  });

  it('one-way calls stay so', () => {
    const { head } = toDubbo.request(
      { head: boltHead([], { oneWay: true, timeoutMs: -1 }), body: boltCall([], []), trailers: null },
      FROM_BOLT,
    );
    expect([head.oneWay, head.timeoutMs, head.get('timeout')]).toEqual([true, 0, undefined]);
  });

  it('traces go over in the words of Dubbo, all else as it is, and nothing changes what is called', () => {
    const head = boltHead([
      ['rpc_trace_context.sofaTraceId', 'c0000202'],
      ['rpc_trace_context.sofaRpcId', '0.1'],
      ['tenant', 'blau ü'],
      ['traceparent', '00-1-2-01'],
      ['x-weft-source-zone', 'z1'],
      ['path', 'evil'],
      ['version', '9'],
      [':types', 'I'],
      ['x-dubbo-att-group', 'evil'],
    ]);
    const converted = toDubbo.request({ head, body: boltCall([], []), trailers: null }, FROM_BOLT).head;
    expect(pairs(converted)).toMatchObject({
      'dubbo.rpc.sofa.tracer': 'tcid=c0000202&spid=0.1&pspid=&sample=true&',
      tenant: 'blau ü',
      traceparent: '00-1-2-01',
      'x-weft-source-zone': 'z1',
      path: SERVICE,
      version: '1.0',
      group: 'blue',
      ':types': '',
    });
  });

  it('takes calls in Hessian only', () => {
    for (const [name, value] of [
      [':codec', '12'],
      [':class', 'com.example.Other'],
    ] as const) {
      const head = boltHead();
      head.set(name, value);
      expect(toDubbo.accept(head)).toBe(false);
    }
  });

  it.each<[headers: Pairs, refused: string]>([
    [[['sofa_head_target_service', `${SERVICE}:1.0@DEFAULT`]], ''],
    [[['service', 'org.example.Other:1.0']], 'another service'],
    [[['sofa_head_target_service', `${SERVICE}:1.0:blue`]], 'another service'],
    [[['sofa_head_method_name', 'drop']], 'another method'],
  ])('calls what the headers say, or nothing: %j', (headers, refused) => {
    const head = boltHead();
    for (const [name, value] of headers) head.set(name, value);
    const convert = () => toDubbo.request({ head, body: boltCall([], []), trailers: null }, FROM_BOLT);
    if (refused === '') expect(convert().head.method).toBe('echo');
    else expect(convert).toThrow(`the content calls ${refused}`);
  });

  it('content without a method is no call', () => {
    const convert = () => toDubbo.request({ head: boltHead(), body: boltCall([], [], ''), trailers: null }, FROM_BOLT);
    expect(convert).toThrow('no service or no method');
  });

  it('values and exceptions come back', () => {
    const value = dubboAnswer(20, writeValue(['a']));
    expect(value.head).toMatchObject({
      family: 'bolt',
      nativeStatus: 0,
      applicationError: false,
      contentLength: value.body.length,
    });
    expect([value.head.get(':class'), value.head.get('sofa_head_response_error')]).toEqual([RESPONSE_CLASS, undefined]);
    expect(readSofaOutcome(Buffer.from(value.body))).toEqual({ kind: 'value', value: ['a'] });
    const exception = new HessianObject('a.Gone', [
      ['detailMessage', 'no'],
      ['stackTrace', new TypedList('[java.lang.StackTraceElement')],
    ]);
    const thrown = dubboAnswer(20, writeException(exception));
    expect([thrown.head.applicationError, thrown.head.get('sofa_head_response_error')]).toEqual([true, 'true']);
    expect(readSofaOutcome(Buffer.from(thrown.body))).toEqual({ kind: 'exception', value: exception });
  });

  it.each<[dubbo: number, bolt: number]>([
    [25, 2],
    [30, 7],
    [31, 7],
    [35, 5],
    [40, 18],
    [50, 2],
    [60, 6],
    [70, 2],
    [80, 2],
    [90, 2],
    [100, 4],
  ])('status %i of Dubbo is %i of Bolt', (status, bolt) => {
    const { head, body } = dubboAnswer(status, writeMessage('why'));
    expect([head.nativeStatus, head.contentLength]).toEqual([bolt, body.length]);
    if (bolt === 2) expect(readSofaOutcome(Buffer.from(body))).toEqual({ kind: 'error', message: 'why' });
  });

  it('refuses content that is no call, and answers that are none', () => {
    for (const body of [
      Buffer.alloc(0),
      writeOutcome('x'),
      boltCall(['x'], ['java.lang.String']).subarray(0, -1),
      boltCall(['x'], ['[Q']),
    ])
      expect(() => toDubbo.request({ head: boltHead(), body, trailers: null }, FROM_BOLT)).toThrow(TranscodeError);
    expect(() => dubboAnswer(20, Buffer.from('99', 'hex'))).toThrow(TranscodeError);
  });
});

describe('a call of Dubbo 2 to SOFARPC', () => {
  it.each(DEADLINES)('a deadline of %i ms, of which %i are left, becomes %i', (timeoutMs, remainingMs, told) => {
    const attachments = timeoutMs === 0 ? {} : { timeout: String(timeoutMs) };
    const { head } = toBolt.request(
      { head: dubboHead('echo', ''), body: dubboBody([], attachments), trailers: null },
      { ...FROM_DUBBO, remainingMs },
    );
    expect([head.timeoutMs, head.get('timeout')]).toEqual([told, undefined]);
  });

  it('service, method, types and arguments', () => {
    const body = dubboBody(['hi', [1]], {
      path: SERVICE,
      group: 'blue',
      'remote.application': 'shop',
      timeout: '3000',
      tenant: 'blau ü',
    });
    const head = dubboHead('echo', 'Ljava/lang/String;[I');
    expect(toBolt.accept(head)).toBe(true);
    const converted = toBolt.request({ head, body, trailers: null }, FROM_DUBBO);
    expect(converted.head).toMatchObject({
      family: 'bolt',
      oneWay: false,
      timeoutMs: 3000,
      contentLength: converted.body.length,
    });
    expect(pairs(converted.head)).toEqual({
      ':class': REQUEST_CLASS,
      ':codec': '1',
      sofa_head_target_service: `${SERVICE}:1.0`,
      service: `${SERVICE}:1.0`,
      sofa_head_method_name: 'echo',
      protocol: 'bolt',
      type: 'sync',
      app: 'shop',
      'rpc_trace_context.sofaCallerApp': 'shop',
      tenant: 'blau ü',
    });
    expect(readCall(Buffer.from(converted.body))).toEqual({
      service: `${SERVICE}:1.0`,
      method: 'echo',
      targetApp: '',
      argTypes: ['java.lang.String', '[I'],
      args: ['hi', [1]],
    });
  });

  it('one-way calls stay so, and attachments do not change what is called', () => {
    const body = dubboBody([], {
      sofa_head_target_service: 'evil',
      type: 'evil',
      'rpc_trace_context.sofaTraceId': 'evil',
      traceparent: '00-1-2-01',
    });
    const { head } = toBolt.request({ head: dubboHead('fire', '', true), body, trailers: null }, FROM_DUBBO);
    expect(head.oneWay).toBe(true);
    expect(pairs(head)).toMatchObject({ type: 'oneway', traceparent: '00-1-2-01', service: `${SERVICE}:1.0` });
    expect(head.get('rpc_trace_context.sofaTraceId')).toBeUndefined();
    expect(head.get('sofa_head_target_service')).toBe(`${SERVICE}:1.0`);
  });

  it('a generic call becomes the call that it stands for, and its answer a map', () => {
    const pojo = new Map<unknown, unknown>([
      ['class', 'a.User'],
      ['id', 7n],
      ['tags', ['x']],
    ]);
    pojo.set('self', pojo);
    const args = ['rename', new TypedList('[string', ['a.User', 'int[]']), new TypedList('[object', [pojo, null])];
    const head = dubboHead('$invoke', GENERIC_TYPES);
    head.method = 'rename';
    head.set('method', '$invoke');
    const converted = toBolt.request({ head, body: dubboBody(args), trailers: null }, FROM_DUBBO);
    expect(converted.state).toEqual({ generic: true });
    const user = new HessianObject('a.User', [
      ['id', 7n],
      ['tags', ['x']],
    ]);
    user.fields.set('self', user);
    expect(readCall(Buffer.from(converted.body))).toMatchObject({
      method: 'rename',
      argTypes: ['a.User', '[I'],
      args: [user, null],
    });
    expect(converted.head.get('sofa_head_method_name')).toBe('rename');
    const { body } = boltAnswer(0, writeOutcome([user, new HessianObject('a.Color', [['name', 'RED']])]), true);
    expect(readOutcome(Buffer.from(body)).value).toEqual([pojo, 'RED']);
    const untyped = dubboBody(['rename', null, new TypedList('[object', [pojo])]);
    expect(() => toBolt.request({ head, body: untyped, trailers: null }, FROM_DUBBO)).toThrow('without the types');
  });

  it('values, exceptions and errors of the framework come back', () => {
    expect(readOutcome(Buffer.from(boltAnswer(0, writeOutcome(null)).body))).toMatchObject({
      kind: 'value',
      value: null,
    });
    const exception = new HessianObject('a.Gone', [
      ['detailMessage', 'no'],
      ['stackTrace', new TypedList('[java.lang.StackTraceElement')],
    ]);
    const thrown = boltAnswer(0, writeOutcome(exception));
    expect(thrown.head).toMatchObject({ nativeStatus: 20, applicationError: true });
    expect(readOutcome(Buffer.from(thrown.body))).toMatchObject({ kind: 'exception', value: exception });
    const failed = boltAnswer(0, writeServerError('no such service'));
    expect([failed.head.nativeStatus, readMessage(Buffer.from(failed.body))]).toEqual([70, 'no such service']);
  });

  it.each<[bolt: number, dubbo: number]>([
    [1, 70],
    [2, 70],
    [3, 70],
    [4, 100],
    [5, 35],
    [6, 60],
    [7, 31],
    [8, 90],
    [9, 50],
    [16, 35],
    [17, 50],
    [18, 40],
  ])('status %i of Bolt is %i of Dubbo', (status, dubbo) => {
    const told = boltAnswer(status, writeServerError('why'));
    expect([told.head.nativeStatus, readMessage(Buffer.from(told.body))]).toEqual([dubbo, 'why']);
    for (const body of [Buffer.alloc(0), Buffer.from('noise')])
      expect(readMessage(Buffer.from(boltAnswer(status, body).body))).toBe(`status ${status} of Bolt`);
  });

  it('takes calls in Hessian 2 only', () => {
    const head = dubboHead('echo', '');
    head.set(':serialization', '23');
    expect(toBolt.accept(head)).toBe(false);
  });

  it('refuses arguments and answers that cannot be read', () => {
    expect(() =>
      toBolt.request({ head: dubboHead('echo', 'I'), body: Buffer.alloc(0), trailers: null }, FROM_DUBBO),
    ).toThrow(TranscodeError);
    expect(() =>
      toBolt.request({ head: dubboHead('echo', 'Lx'), body: dubboBody([]), trailers: null }, FROM_DUBBO),
    ).toThrow(TranscodeError);
    expect(() => boltAnswer(0, Buffer.from('noise'))).toThrow(TranscodeError);
  });
});

describe('what the libraries of Hessian write differently', () => {
  /** Those three have fields that JSON leaves out or orders otherwise. */
  const OTHERS = new Set(['cyclic', 'exception', 'user']);
  const both = JAVA_VECTORS.filter(({ name, dubbo, sofa }) => dubbo !== '' && sofa !== '' && !OTHERS.has(name));

  it.each(both)('$name', ({ dubbo }) => {
    const value = new Hessian2Reader(Buffer.from(dubbo, 'hex')).read();
    const other = inDialect(value, 'sofa');
    expect(toJson(other)).toBe(toJson(value));
    expect(JSON.stringify(one(other).toString('latin1'))).not.toContain('com.alibaba.com.caucho');
    expect(inDialect(other, 'dubbo')).toEqual(value);
  });

  it('is changed wherever it stands, and what is shared or cyclic stays so', () => {
    const uuid = '00000000-0000-0001-0000-000000000002';
    const build = (type: string, json: string) => fromJson(json, parseJavaType(type), { dialect: 'dubbo' });
    const object = new HessianObject('a.B', [['id', build('java.util.UUID', uuid)]]);
    object.fields.set('self', object);
    const value = new Map<unknown, unknown>([
      ['k', [object, new TypedList('[a.B', [object])]],
      [build('java.time.LocalDate', '2024-01-02'), 1],
    ]);
    const other = inDialect(value, 'sofa') as Map<unknown, [HessianObject, TypedList]>;
    const [changed, list] = other.get('k') as [HessianObject, TypedList];
    expect(changed.fields.get('self')).toBe(changed);
    expect(list.items[0]).toBe(changed);
    expect([...(changed.fields.get('id') as HessianObject).fields]).toEqual([
      ['mostSigBits', 1n],
      ['leastSigBits', 2n],
    ]);
    expect(inDialect(other, 'dubbo')).toEqual(value);
  });

  it('what both write alike is not copied', () => {
    fc.assert(
      fc.property(javaValue, fc.constantFrom('dubbo', 'sofa'), (value, dialect) => {
        expect(inDialect(value, dialect as 'dubbo')).toBe(value);
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
  });
});

describe('there and back', () => {
  const RUNS = { numRuns: 500, seed: 20_261_121 };

  it('arguments of Dubbo', () => {
    fc.assert(
      fc.property(fc.array(javaValue, { maxLength: 4 }), (args) => {
        const types = 'Ljava/lang/Object;'.repeat(args.length);
        const there = toBolt.request(
          { head: dubboHead('call', types), body: dubboBody(args, { group: 'blue' }), trailers: null },
          FROM_DUBBO,
        );
        const back = toDubbo.request({ head: there.head, body: Buffer.from(there.body), trailers: null }, FROM_BOLT);
        expect([
          back.head.get('service'),
          back.head.get('version'),
          back.head.get('group'),
          back.head.get(':types'),
        ]).toEqual([SERVICE, '1.0', 'blue', types]);
        expect(readArguments(Buffer.from(back.body), args.length).args).toEqual(args);
      }),
      RUNS,
    );
  });

  it('calls of SOFARPC byte for byte', () => {
    fc.assert(
      fc.property(fc.array(javaValue, { maxLength: 4 }), (args) => {
        const body = boltCall(
          args,
          args.map(() => 'java.lang.Object'),
          'call',
        );
        const head = boltHead();
        head.set('sofa_head_method_name', 'call');
        const there = toDubbo.request({ head, body, trailers: null }, FROM_BOLT);
        there.head.set(':serialization', '2');
        there.head.set('method', 'call');
        const dubbo = Buffer.concat([Buffer.from(there.body).subarray(0, -2), one(new Map([['group', 'blue']]))]);
        const back = toBolt.request({ head: there.head, body: dubbo, trailers: null }, FROM_DUBBO);
        expect(Buffer.from(back.body)).toEqual(body);
      }),
      RUNS,
    );
  });

  it('answers', () => {
    fc.assert(
      fc.property(javaValue, (value) => {
        const there = boltAnswer(0, writeOutcome(value));
        const back = dubboAnswer(20, Buffer.from(there.body));
        expect(Buffer.from(back.body)).toEqual(writeOutcome(value));
      }),
      RUNS,
    );
  });

  it('any bytes are a call, or one error that is told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
        const body = Buffer.from(noise);
        for (const run of [
          () => toDubbo.request({ head: boltHead(), body, trailers: null }, FROM_BOLT),
          () => toBolt.request({ head: dubboHead('call', 'I'), body, trailers: null }, FROM_DUBBO),
          () => boltAnswer(0, body),
          () => dubboAnswer(20, body),
        ])
          try {
            run();
          } catch (error) {
            expect(error).toBeInstanceOf(TranscodeError);
          }
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });
});

it('the definitions name their families', () => {
  expect([boltToDubbo.from, boltToDubbo.to, dubboToBolt.from, dubboToBolt.to]).toEqual([
    'bolt',
    'dubbo',
    'dubbo',
    'bolt',
  ]);
});

function pairs(headers: HeaderMap): Record<string, string> {
  const all: Record<string, string> = {};
  headers.forEach((name, value) => {
    all[name] = value;
  });
  return all;
}

function one(value: unknown): Buffer {
  const writer = new Hessian2Writer();
  writer.write(value);
  return writer.toBuffer();
}
