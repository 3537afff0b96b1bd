import type { IncomingHttpHeaders } from 'node:http';
import { HessianObject, TypedList } from '@weft/hessian';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, call, httpBackend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { BoltConsumer, type BoltMessage, BoltMessages, boltFrame, type SofaCall, sofaAnswer, values } from './bolt.ts';
import { callsTo } from './dubbo.ts';

const SERVICE = 'com.x.UserService';
const USERS = {
  service: SERVICE,
  version: '1.0',
  target: 'user-center@springcloud',
  methods: {
    'getUser(long)': { httpMethod: 'GET', path: '/users/{0}', resultType: 'com.x.User' },
    'createUser(com.x.User)': { path: '/users', body: '0', errors: { '409': 'com.x.DuplicateUserException' } },
    'tags(java.lang.String[])': { path: '/tags', body: '0' },
  },
  types: { 'com.x.User': { id: 'long' } },
};

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let http: Backend;
let sofa: Backend;
let proxy: RunningProxy;
let consumer: BoltConsumer;
let asked: Asked[] = [];
let called: BoltMessage[] = [];
/** The next answer of the HTTP application; 0: silence. */
let reply: readonly [status: number, body: string, type?: string] = [200, 'null'];
/** The next answer of the SOFARPC provider. */
let answer: (id: number) => Buffer | null = (id) => sofaAnswer(id, null);

beforeAll(async () => {
  http = await httpBackend((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ method: request.method as string, url: request.url as string, headers: request.headers, body });
      const [status, text, type = 'application/json'] = reply;
      if (status !== 0) response.writeHead(status, { 'content-type': type }).end(text);
    });
  });
  sofa = await tcpBackend((socket) => {
    const messages = new BoltMessages();
    socket.on('data', (chunk) => {
      for (const message of messages.push(chunk)) {
        called.push(message);
        const bytes = answer(message.id);
        if (bytes !== null) socket.write(bytes);
      }
    });
  });
  const transcoder = (type: string, mappings: readonly object[]): object => ({
    type: 'transcoder',
    config: { type, config: { mappings } },
  });
  proxy = await startProxy(
    configuration({
      listeners: [
        proxyListener({ name: 'bolt', protocol: 'bolt,boltv2', streamFilters: [transcoder('bolt_http', [USERS])] }),
        proxyListener({ name: 'http', streamFilters: [transcoder('http_bolt', [USERS])] }),
        proxyListener({ name: 'open', streamFilters: [transcoder('http_bolt', [])] }),
      ],
      routes: [callsToHttp(), routesTo('sofa', { timeout: '1s' })],
      clusters: [cluster('web', [http.port]), cluster('sofa', [sofa.port])],
    }),
  );
  consumer = await BoltConsumer.connect(proxy.port('bolt'));
}, 60_000);

/** Calls of Bolt have a target; requests of HTTP in this test have none. */
function callsToHttp(): object {
  const route = callsTo('web', { timeout: '1s' }) as { match: { headers: object[] } };
  route.match.headers.push({ name: 'sofa_head_target_app', value: 'users' });
  return route;
}

afterAll(async () => {
  consumer?.close();
  await proxy?.dispose();
  await http?.close();
  await sofa?.close();
});

beforeEach(() => {
  asked = [];
  called = [];
  reply = [200, 'null'];
  answer = (id) => sofaAnswer(id, null);
});

const getUser = (more: Partial<SofaCall> = {}): SofaCall => ({
  service: `${SERVICE}:1.0`,
  method: 'getUser',
  types: ['long'],
  args: [7n],
  ...more,
});

/** The value in a SofaResponse. */
function responseOf({ content }: BoltMessage): unknown {
  return (values(content)[0] as HessianObject).fields.get('appResponse');
}

