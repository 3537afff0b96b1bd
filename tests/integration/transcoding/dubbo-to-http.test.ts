import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { HessianObject } from '@weft/hessian';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { callsTo, type DubboCall, DubboConsumer } from './dubbo.ts';

/** What the HTTP application was asked. */
interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const SERVICE = 'com.x.UserService';
const USERS = {
  service: SERVICE,
  version: '1.0',
  target: 'user-center@springcloud',
  defaults: { unlisted: true },
  methods: {
    'getUser(java.lang.String)': {
      httpMethod: 'GET',
      path: '/users/{0}',
      query: { verbose: 'true' },
      resultType: 'com.x.User',
    },
    'createUser(com.x.User)': {
      path: '/users',
      body: '0',
      headers: { 'x-operator': 'attachments.operator' },
      errors: { '409': 'com.x.DuplicateUserException' },
    },
  },
  types: { 'com.x.User': { id: 'long', born: 'java.util.Date' } },
};

let backend: Backend;
let proxy: RunningProxy;
let dual: RunningProxy;
let consumer: DubboConsumer;
let strictConsumer: DubboConsumer;
let asked: Asked[] = [];
/** Answers of the application by path, status first; 0: silence, -1: the connection is cut. */
const ANSWERS: Readonly<Record<string, readonly [status: number, body: string]>> = {
  '/users/a%20b?verbose=true': [200, '{"id":9007199254740993,"name":"Ann","born":0}'],
  '/users/broken?verbose=true': [200, '{"id":'],
  '/users/empty?verbose=true': [204, ''],
  '/users/large?verbose=true': [200, JSON.stringify({ name: 'x'.repeat(70_000) })],
  '/users/silent?verbose=true': [0, ''],
  '/users/cut?verbose=true': [-1, ''],
  '/users': [409, '{"message":"there is one"}'],
};

/** Answers that the provider has not given yet. */
const held: ServerResponse[] = [];

beforeAll(async () => {
  backend = await httpBackend((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const url = request.url as string;
      asked.push({ method: request.method as string, url, headers: request.headers, body });
      if (url.endsWith('/linger')) {
        held.push(response);
        return;
      }
      const status = /\/fail(\d+)/.exec(url)?.[1];
      const [code, text] =
        status === undefined ? (ANSWERS[url] ?? [200, body]) : [Number(status), `{"message":"as ${status}"}`];
      if (code === -1) request.socket.destroy();
      else if (code !== 0) response.writeHead(code, { 'content-type': 'application/json' }).end(text);
    });
  });
  const filter = (mappings: readonly object[]): object => ({
    type: 'transcoder',
    config: {
      rules: [
        {
          matcher_config: { matcher_type: 'dataId', config: { service: `${SERVICE}:1.0@dubbo` } },
          rule_info: { upstream_protocol: 'Http1', description: 'users', config: { mappings } },
        },
        { rule_info: { type: 'dubbo_http' } },
      ],
      max_body_bytes: '64KiB',
    },
  });
  proxy = await startProxy(
    configuration({
      listeners: [
        proxyListener({ name: 'front', protocol: 'dubbo', streamFilters: [filter([USERS])] }),
        proxyListener({
          name: 'strict',
          protocol: 'dubbo',
          streamFilters: [filter([{ ...USERS, defaults: { unlisted: false } }])],
        }),
        // Dual placement: this one converts nothing, whatever it is configured to.
        proxyListener({
          name: 'provider',
          protocol: 'Http1',
          streamFilters: [{ type: 'transcoder', config: { type: 'http_dubbo' } }],
        }),
      ],
      routes: [
        callsTo('hosts', { timeout: '2s', retry_policy: { retry_on: true, num_retries: 2 } }),
        routesTo('hosts'),
      ],
      clusters: [cluster('hosts', [backend.port])],
    }),
  );
  dual = await startProxy(
    configuration({
      listeners: [proxyListener({ name: 'dual', protocol: 'dubbo', streamFilters: [filter([USERS])] })],
      routes: [callsTo('provider')],
      clusters: [cluster('provider', [proxy.port('provider')])],
    }),
  );
  consumer = await DubboConsumer.connect(proxy.port('front'));
  strictConsumer = await DubboConsumer.connect(proxy.port('strict'));
}, 60_000);

afterAll(async () => {
  consumer?.close();
  strictConsumer?.close();
  await dual?.dispose();
  await proxy?.dispose();
  await backend?.close();
});

beforeEach(() => {
  asked = [];
});

const getUser = (id: string, more: Partial<DubboCall> = {}): DubboCall => ({
  service: SERVICE,
  method: 'getUser',
  types: 'Ljava/lang/String;',
  args: [id],
  ...more,
});
const echo = (value: unknown, more: Partial<DubboCall> = {}): DubboCall => ({
  service: SERVICE,
  method: 'echo',
  types: 'Ljava/lang/Object;',
  args: [value],
  ...more,
});

