import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, call } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import {
  type Application,
  build,
  dubbo,
  freePort,
  sofaRpc,
  springCloud,
  startConsumer,
  startProvider,
} from './applications.ts';
import { ORDERS, provided, SERVICE, SOLD_OUT } from './orders-mapping.ts';

const BUILD_LIMIT_MS = 600_000;
const applications: Application[] = [];
let proxy: RunningProxy;
let dubboConsumer: Application;
let sofaConsumer: Application;
let springConsumer: Application;

beforeAll(async () => {
  const [dubboBuilt, sofaBuilt, springBuilt] = [
    await build(dubbo('2.7.23')),
    await build(sofaRpc('5.13.2')),
    await build(springCloud('2025.0.3', '3.5.16')),
  ];
  const [dubboPort, sofaPort, springPort] = [await freePort(), await freePort(), await freePort()];
  const started = await Promise.all([
    startProvider(dubboBuilt, dubboPort),
    startProvider(sofaBuilt, sofaPort),
    startProvider(springBuilt, springPort),
    startConsumer(dubboBuilt),
    startConsumer(sofaBuilt),
    startConsumer(springBuilt),
  ]);
  applications.push(...started);
  [dubboConsumer, sofaConsumer, springConsumer] = started.slice(3) as [Application, Application, Application];
  const listener = (name: string, protocol: string, type: string, mapping: object): object =>
    proxyListener({
      name,
      protocol,
      router: name,
      streamFilters: [
        { type: 'transcoder', config: { type, config: { mappings: [mapping] }, max_body_bytes: '4MiB' } },
      ],
    });
  const listeners = [
    listener('dubbo-to-http', 'dubbo', 'dubbo_springcloud', ORDERS),
    listener('sofa-to-http', 'bolt', 'bolt_springcloud', ORDERS),
    listener('http-to-dubbo', 'Http1', 'springcloud_dubbo', provided('1.0', 'blue')),
    listener('http-to-sofa', 'Http1', 'springcloud_bolt', provided('1.0', '')),
  ];
  const rpc = { match: { headers: [{ name: 'service', value: '.*' }] }, route: { cluster_name: 'spring' } };
  const routers = [
    ['dubbo-to-http', rpc],
    ['sofa-to-http', rpc],
    ['http-to-dubbo', routesTo('dubbo')],
    ['http-to-sofa', routesTo('sofa')],
  ].map(([name, route]) => ({
    router_config_name: name,
    virtual_hosts: [{ name: 'all', domains: ['*'], routers: [route] }],
  }));
  const clusters = [cluster('spring', [springPort]), cluster('dubbo', [dubboPort]), cluster('sofa', [sofaPort])];
  const base = configuration({ listeners, clusters });
  proxy = await startProxy({ ...base, servers: [{ graceful_timeout: '5s', listeners, routers }] });
}, BUILD_LIMIT_MS);

afterAll(async () => {
  for (const application of applications) await application.stop();
  await proxy?.dispose();
});

afterEach(({ task }) => {
  if (task.result?.state === 'fail')
    for (const log of [proxy.log(), ...applications.map((one) => one.log)]) process.stderr.write(log);
});

describe.each([
  ['Dubbo', 'dubbo-to-http', () => dubboConsumer, /^RpcException code=1 .*transcode_request: cyclic/],
  ['SOFARPC', 'sofa-to-http', () => sofaConsumer, /^SofaRpcException .*transcode_request: cyclic/],
] as const)('%s and a Spring application', (_name, listener, consumer, cyclic) => {
  it.each([
    ['echo hi', 'ok hi'],
    ['echo {"ä":1}', 'ok {"ä":1}'],
    ['plus 40 2', 'ok 42'],
    ['group', 'ok 2'],
    ['size 100000', 'ok 100000'],
    ['large 100000', 'ok 100000'],
    ['fail sold', 'OutOfStockException sold 0'],
    ['many 100', 'ok 100'],
    ['fire', 'ok fired'],
  ])('%s', async (command, answer) => {
    expect(await consumer().ask(`${proxy.port(listener)} ${command}`)).toBe(answer);
  });

  it('is told that its argument contains itself', async () => {
    expect(await consumer().ask(`${proxy.port(listener)} confirm`)).toMatch(cyclic);
  });
});