describe('a SOFARPC consumer and an HTTP provider', () => {
  it('calls what the mapping says, and gets an object of the declared class', async () => {
    reply = [200, '{"id":7,"name":"Ann"}'];
    const message = await consumer.call(getUser());
    expect(asked).toMatchObject([{ method: 'GET', url: '/users/7', body: '' }]);
    expect(asked[0]?.headers).toMatchObject({
      host: 'user-center',
      'x-sofa-service': `${SERVICE}:1.0`,
      'x-sofa-method': 'getUser',
      'x-sofa-target-app': 'users',
      'x-weft-converted': 'bolt>Http1',
      // That of the route, which is shorter than the one in the frame.
      'x-weft-timeout-ms': '1000',
    });
    expect([message.verb, message.codec, message.className]).toEqual([
      0,
      1,
      'com.alipay.sofa.rpc.core.response.SofaResponse',
    ]);
    expect(responseOf(message)).toEqual(
      new HessianObject('com.x.User', [
        ['id', 7n],
        ['name', 'Ann'],
      ]),
    );
  });

  it('takes headers and contexts of traces along', async () => {
    await consumer.call(
      getUser({
        headers: {
          'rpc_trace_context.sofaTraceId': '0a0fe925',
          'rpc_trace_context.sofaRpcId': '0.1',
          'rpc_trace_context.sofaCallerApp': 'shop',
          'rpc_trace_context.sofaCallerZone': 'zone-a',
          'rpc_trace_context.sofaPenAttrs': 'lane=gr ay&user=1',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          'X-Own': 'yes',
          'x-weft-attempt': '1',
          'x-weft-labels': 'gray=true',
          connection: 'close',
        },
      }),
    );
    expect(asked[0]?.headers).toMatchObject({
      'sofa-traceid': '0a0fe925',
      'sofa-rpcid': '0.1',
      'x-weft-source-app': 'shop',
      'x-weft-source-zone': 'zone-a',
      baggage: 'lane=gr%20ay,user=1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-own': 'yes',
      'x-weft-attempt': '1',
      'x-weft-labels': 'gray=true',
    });
    expect(asked[0]?.headers.connection).not.toBe('close');
  });

  it.each([
    [503, 4],
    [429, 4],
    [504, 7],
    [408, 7],
    [502, 5],
    [404, 6],
    [400, 18],
    [500, 2],
    [418, 2],
  ])('tells status %d as %d', async (status, bolt) => {
    reply = [status, '{"message":"why"}'];
    const message = await consumer.call(getUser());
    expect(message.verb).toBe(bolt);
    if (bolt === 2) expect((values(message.content)[0] as HessianObject).fields.get('detailMessage')).toBe('why');
  });

  it('throws the class that the mapping names', async () => {
    reply = [409, '{"message":"there is one"}'];
    const message = await consumer.call({
      service: `${SERVICE}:1.0`,
      method: 'createUser',
      types: ['com.x.User'],
      args: [new HessianObject('com.x.User', [['name', 'Ann']])],
    });
    expect(asked).toMatchObject([{ method: 'POST', url: '/users', body: '{"name":"Ann"}' }]);
    expect([message.verb, message.headers['sofa_head_response_error']]).toEqual([0, 'true']);
    expect(responseOf(message)).toMatchObject({ className: 'com.x.DuplicateUserException' });
  });

  it('knows arrays by the names that Java has for them', async () => {
    await consumer.call({
      service: `${SERVICE}:1.0`,
      method: 'tags',
      types: ['[Ljava.lang.String;'],
      args: [new TypedList('[string', ['a', 'b'])],
    });
    expect(asked).toMatchObject([{ url: '/tags', body: '["a","b"]' }]);
  });

  const json = (method: string, id: number): Buffer =>
    boltFrame({
      id,
      codec: 12,
      verb: 1000,
      className: 'com.alipay.sofa.rpc.core.request.SofaRequest',
      headers: { service: `${SERVICE}:1.0`, sofa_head_method_name: method, sofa_head_target_app: 'users' },
      content: Buffer.from('{"a":1}'),
    });

  it('calls no method that the mapping does not list', async () => {
    const message = await consumer.call(getUser({ method: 'find' }));
    expect([message.verb, message.content.toString('latin1')]).toEqual([
      2,
      expect.stringContaining('find is no method of the mapping'),
    ]);
    expect((await consumer.send((id) => json('find', id))).verb).toBe(2);
    expect(asked).toEqual([]);
  });

  it('passes JSON on as it is', async () => {
    reply = [200, '{"id":7}'];
    const message = await consumer.send((id) => json('tags', id));
    expect(asked).toMatchObject([{ url: '/tags', body: '{"a":1}', headers: { 'content-type': 'application/json' } }]);
    expect([message.verb, message.codec, message.content.toString()]).toEqual([0, 12, '{"id":7}']);
  });

  it('says why when the answer cannot be converted, and answers within the timeout of the frame', async () => {
    reply = [200, '{'];
    const message = await consumer.call(getUser());
    expect(message.verb).toBe(2);
    expect((values(message.content)[0] as HessianObject).fields.get('detailMessage')).toMatch(
      /^transcode_response: syntax/,
    );
    reply = [0, ''];
    expect((await consumer.call(getUser({ timeoutMs: 150 }))).verb).toBe(7);
  });

  it('answers nothing to a one-way call', async () => {
    const before = consumer.received;
    consumer.tell(getUser());
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(1);
    await consumer.call(getUser());
    expect(consumer.received).toBe(before + 1);
  });
});

