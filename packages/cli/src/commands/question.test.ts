import { expect, test } from 'vitest';
import { calledService, parseQuestion } from './question.ts';

const ask = (request: string, header: string[] = [], more: object = {}) => parseQuestion({ request, header, ...more });

test('reads requests of HTTP as a caller would send them', () => {
  expect(ask('POST https://Shop.example:8443/a%2Fb?x=1#part', ['X-A: b: c'])).toMatchObject({
    protocol: 'Http1',
    method: 'POST',
    scheme: 'https',
    authority: 'shop.example:8443',
    path: '/a%2Fb?x=1',
    headers: [
      ['host', 'shop.example:8443'],
      ['x-a', 'b: c'],
    ],
  });
  expect(ask('http://h')).toMatchObject({ method: 'GET', path: '/', authority: 'h' });
  expect(ask('GET http://h?a=b')).toMatchObject({ path: '/?a=b' });
  expect(ask('/p', ['host: other'])).toMatchObject({ path: '/p', authority: 'other' });
  expect(ask('GET http://h/', ['Host: other'])).toMatchObject({ authority: 'other', headers: [['host', 'other']] });
});

test('reads requests of Bolt', () => {
  const expected = { protocol: 'bolt', service: 'a.B:1.0', method: 'm', path: '', authority: '' };
  expect(ask('bolt service=a.B:1.0 method=m k=v=w')).toMatchObject({
    ...expected,
    headers: [
      ['service', 'a.B:1.0'],
      ['sofa_head_method_name', 'm'],
      ['k', 'v=w'],
    ],
  });
  expect(ask('', ['service=a.B:1.0', 'method: m'], { protocol: 'bolt' })).toMatchObject(expected);
  expect(ask('boltv2 service=x').protocol).toBe('boltv2');
});

test.each(['dubbo', 'dubbo-thrift', 'tars', 'tri'])('reads requests of %s', (protocol) => {
  const expected = { protocol, service: 'a.B:1.0:blue', method: 'm', path: '', authority: '', headers: [['k', 'v']] };
  expect(ask(`${protocol} service=a.B:1.0:blue method=m k=v`)).toMatchObject(expected);
  expect(ask('service=a.B:1.0:blue method=m', ['k: v'], { protocol: protocol.toUpperCase() })).toMatchObject(expected);
});

test('reads calls of gRPC by service and method, and as the requests that they are', () => {
  const call = { protocol: 'gRPC', service: 'p.Greeter', method: 'Hello', authority: 'greeter:50051' };
  expect(ask('grpc service=p.Greeter method=Hello host=greeter:50051 k=v')).toMatchObject({
    ...call,
    headers: [
      ['host', 'greeter:50051'],
      ['k', 'v'],
    ],
  });
  expect(ask('service=p.Greeter method=Hello', ['host: greeter:50051'], { protocol: 'grpc' })).toMatchObject(call);
  for (const path of ['http://greeter:50051/p.Greeter/Hello', 'POST http://greeter:50051/p.Greeter/Hello'])
    expect(ask(path, [], { protocol: 'gRPC' })).toMatchObject({
      protocol: 'gRPC',
      authority: 'greeter:50051',
      path: '/p.Greeter/Hello',
      service: '',
    });
});

test.each([
  ['GET http://details:9080/x', {}, 'details:9080@Http1', ''],
  ['bolt service=a.B:1.0 method=m', {}, 'a.B:1.0@DEFAULT', 'm'],
  ['boltv2 service=a.B:1.0@DEFAULT', {}, 'a.B:1.0@DEFAULT', ''],
  ['dubbo service=a.B:1.0:blue method=m', {}, 'a.B:1.0:blue@dubbo', 'm'],
  ['dubbo-thrift service=a.B method=m', {}, 'a.B@dubbo-thrift', 'm'],
  ['tars service=A.B.C method=m', {}, 'A.B.C@tars', 'm'],
  ['tri service=a.B method=m', {}, 'a.B@tri', 'm'],
  ['gRPC service=a.B method=M', {}, 'a.B@grpc', 'M'],
  ['POST http://h/a.B/M?x=1', { protocol: 'gRPC' }, 'a.B@grpc', 'M'],
])('%s is of the service that rules name', (request, more, service, method) => {
  expect(calledService(ask(request, [], more))).toEqual({ service, method });
});

test.each(['', 'GET', 'GET a b', 'get http://h/', 'GET ftp://h/', 'bolt service'])('refuses %j', (request) => {
  expect(() => ask(request)).toThrow(/--request/);
});

test('a request that begins with no protocol is told them', () => {
  expect(() => ask('Triple service=a.B method=m')).toThrow(/begins with bolt, .*, tars or tri: Triple is tri$/);
  expect(() => ask('kryo service=a.B method=m')).toThrow(/begins with bolt, .*, tars or tri$/);
});
