import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Backend, call, httpBackend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { callsTo, DubboConsumer, type ReceivedCall, receiver, responseFrame } from './dubbo.ts';

/** What the exchange does around a conversion, whatever the pair: waiting, limits, phases, ends. */
const LIMIT_DATA_ID =
  'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.demo.flowControlRule,version=3.0@DRM';
const ECHO = { service: 'com.x.Echo', method: 'echo', types: 'Ljava/lang/String;', args: ['hi'] };
const MAPPED = {
  type: 'transcoder',
  config: { type: 'dubbo_http', config: { mappings: [{ service: ECHO.service }] } },
};

let provider: Backend;
let application: Backend;
let proxy: RunningProxy;
let asked: ReceivedCall[] = [];
let requests = 0;
/** Bytes that reached the provider. */
let heard = 0;

beforeAll(async () => {
  provider = await tcpBackend((socket) => {
    const receive = receiver(() => 3);
    socket.on('data', (chunk) => {
      heard += chunk.length;
      for (const received of receive(chunk)) {
        asked.push(received);
        socket.write(responseFrame(received.id, 20, [1, 'answer']));
      }
    });
  });
  application = await httpBackend((request, response) => {
    requests++;
    request.resume().on('end', () => response.end('"answer"'));
  });
  const transcoder = (type: string, phase = 1): object => ({
    type: 'transcoder',
    config: { type, trans: { receiver_phase: phase }, max_body_bytes: '256KiB' },
  });
  const delay = { type: 'fault', config: { delay: { fixed_delay: '50ms', percentage: 100 } } };
  const front = (name: string, filters: readonly object[], more: object = {}): object =>
    proxyListener({ name, router: name, streamFilters: filters, ...more });
  const listeners = [
    front('plain', [transcoder('http_dubbo')]),
    front('fresh', [transcoder('http_dubbo')]),
    front('delayed', [delay, transcoder('http_dubbo')]),
    front('before', [transcoder('http_dubbo', 0)]),
    front('behind', [transcoder('http_dubbo', 2)]),
    front('limited', [transcoder('dubbo_http')], { protocol: 'dubbo', type: 'ingress' }),
    front('strict', [MAPPED], { protocol: 'dubbo' }),
    front('nowhere', [transcoder('dubbo_http')], { protocol: 'dubbo' }),
  ];
  const dubbo = routesTo('dubbo', { timeout: '2s' });
  const routes: Readonly<Record<string, readonly object[]>> = {
    plain: [dubbo],
    fresh: [routesTo('fresh', { timeout: '2s' })],
    delayed: [dubbo],
    // What the route sees is a Dubbo call, and its header change lands among the attachments.
    before: [
      {
        ...callsTo('dubbo', {
          request_headers_to_add: [{ header: { key: 'x-route', value: 'seen' } }],
        }),
      },
    ],
    behind: [dubbo],
    limited: [callsTo('web')],
    strict: [callsTo('dubbo')],
    nowhere: [],
  };
  const routers = Object.entries(routes).map(([name, list]) => ({
    router_config_name: name,
    virtual_hosts: [{ name: 'all', domains: ['*'], routers: list }],
  }));
  const base = configuration({
    listeners,
    clusters: [
      cluster('dubbo', [provider.port]),
      cluster('fresh', [provider.port]),
      cluster('web', [application.port]),
    ],
  });
  const rule = { ruleDbId: 7, threshold: 1, timeMs: 1_000_000, services: ['com.x.Echo:1.0@dubbo'] };
  proxy = await startProxy({
    ...base,
    servers: [{ graceful_timeout: '5s', listeners, routers }],
    governance: {
      app: 'demo',
      documents: [{ data_id: LIMIT_DATA_ID, version: 1, value: { appName: 'demo', flowControlRules: [rule] } }],
    },
  });
}, 60_000);

afterAll(async () => {
  await proxy?.dispose();
  await provider?.close();
  await application?.close();
});

beforeEach(() => {
  asked = [];
  requests = 0;
});

/** A POST whose body comes in pieces, without a length in advance. */
function inPieces(listener: string, pieces: readonly string[], headers: http.OutgoingHttpHeaders = {}) {
  return new Promise<{ status: number; body: string; continued: boolean }>((resolve, reject) => {
    let continued = false;
    const request = http.request({ port: proxy.port(listener), method: 'POST', path: '/com.x.Echo/echo', headers });
    const send = (): void => {
      for (const piece of pieces) request.write(piece);
      request.end();
    };
    request.on('continue', () => {
      continued = true;
      send();
    });
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode as number, body, continued }));
    });
    request.on('error', reject);
    if (headers['expect'] === undefined) send();
    else request.flushHeaders();
  });
}

const LONG = ['["', 'x'.repeat(100_000), 'y'.repeat(100_000), '"]'];
const argument = (): unknown => (asked[0]?.args[2] as { items: unknown[] } | undefined)?.items[0];

it('waits for a body that comes in pieces', async () => {
  expect(await inPieces('plain', LONG)).toMatchObject({ status: 200, body: '"answer"' });
  expect(argument()).toBe(`${LONG[1]}${LONG[2]}`);
});

it('lets a caller go on that waits for the word to', async () => {
  expect(await inPieces('plain', LONG, { expect: '100-continue' })).toEqual({
    status: 200,
    body: '"answer"',
    continued: true,
  });
});