const get = (path: string, headers: Record<string, string> = {}) => call(proxy.port('http'), { path, headers });

describe('an HTTP client and a SOFARPC provider', () => {
  it('calls the method of the mapping in Hessian', async () => {
    answer = (id) =>
      sofaAnswer(
        id,
        new HessianObject('com.x.User', [
          ['id', 7n],
          ['name', 'Ann'],
        ]),
      );
    const result = await get('/users/7', {
      'x-weft-timeout-ms': '700',
      'sofa-traceid': '0a0fe925',
      baggage: 'lane=gr%20ay',
      'x-weft-source-app': 'shop',
      'x-weft-source-zone': 'zone-a',
      'x-weft-labels': 'gray=true',
      'x-weft-attempt': '1',
      'x-own': 'yes',
    });
    expect([result.status, result.body]).toEqual([200, '{"id":7,"name":"Ann"}']);
    expect(called).toMatchObject([
      {
        verb: 700,
        codec: 1,
        className: 'com.alipay.sofa.rpc.core.request.SofaRequest',
        headers: {
          service: `${SERVICE}:1.0`,
          sofa_head_target_service: `${SERVICE}:1.0`,
          sofa_head_method_name: 'getUser',
          'rpc_trace_context.sofaTraceId': '0a0fe925',
          'rpc_trace_context.sofaCallerApp': 'shop',
          'rpc_trace_context.sofaCallerZone': 'zone-a',
          'rpc_trace_context.sofaPenAttrs': 'lane=gr ay',
          'x-weft-labels': 'gray=true',
          'x-weft-attempt': '1',
          'x-own': 'yes',
          'x-weft-converted': 'Http1>bolt',
        },
      },
    ]);
    const [request, ...args] = values(called[0]?.content as Buffer) as [HessianObject, ...unknown[]];
    expect([request.fields.get('methodArgSigs'), args]).toEqual([new TypedList('[string', ['long']), [7n]]);
  });

  it.each([
    [4, 503],
    [7, 504],
    [16, 502],
    [6, 404],
    [9, 500],
    [17, 500],
    [1, 500],
    [8, 500],
  ])('tells status %d as %d', async (bolt, status) => {
    answer = (id) => boltFrame({ id, type: 0, verb: bolt });
    expect(await get('/users/7')).toMatchObject({ status, body: expect.stringContaining(`"code":${status}`) });
  });

  it('tells exceptions with their class', async () => {
    answer = (id) =>
      sofaAnswer(
        id,
        new HessianObject('com.x.DuplicateUserException', [
          ['detailMessage', 'there is one'],
          ['stackTrace', []],
        ]),
      );
    const result = await call(proxy.port('http'), { method: 'POST', path: '/users', body: '{}' });
    expect([result.status, JSON.parse(result.body)]).toEqual([
      409,
      { code: 409, message: 'there is one', exception: 'com.x.DuplicateUserException' },
    ]);
  });

  it('passes a body on as it is where a header names the service', async () => {
    answer = (id) => boltFrame({ id, type: 0, codec: 12, content: Buffer.from('{"b":2}') });
    const result = await call(proxy.port('open'), {
      method: 'POST',
      path: '/',
      body: '{"a":1}',
      headers: { 'x-sofa-service': 'com.y.Any:2.0', 'x-sofa-method': 'find', 'content-type': 'application/json' },
    });
    expect([result.status, result.headers['content-type'], result.body]).toEqual([200, 'application/json', '{"b":2}']);
    expect(called).toMatchObject([{ codec: 12, headers: { service: 'com.y.Any:2.0', sofa_head_method_name: 'find' } }]);
    expect(called[0]?.content.toString()).toBe('{"a":1}');
  });

  it('has the verb for a method where none is named', async () => {
    await call(proxy.port('open'), { path: '/', headers: { service: 'com.y.Any:2.0' } });
    expect(called[0]?.headers['sofa_head_method_name']).toBe('GET');
  });
});
