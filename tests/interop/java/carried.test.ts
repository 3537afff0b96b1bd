/** What goes with a call, and with what fails, through a conversion: as the applications themselves see it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { freePort } from '../../support/ports.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { type Application, build, startConsumer, startProvider } from './applications.ts';
import { dubbo2, type Framework, feign, sofa, triple } from './frameworks.ts';
import { ORDERS, provided, SERVICE } from './orders-mapping.ts';

const BUILD_LIMIT_MS = 600_000;
/** Less than callers wait, which is 20 s. */
const ROUTE_MS = 15_000;
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const HTTP = feign('2025.0.3', '3.5.16');
const DUBBO = dubbo2('2.7.23');
const TRIPLE = triple('3.3.5');
const SOFA = sofa('5.13.2');

const PAIRS = {
  'dubbo-http': { consumer: DUBBO, provider: HTTP, use: { type: 'dubbo_http', config: { mappings: [ORDERS] } } },
  'http-dubbo': {
    consumer: HTTP,
    provider: DUBBO,
    use: { type: 'http_dubbo', config: { mappings: [provided('1.0', 'blue')] } },
  },
  'dubbo-tri': { consumer: DUBBO, provider: TRIPLE, use: { type: 'dubbo_tri', config: {} } },
  'sofa-http': { consumer: SOFA, provider: HTTP, use: { type: 'bolt_http', config: { mappings: [ORDERS] } } },
  'http-sofa': {
    consumer: HTTP,
    provider: SOFA,
    use: { type: 'http_bolt', config: { mappings: [provided('1.0', '')] } },
  },
  'sofa-dubbo': {
    consumer: SOFA,
    provider: DUBBO,
    use: { type: 'bolt_dubbo', config: { services: { [`${SERVICE}:1.0`]: `${SERVICE}:1.0:blue` } } },
  },
  'dubbo-sofa': {
    consumer: DUBBO,
    provider: SOFA,
    use: { type: 'dubbo_bolt', config: { services: { [`${SERVICE}:1.0:blue`]: `${SERVICE}:1.0` } } },
  },
  'tri-dubbo': { consumer: TRIPLE, provider: DUBBO, use: { type: 'tri_dubbo', config: {} } },
} as const;
type Pair = keyof typeof PAIRS;
/** What has a name of its own at providers of SOFARPC. */
const AT_SOFA: Readonly<Record<string, string>> = { 'x-weft-source-zone': 'rpc_trace_context.sofaCallerZone' };

const hasty = (name: string): string => `${name}-hasty`;

const applications: Application[] = [];
const consumers = new Map<Framework, Application>();
let proxy: RunningProxy;

