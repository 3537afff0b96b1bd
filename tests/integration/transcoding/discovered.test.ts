import net from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, call, closedPort, httpBackend } from '../../support/backend.ts';
import { configuration, proxyListener } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { temporaryFolder, weft } from '../cli/weft.ts';
import { DubboConsumer, receiver, responseFrame } from './dubbo.ts';

const HTTP_ORDERS = 'orders.test:80@Http1';
const ORDERS = 'com.x.Orders';
const STOCK = 'com.x.Stock';

let http: Backend;
let dubbo: net.Server;
let proxy: RunningProxy;
let api: string;
let consumer: DubboConsumer;

const CONVERTING = {
  type: 'transcoder',
  config: { type: 'dubbo_http', config: { mappings: [{ service: ORDERS, version: '1.0', target: HTTP_ORDERS }] } },
};

/** A proxy beside an application; `filters`: of the listener for Dubbo. */
function meshed(filters: readonly object[]): object {
  const listeners = [
    proxyListener({ name: 'http', type: 'ingress' }),
    proxyListener({ name: 'dubbo', type: 'ingress', protocol: 'dubbo', router: 'dubbo', streamFilters: filters }),
    proxyListener({ name: 'bolt', type: 'ingress', protocol: 'bolt', router: 'bolt' }),
    proxyListener({ name: 'http-out', type: 'egress', router: 'http-out' }),
    proxyListener({
      name: 'dubbo-out',
      type: 'egress',
      protocol: 'dubbo',
      router: 'dubbo-out',
      streamFilters: filters,
    }),
  ];
  const document = configuration({ listeners, clusters: [] }) as { servers: [{ routers: object[] }] };
  for (const name of ['dubbo', 'bolt', 'http-out', 'dubbo-out'])
    document.servers[0].routers.push({ router_config_name: name, virtual_hosts: [] });
  const protocols = [
    { protocol: 'Http1', ingress_listener: 'http', egress_listener: 'http-out' },
    { protocol: 'dubbo', ingress_listener: 'dubbo', egress_listener: 'dubbo-out' },
    { protocol: 'bolt', ingress_listener: 'bolt' },
  ];
  return { ...document, mesh: { app: 'orders', discovery: { address: api, protocols } } };
}

beforeAll(async () => {
  http = await httpBackend((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(`${request.headers.host} ${request.url}`));
  });
  dubbo = net.createServer((socket) => {
    const read = receiver(() => 0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const call of read(chunk)) socket.write(responseFrame(call.id, 20, [1, `native ${call.service}`]));
    });
  });
  await new Promise<void>((resolve) => dubbo.listen(0, '127.0.0.1', resolve));
  api = `127.0.0.1:${await closedPort()}`;
  proxy = await startProxy(meshed([CONVERTING]));
  consumer = await DubboConsumer.connect(proxy.port('dubbo'));
}, 60_000);

afterAll(async () => {
  consumer?.close();
  await proxy?.dispose();
  dubbo?.close();
  await http?.close();
});

const pub = (...args: string[]) => weft(temporaryFolder(), ['pub', ...args, '--api', api]);

