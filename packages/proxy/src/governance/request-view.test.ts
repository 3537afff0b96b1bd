import { PlainRequestHead, RuleDirection, type RuleNode, UNKNOWN_NODE } from '@weft/sdk';
import { describe, expect, test } from 'vitest';
import { RequestView } from './request-view.ts';

const NODE: RuleNode = { ...UNKNOWN_NODE, app: 'me', ip: '10.0.0.9', labels: { v: '2' } };
const PEER = { id: 7, remoteAddress: '10.1.2.3:555', localAddress: '[::1]:80' };

function view(head: PlainRequestHead, direction: RuleDirection = RuleDirection.SERVER, peer = PEER): RequestView {
  const made = new RequestView(direction, NODE);
  made.point(head, peer, 7);
  return made;
}

describe('an HTTP request', () => {
  const head = new PlainRequestHead('Http1', 'http', { method: 'GET', authority: 'a:80', path: '/x/y?z=1' }, [
    ['user', 'a'],
    ['user', 'b'],
    ['x-weft-source-app', 'caller'],
    ['baggage', 'k=v;p=1, mark=T, e=%20x'],
  ]);

  test('shows host, verb and path, its headers joined, its baggage decoded', () => {
    const request = view(head);
    expect(request).toMatchObject({
      nowMs: 7,
      isHttp: true,
      host: 'a:80',
      service: '',
      method: '',
      httpMethod: 'GET',
      path: '/x/y',
    });
    expect([request.header('user'), request.header('none')]).toEqual(['a,b', '']);
    expect([request.baggage('k'), request.baggage('e'), request.baggage('none')]).toEqual(['v', ' x', '']);
  });

  test.each([
    ['traffic.type', 'test', 'test'],
    ['source.app.name', 'caller', 'me'],
    ['source.ip', '10.1.2.3', '10.0.0.9'],
    ['destination.app.name', 'me', ''],
    ['destination.service.name', 'a:80@Http1', 'a:80@Http1'],
    ['destination.method.name', 'GET', 'GET'],
    ['destination.ip', '::1', ''],
    ['http.method', 'GET', 'GET'],
    ['http.path', '/x/y', '/x/y'],
    ['system.uniqueId', '', ''],
  ] as const)('%s is %s on its way in and %s on its way out', (field, inbound, outbound) => {
    expect(view(head).system(field)).toBe(inbound);
    expect(view(head, RuleDirection.CLIENT).system(field)).toBe(outbound);
  });

  test('has the path that its application will understand, however it is written', () => {
    const written = new PlainRequestHead('Http1', 'http', { method: 'GET', path: '/%61dmin//../admin/%2e/x?a=/../b' });
    expect(view(written).path).toBe('/admin/x');
  });

  test('of an IPv4 caller on a socket for both versions has its IPv4 address', () => {
    expect(
      view(head, RuleDirection.SERVER, { id: 7, remoteAddress: '[::ffff:10.0.0.5]:1', localAddress: '' }).system(
        'source.ip',
      ),
    ).toBe('10.0.0.5');
  });
});

test('a gRPC request is its service and method, and HTTP', () => {
  const head = new PlainRequestHead('Http2', 'http', {
    method: 'POST',
    authority: 'a',
    path: '/p.S/M',
    service: 'p.S',
  });
  expect(view(head)).toMatchObject({ isHttp: true, service: 'p.S', method: 'M', httpMethod: 'POST', path: '/p.S/M' });
  expect(view(head).system('destination.service.name')).toBe('p.S@grpc');
});

test('a Bolt request keeps the letters of its headers', () => {
  const head = new PlainRequestHead('bolt', 'bolt', { method: 'echo', service: 'I:1.0' }, [
    ['User', 'a'],
    ['rpc_trace_context.sofaCallerApp', 'caller'],
    ['rpc_trace_context.sofaPenAttrs', 'mark=T&k=v'],
  ]);
  const request = view(head);
  expect(request).toMatchObject({ isHttp: false, host: '', service: 'I:1.0', method: 'echo', httpMethod: '' });
  expect([request.header('User'), request.header('user')]).toEqual(['a', '']);
  expect([request.baggage('k'), request.system('traffic.type')]).toEqual(['v', 'test']);
  expect(request.system('source.app.name')).toBe('caller');
  expect(request.system('destination.service.name')).toBe('I:1.0@DEFAULT');
  expect(view(head, RuleDirection.CLIENT).label('v')).toBe('2');
});