it('gives a header of HTTP what a Dubbo caller attached', async () => {
  expect(await dubboConsumer.ask(`${proxy.port('dubbo-to-http')} attachment color red`)).toBe('ok red');
});

it('takes a generic call of Dubbo', async () => {
  expect(await dubboConsumer.ask(`${proxy.port('dubbo-to-http')} generic`)).toBe('ok 9');
});

describe.each([
  ['Dubbo', 'http-to-dubbo'],
  ['SOFARPC', 'http-to-sofa'],
])('an HTTP client and %s', (_name, listener) => {
  const get = (path: string): Promise<Answer> => call(proxy.port(listener), { path });
  const post = (path: string, body: string, type = 'application/json'): Promise<Answer> =>
    call(proxy.port(listener), { method: 'POST', path, body, headers: { 'content-type': type } });

  it.each([
    ['/echo?text=h%C3%A4', 'hä'],
    ['/echo', ''],
    ['/plus?a=40&b=2', '42'],
    ['/large?length=3', 'yyy'],
  ])('%s', async (path, body) => {
    expect(await get(path)).toMatchObject({ status: 200, body });
  });

  it('gets JSON where it asks for it', async () => {
    const answer = await call(proxy.port(listener), { path: '/echo?text=hi', headers: { accept: 'application/json' } });
    expect([answer.headers['content-type'], answer.body]).toEqual(['application/json', '"hi"']);
  });

  it.each([
    ['echo hi', 'ok hi'],
    ['null', 'ok null'],
    ['plus 40 2', 'ok 42'],
    ['group', 'ok 2'],
    ['size 100000', 'ok 100000'],
    ['large 100000', 'ok 100000'],
    ['many 100', 'ok 100'],
  ])('a Spring application: %s', async (command, answer) => {
    expect(await springConsumer.ask(`${proxy.port(listener)} ${command}`)).toBe(answer);
  });

  it('gives an object and gets it back', async () => {
    const order = {
      id: 9_007_199_254_740_993n,
      customer: 'ann',
      price: '12.50',
      weight: 0.125,
      created: 1_700_000_000_123,
      signature: 'AQL/',
      state: 'NEW',
      parts: [{ id: 8, customer: 'ben' }],
    };
    const text = JSON.stringify(order, (_key, value) => (typeof value === 'bigint' ? 'BIG' : value)).replace(
      '"BIG"',
      String(order.id),
    );
    const answer = await post('/confirm', text);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('"id":9007199254740993');
    expect(answer.body).toContain('"price":12.50');
    expect(JSON.parse(answer.body)).toMatchObject({
      customer: 'ann',
      weight: 0.125,
      created: 1_700_000_000_123,
      signature: 'AQL/',
      state: 'CONFIRMED',
      parts: [{ id: 8, customer: 'ben', parts: [], parent: null }],
      parent: null,
    });
  });

  it('gets lists in maps', async () => {
    const answer = await post(
      '/group',
      '[{"id":1,"customer":"ann"},{"id":2,"customer":"ben"},{"id":3,"customer":"ann"}]',
    );
    const groups = JSON.parse(answer.body) as Record<string, { id: number }[]>;
    expect(groups['ann']?.map(({ id }) => id)).toEqual([1, 3]);
  });

  it('sends a text', async () => {
    expect(await post('/size', 'x'.repeat(1000), 'text/plain')).toMatchObject({ status: 200, body: '1000' });
  });

  it('is told what the method threw', async () => {
    const answer = await get('/fail?message=sold');
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      409,
      { code: 409, message: 'sold', exception: SOLD_OUT },
    ]);
  });

  it('is told of a method that its mapping does not list', async () => {
    expect((await post(`/${SERVICE}/missing`, '[]')).status).toBe(404);
  });
});