beforeAll(async () => {
  const ports = new Map<Framework, number>();
  for (const framework of [HTTP, DUBBO, TRIPLE, SOFA]) {
    const built = await build(framework.edition);
    const port = await freePort();
    ports.set(framework, port);
    applications.push(await startProvider(built, port, framework.providerArguments));
    const consumer = await startConsumer(built, framework.consumerArguments, framework.jvm);
    applications.push(consumer);
    consumers.set(framework, consumer);
  }
  const pairs = Object.entries(PAIRS);
  // Each pair with a route that has time, and with one that has none.
  const places = pairs.flatMap(([name, pair]) => [
    { ...pair, name, cluster: name, timeout: `${ROUTE_MS}ms` },
    { ...pair, name: hasty(name), cluster: name, timeout: '800ms' },
  ]);
  const listeners = places.map(({ name, consumer, use }) =>
    proxyListener({
      name,
      protocol: consumer.protocol,
      router: name,
      streamFilters: [{ type: 'transcoder', config: use }],
    }),
  );
  const routers = places.map(({ name, consumer, cluster, timeout }) => ({
    router_config_name: name,
    virtual_hosts: [
      { name: 'all', domains: ['*'], routers: [{ match: consumer.match, route: { cluster_name: cluster, timeout } }] },
    ],
  }));
  const clusters = pairs.map(([name, { provider }]) => cluster(name, [ports.get(provider) as number]));
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

const ask = (pair: Pair, command: string, listener: string = pair): Promise<string> =>
  (consumers.get(PAIRS[pair].consumer) as Application).ask(`${proxy.port(listener)} ${command}`);

describe.each(Object.keys(PAIRS) as Pair[])('%s', (pair) => {
  it.each([
    ['the context of a trace', 'traceparent', TRACE],
    ['baggage', 'baggage', 'tenant=blue,user=7'],
    ['the zone of the caller', 'x-weft-source-zone', 'z1'],
    ['a label', 'x-weft-lane', 'gray'],
    ['the number of the attempt', 'x-envoy-attempt-count', '2'],
  ])('the provider sees %s', async (_what, name, value) => {
    const asked = PAIRS[pair].provider === SOFA ? (AT_SOFA[name] ?? name) : name;
    expect(await ask(pair, `told ${asked} ${name} ${value}`)).toBe(`ok ${value}`);
  });
});

it('the provider sees who calls', async () => {
  expect(await ask('dubbo-http', 'received x-weft-source-app')).toBe('ok shop');
  expect(await ask('http-dubbo', 'told remote.application x-weft-source-app web')).toBe('ok web');
  expect(await ask('sofa-dubbo', 'received remote.application')).toBe('ok shop');
  expect(await ask('http-sofa', 'told rpc_trace_context.sofaCallerApp x-weft-source-app web')).toBe('ok web');
});

it('the provider sees attachments that nothing else knows', async () => {
  expect(await ask('dubbo-http', 'told x-dubbo-att-tenant tenant bl%ue')).toBe('ok bl%25ue');
  expect(await ask('http-dubbo', 'told tenant x-dubbo-att-tenant bl%25ue')).toBe('ok bl%ue');
  for (const pair of ['dubbo-tri', 'tri-dubbo'] as const)
    expect(await ask(pair, 'told tenant tenant blue')).toBe('ok blue');
});

// Frameworks for RPC keep the time from the application.
it.each<Pair>(['dubbo-http', 'sofa-http'])('%s: the provider is told how long the caller waits', async (pair) => {
  // The shorter one of the time of the caller and that of the route.
  const answer = await ask(pair, 'received x-weft-timeout-ms');
  expect(answer).toMatch(/^ok [1-9]\d*$/);
  expect(Number(answer.slice('ok '.length))).toBeLessThanOrEqual(ROUTE_MS);
});

it.each<[pair: Pair, caught: RegExp]>([
  ['dubbo-http', /^OutOfStockException sold 0$/],
  [
    'http-dubbo',
    /^Conflict status=409 cause=none reject=none .*"message":"sold","exception":"org\.example\.orders\.OutOfStockException"/,
  ],
  ['sofa-http', /^OutOfStockException sold 0$/],
  ['http-sofa', /^Conflict status=409 cause=none reject=none .*"message":"sold"/],
  ['sofa-dubbo', /^OutOfStockException sold 3$/],
  ['dubbo-sofa', /^OutOfStockException sold 3$/],
  ['dubbo-tri', /^OutOfStockException sold 3$/],
  ['tri-dubbo', /^OutOfStockException sold 3$/],
])('%s: the caller catches what the method threw', async (pair, caught) => {
  expect(await ask(pair, 'fail sold')).toMatch(caught);
});

it.each<[pair: Pair, caught: RegExp]>([
  // Dubbo's own time for this method is a second; the proxy answers before it is over.
  ['dubbo-http', /^RpcException code=2 cause=ExecutionException .*504\|the host did not answer in time$/],
  ['http-dubbo', /^GatewayTimeout status=504 /],
  ['sofa-http', /^SofaTimeOutException type=200 /],
  ['http-sofa', /^GatewayTimeout status=504 /],
  ['sofa-dubbo', /^SofaTimeOutException type=200 /],
  ['dubbo-sofa', /^RpcException code=2 cause=ExecutionException .*504\|the host did not answer in time$/],
  ['dubbo-tri', /^RpcException code=2 cause=ExecutionException .*504\|the host did not answer in time$/],
  ['tri-dubbo', /^RpcException code=(2|0) .*DEADLINE_EXCEEDED/],
])('%s: the caller catches that the time of the route is over, and calls again', async (pair, caught) => {
  // OpenFeign's own time for `slow` is hardly longer than that of the route.
  const command = PAIRS[pair].consumer === HTTP ? 'linger' : 'slow';
  expect(await ask(pair, `${command} 3000`, hasty(pair))).toMatch(caught);
  await expect.poll(() => ask(pair, 'plus 40 2', hasty(pair)), { timeout: 20_000 }).toBe('ok 42');
});