describe('a Dubbo consumer and an HTTP provider', () => {
  it('calls what the mapping says, and gets an object of the declared class', async () => {
    const answer = await consumer.call(getUser('a b'));
    expect(asked).toMatchObject([{ method: 'GET', url: '/users/a%20b?verbose=true', body: '' }]);
    expect(asked[0]?.headers).toMatchObject({
      host: 'user-center',
      accept: 'application/json',
      'x-dubbo-version': '1.0',
      'x-weft-converted': 'dubbo>Http1',
    });
    expect(answer).toMatchObject({ status: 20, kind: 1 });
    const user = answer.value as HessianObject;
    expect([user.className, [...user.fields]]).toEqual([
      'com.x.User',
      [
        ['id', 9_007_199_254_740_993n],
        ['name', 'Ann'],
        ['born', new Date(0)],
      ],
    ]);
  });

  it('posts the arguments in an array where the mapping says nothing', async () => {
    const answer = await consumer.call(echo(new Map<string, unknown>([['n', 1n << 60n]])));
    expect(asked).toMatchObject([
      { method: 'POST', url: '/com.x.UserService/echo', body: '[{"n":1152921504606846976}]' },
    ]);
    expect(answer).toMatchObject({ status: 20, kind: 1, value: [new Map([['n', 1n << 60n]])] });
  });

  it('calls no method that the mapping does not list', async () => {
    const answer = await strictConsumer.call(echo('x'));
    expect([answer.status, answer.value]).toEqual([60, '404|transcode_request: echo is no method of the mapping']);
    expect((await strictConsumer.call(getUser('a b'))).status).toBe(20);
    expect(asked.map(({ url }) => url)).toEqual(['/users/a%20b?verbose=true']);
  });

  it('converts services that only the second rule covers', async () => {
    const answer = await consumer.call(echo('x', { service: 'com.y.Other' }));
    expect(asked[0]?.url).toBe('/com.y.Other/echo');
    expect(answer.value).toEqual(['x']);
  });

  it('takes attachments, contexts of traces and the deadline along', async () => {
    await consumer.call(
      getUser('a b', {
        attachments: {
          operator: 'ann',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          baggage: 'lane=gray',
          'x-weft-source-zone': 'zone-a',
          'x-weft-attempt': '2',
          'x-weft-labels': 'gray=true',
          'remote.application': 'shop',
          'dubbo.rpc.sofa.tracer': 'tcid=0a0fe925&spid=0.1&pspid=0&sample=true&',
          customKey: 'ä b',
          token: 'secret',
          timeout: '1500',
        },
      }),
    );
    const headers = asked[0]?.headers ?? {};
    expect(headers).toMatchObject({
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      baggage: 'lane=gray',
      'x-weft-source-zone': 'zone-a',
      'x-weft-attempt': '2',
      'x-weft-labels': 'gray=true',
      'x-weft-source-app': 'shop',
      'sofa-traceid': '0a0fe925',
      'sofa-rpcid': '0.1',
      'x-dubbo-att-customkey': '%C3%A4%20b',
      'x-dubbo-att-operator': 'ann',
      'x-weft-timeout-ms': '1500',
    });
    for (const name of ['path', 'interface', 'version', 'token'])
      expect(headers[`x-dubbo-att-${name}`]).toBeUndefined();
  });

  it('has the deadline of the caller', async () => {
    const answer = await consumer.call(getUser('silent', { attachments: { timeout: '200' } }));
    expect(answer).toMatchObject({ status: 30, value: expect.stringContaining('504|') });
  });

  it.each([
    [400, 40, -1],
    [422, 40, -1],
    [404, 60, -1],
    [405, 60, -1],
    [408, 31, -1],
    [504, 31, -1],
    [502, 80, -1],
    [503, 80, -1],
    [429, 100, -1],
    [500, 20, 0],
    [418, 20, 0],
  ])('tells status %d as %d', async (http, status, kind) => {
    const answer = await consumer.call(echo('x', { method: `fail${http}` }));
    expect([answer.status, answer.kind]).toEqual([status, kind]);
    if (kind === -1) expect(answer.value).toBe(`${http}|as ${http}`);
    else
      expect(answer.value).toMatchObject({
        className: 'java.lang.RuntimeException',
        fields: new Map([['detailMessage', `as ${http}`]]),
      });
  });

  it.each([401, 403])('tells status %d as an RpcException that forbids', async (http) => {
    const answer = await consumer.call(echo('x', { method: `fail${http}` }));
    expect(answer).toMatchObject({ status: 20, kind: 0, value: { className: 'org.apache.dubbo.rpc.RpcException' } });
    expect((answer.value as HessianObject).fields.get('code')).toBe(4);
  });

  it('throws the class that the mapping names', async () => {
    const user = new HessianObject('com.x.User', [['name', 'Ann']]);
    const answer = await consumer.call({
      service: SERVICE,
      method: 'createUser',
      types: 'Lcom/x/User;',
      args: [user],
      attachments: { operator: 'bob' },
    });
    expect(asked).toMatchObject([
      { method: 'POST', url: '/users', body: '{"name":"Ann"}', headers: { 'x-operator': 'bob' } },
    ]);
    expect(answer).toMatchObject({ status: 20, kind: 0, value: { className: 'com.x.DuplicateUserException' } });
  });

  it('answers null for no content', async () => {
    expect(await consumer.call(getUser('empty'))).toEqual({ status: 20, kind: 2, value: null });
  });

  it('answers 50 at once when the answer is no JSON, and is too long', async () => {
    expect(await consumer.call(getUser('broken'))).toMatchObject({
      status: 50,
      value: expect.stringMatching(/^502\|transcode_response: syntax: /),
    });
    expect(await consumer.call(getUser('large'))).toMatchObject({
      status: 50,
      value: '502|transcode_response: the answer is longer than 65536 bytes',
    });
  });

  it('answers 40 to what cannot be converted, without asking the host', async () => {
    const cyclic = new Map<string, unknown>();
    cyclic.set('self', cyclic);
    expect(await consumer.call(echo(cyclic))).toMatchObject({
      status: 40,
      value: expect.stringMatching(/^400\|transcode_request: cyclic/),
    });
    expect(await consumer.call(echo('x'.repeat(70_000)))).toMatchObject({
      status: 40,
      value: '400|transcode_request: the request is longer than 65536 bytes',
    });
    expect(asked).toEqual([]);
  });

  it('converts a call once for all of its attempts', async () => {
    expect(await consumer.call(getUser('cut'))).toMatchObject({ status: 35 });
    expect(asked.map(({ url }) => url)).toEqual(Array.from({ length: 3 }, () => '/users/cut?verbose=true'));
    expect(asked.map(({ headers }) => headers['x-weft-converted'])).toEqual(
      Array.from({ length: 3 }, () => 'dubbo>Http1'),
    );
  });

  it('answers nothing to a one-way call, and lets the host finish', async () => {
    const before = consumer.received;
    consumer.tell(echo('told', { method: 'note' }));
    await expect
      .poll(() => asked.map(({ url, body }) => [url, body]), { timeout: 20_000 })
      .toEqual([['/com.x.UserService/note', '["told"]']]);
    // Whatever the host said would have come before this.
    await consumer.call(getUser('empty'));
    expect(consumer.received).toBe(before + 1);
  });

  it('does not wait for a slow provider of a one-way call', async () => {
    const before = consumer.received;
    consumer.tell(echo('told', { method: 'linger' }));
    await expect.poll(() => held.length, { timeout: 20_000 }).toBe(1);
    const sentAt = performance.now();
    await consumer.call(getUser('empty'));
    console.info(`a call behind a one-way call that its provider holds: ${(performance.now() - sentAt).toFixed(1)} ms`);
    expect([held.length, consumer.received]).toEqual([1, before + 1]);
    // What it says at last is read, and nobody is told.
    for (const response of held) response.end('late');
    await expect.poll(() => metric(proxy, 'weft_proxy_exchanges_active'), { timeout: 20_000 }).toBe(0);
    expect(consumer.received).toBe(before + 1);
  });

  it('answers heartbeats itself', async () => {
    expect((await consumer.heartbeat()).status).toBe(20);
    expect(asked).toEqual([]);
  });

  it('understands generic calls', async () => {
    const answer = await consumer.call({
      service: SERVICE,
      method: '$invoke',
      types: 'Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;',
      args: ['getUser', ['java.lang.String'], ['a b']],
      attachments: { generic: 'true' },
    });
    expect(asked[0]?.url).toBe('/users/a%20b?verbose=true');
    expect((answer.value as Map<string, unknown>).get('name')).toBe('Ann');
  });
});

it('converts once where both sides have a proxy', async () => {
  const caller = await DubboConsumer.connect(dual.port('dual'));
  const answer = await caller.call(getUser('a b'));
  caller.close();
  expect(answer).toMatchObject({ status: 20, kind: 1 });
  expect(asked).toMatchObject([{ method: 'GET', url: '/users/a%20b?verbose=true' }]);
  expect(asked[0]?.headers['x-weft-converted']).toBe('dubbo>Http1');
});