it('lets the body flow again behind a filter that held the request', async () => {
  expect(await inPieces('delayed', LONG)).toMatchObject({ status: 200 });
  expect(argument()).toHaveLength(200_000);
});

it('takes the next request of a connection whose first one waited for the host', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = http.request({ port: proxy.port('fresh'), method: 'POST', path: '/com.x.Echo/echo', agent });
      request.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode as number)));
      request.on('error', reject);
      request.end('["hi"]');
    });
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 200]);
  agent.destroy();
});

it('refuses a body over the bound while it comes', async () => {
  expect(await inPieces('plain', [...LONG, ...LONG])).toMatchObject({
    status: 413,
    body: 'transcode_request: the request is longer than 262144 bytes',
  });
  expect(asked).toEqual([]);
});

it('converts before the route where it is told to', async () => {
  const reply = await call(proxy.port('before'), { method: 'POST', path: '/com.x.Echo/echo', body: '["hi"]' });
  expect([reply.status, asked[0]?.attachments.get('x-route')]).toEqual([200, 'seen']);
  expect((await call(proxy.port('before'), { path: '/' })).status).toBe(404);
});

it('converts when the host is chosen where it is told to', async () => {
  expect(await inPieces('behind', LONG)).toMatchObject({ status: 200, body: '"answer"' });
});

it('answers in the words of the caller, once, when a rule refuses', async () => {
  const consumer = await DubboConsumer.connect(proxy.port('limited'));
  expect(await consumer.call(ECHO)).toMatchObject({ status: 20, kind: 1, value: 'answer' });
  expect(await consumer.call(ECHO)).toMatchObject({ status: 40, value: expect.stringContaining('509|limit exceeded') });
  expect([requests, consumer.received]).toEqual([1, 2]);
  consumer.close();
});

it('answers in the words of the caller when there is no route', async () => {
  const consumer = await DubboConsumer.connect(proxy.port('nowhere'));
  expect(await consumer.call(ECHO)).toMatchObject({ status: 60, value: '404|router unavailable' });
  consumer.close();
});

it('keeps nothing of a caller that goes away in the middle of its request', async () => {
  const socket = net.connect(proxy.port('plain'), '127.0.0.1');
  socket.write(`POST /com.x.Echo/echo HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n["${'x'.repeat(50_000)}`);
  await expect.poll(() => metric(proxy, 'weft_proxy_exchanges_active'), { timeout: 20_000 }).toBe(1);
  socket.destroy();
  await expect.poll(() => metric(proxy, 'weft_proxy_exchanges_active'), { timeout: 20_000 }).toBe(0);
  await expect.poll(() => metric(proxy, 'weft_proxy_buffered_bytes'), { timeout: 20_000 }).toBe(0);
  expect(asked).toEqual([]);
});

it('sees that a caller goes away while its first call waits for the answer', async () => {
  // The host takes connections and says nothing.
  const silent = await tcpBackend(() => {});
  const other = await startProxy(
    configuration({
      listeners: [proxyListener({ streamFilters: [{ type: 'transcoder', config: { type: 'http_dubbo' } }] })],
      routes: [routesTo('silent')],
      clusters: [cluster('silent', [silent.port])],
    }),
  );
  try {
    const socket = net.connect(other.port('front'), '127.0.0.1');
    socket.write('POST /com.x.Echo/echo HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\n["hi"]');
    await expect.poll(() => metric(other, 'weft_proxy_conversions_total'), { timeout: 20_000 }).toBe(1);
    await expect.poll(() => metric(other, 'weft_proxy_exchanges_active'), { timeout: 20_000 }).toBe(1);
    // A FIN alone says that it sends no more, not that it does not wait.
    socket.resetAndDestroy();
    await expect.poll(() => metric(other, 'weft_proxy_exchanges_active'), { timeout: 20_000 }).toBe(0);
  } finally {
    await other.dispose();
    await silent.close();
  }
}, 60_000);

it('refuses what no transcoder takes in the words of the caller, and no byte of it reaches the host', async () => {
  const before = heard;
  const refused = await call(proxy.port('plain'), { path: '/status' });
  expect([refused.status, refused.body]).toEqual([
    404,
    'transcode_request: http_dubbo takes no call of this service, path or serialization',
  ]);
  const marked = await call(proxy.port('plain'), {
    method: 'POST',
    path: '/com.x.Echo/echo',
    body: '[]',
    headers: { 'x-weft-converted': 'Http1>dubbo' },
  });
  expect([marked.status, marked.body]).toEqual([
    404,
    'transcode_request: the call says that it was converted, and not to Http1',
  ]);
  const consumer = await DubboConsumer.connect(proxy.port('strict'));
  expect(await consumer.call({ ...ECHO, service: 'com.x.Other' })).toMatchObject({
    status: 60,
    value: '404|transcode_request: dubbo_http takes no call of this service, path or serialization',
  });
  consumer.close();
  expect([asked, requests, heard]).toEqual([[], 0, before]);
});

it('counts what it converted, and what it could not', async () => {
  expect(await metric(proxy, 'weft_proxy_conversions_total')).toBeGreaterThan(4);
  expect(await metric(proxy, 'weft_proxy_conversion_failures_total')).toBe(1);
});

it('broke nothing on the way', async () => {
  await expectSound(proxy);
});