/** Asks until the service is routed: publishing waits for nobody. */
async function answerOf(service: string): Promise<unknown> {
  for (const end = performance.now() + 20_000; ; ) {
    const answer = await consumer.call({ service, method: 'list', types: '', args: [] });
    if (answer.status === 20 || performance.now() > end) return answer.value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('converts what is published under a name of another protocol, and nothing else on the same listener', async () => {
  expect(
    await pub(HTTP_ORDERS, '--protocol', 'Http1', '--port', String(http.port), '--expose', `dubbo=${ORDERS}:1.0@dubbo`),
  ).toMatchObject({ code: 0 });
  const { port } = dubbo.address() as net.AddressInfo;
  expect(await pub(`${STOCK}:1.0@dubbo`, '--protocol', 'dubbo', '--port', String(port))).toMatchObject({ code: 0 });
  expect(await answerOf(STOCK)).toBe(`native ${STOCK}`);
  expect(await answerOf(ORDERS)).toBe(`orders.test:80 /${ORDERS}/list`);
  expect(await metric(proxy, 'weft_proxy_conversions_total')).toBe(1);
});

it('is found by the address of its ingress, which is all that a caller without a proxy knows', async () => {
  const answer = await call(proxy.port('http'), { path: '/by-address' });
  expect([answer.status, answer.body]).toEqual([200, `"127.0.0.1:${proxy.port('http')} /by-address"`]);
});

it('goes with the filter that converts, and comes back with it; a reload that fails changes nothing', async () => {
  const ask = async (service: string): Promise<number> =>
    (await consumer.call({ service, method: 'list', types: '', args: [] })).status;
  expect((await proxy.reload(meshed([]))).status).toBe(200);
  expect([await ask(ORDERS), await ask(STOCK)]).toEqual([60, 20]);
  expect((await proxy.reload(meshed([{ type: 'no-such-filter', config: {} }]))).status).not.toBe(200);
  expect([await ask(ORDERS), await ask(STOCK)]).toEqual([60, 20]);
  expect((await proxy.reload(meshed([CONVERTING]))).status).toBe(200);
  expect([await ask(ORDERS), await ask(STOCK)]).toEqual([20, 20]);
});

it('explains which of them is converted', async () => {
  const action = async (service: string): Promise<unknown> => {
    const { body } = await proxy.admin(
      'GET',
      `/api/v1/explain?${new URLSearchParams({ protocol: 'dubbo', service: `${service}:1.0`, method: 'list' })}`,
    );
    return JSON.parse(body);
  };
  expect(JSON.stringify(await action(ORDERS))).toContain('"transcoder":"dubbo_http"');
  expect(JSON.stringify(await action(STOCK))).toContain('"transcoder":""');
});

it('says where a service is called that is subscribed under a name of another protocol', async () => {
  const { code, stdout } = await weft(temporaryFolder(), [
    ...['sub', 'stock.test:80@Http1', '--protocol', 'Http1', '--expose', `dubbo=${STOCK}:2.0@dubbo`, '--api', api],
  ]);
  expect([code, stdout]).toEqual([
    0,
    `stock.test:80@Http1: call 127.0.0.1:${proxy.port('http-out')}; 0 providers now\n` +
      `${STOCK}:2.0@dubbo: call 127.0.0.1:${proxy.port('dubbo-out')}, where calls are converted\n`,
  ]);
});

it.each([
  [{ expose: 'dubbo' }, 'expose is'],
  [{ expose: [1] }, 'expose[0] is 1; expected a protocol'],
  [{ expose: [{ dataId: 'a.B@dubbo' }] }, 'expose[0].protocol is missing'],
  [{ expose: [{ protocol: 'dubbo', id: 'x' }] }, 'expose[0].id is not known here'],
  [{ expose: Array(9).fill('dubbo') }, 'a list of at most 8 protocols'],
])('refuses %j', async (body, message) => {
  const answer = await fetch(`http://${api}/v1/discovery/publications/${encodeURIComponent('x.test:80@Http1')}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ protocol: 'Http1', appPort: 1, ...body }),
  });
  expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([
    400,
    expect.stringContaining(message),
  ]);
});

it('refuses a name on a listener that converts nothing, with what to do', async () => {
  expect(
    await pub('a.test:80@Http1', '--protocol', 'Http1', '--port', '1', '--expose', 'bolt=a.B:1.0@DEFAULT'),
  ).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the listener bolt cannot convert calls of bolt to Http1'),
  });
  expect(await pub('a.test:80@Http1', '--protocol', 'Http1', '--port', '1', '--expose', 'dubbo=')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is not PROTOCOL or PROTOCOL=DATAID'),
  });
});
