/** Mappings of the control plane: pushed, changed under load, refused, taken back, and explained. */
import type { IncomingHttpHeaders } from 'node:http';
import { expect, it, vi } from 'vitest';
import { type Backend, httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { keep, start } from '../engine/support.ts';
import { startPlane } from '../governance/plane.ts';
import { callsTo, DubboConsumer } from './dubbo.ts';

const SERVICE = 'com.x.UserService';
const WAIT = { timeout: 20_000, interval: 20 };

interface Asked {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function startWorld(filter: object) {
  const asked: Asked[] = [];
  const backend: Backend = await httpBackend((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"name":"Ann"}');
    });
  });
  keep(backend);
  const { client, mesh } = await startPlane();
  const proxy = await start({
    ...configuration({
      listeners: [
        proxyListener({
          name: 'front',
          protocol: 'dubbo',
          streamFilters: [{ type: 'transcoder', config: { type: 'dubbo_http', ...filter } }],
        }),
      ],
      routes: [callsTo('hosts', { timeout: '5s' })],
      clusters: [cluster('hosts', [backend.port])],
    }),
    mesh,
  });
  const consumer = await DubboConsumer.connect(proxy.port('front'));
  keep({ close: async () => consumer.close() });
  const getUser = () =>
    consumer.call({ service: SERVICE, method: 'getUser', types: 'Ljava/lang/String;', args: ['7'] });
  return { asked, client, proxy, getUser };
}

const mappingTo = (path: string) => ({
  name: 'users',
  app: 'demo',
  enabled: true,
  spec: { service: SERVICE, methods: { 'getUser(java.lang.String)': { httpMethod: 'GET', path } } },
});

it('is in force without a restart, changes under load without a lost call, and is what it was after a rollback', async () => {
  const { asked, client, proxy, getUser } = await startWorld({ mapping_refs: ['users'] });
  // Nothing has come: by its defaults a transcoder would convert every service.
  expect(await getUser()).toMatchObject({ status: 60, value: expect.stringContaining('dubbo_http takes no call') });

  const { ruleDbId: id } = await client.ms.createMappingRule({ body: mappingTo('/v1/{0}') });
  await vi.waitFor(async () => expect((await getUser()).status).toBe(20), WAIT);
  expect(asked).toMatchObject([{ line: 'GET /v1/7' }]);
  const [before] = asked.splice(0);

  let going = true;
  const statuses = new Map<number, number>();
  const caller = async (): Promise<void> => {
    while (going) {
      const { status } = await getUser();
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const callers = Array.from({ length: 8 }, caller);
  const took: number[] = [];
  for (let round = 2; round <= 11; round++) {
    const { version } = await client.ms.getMappingRule({ params: { id } });
    const at = performance.now();
    await client.ms.replaceMappingRule({ params: { id }, body: mappingTo(`/v${round}/{0}`) }, { ifMatch: version });
    await vi.waitFor(() => expect(asked.at(-1)?.line).toBe(`GET /v${round}/7`), { timeout: 20_000, interval: 5 });
    took.push(Math.round(performance.now() - at));
  }
  going = false;
  await Promise.all(callers);
  console.log(
    `10 changes of a mapping under load: ${took.join(', ')} ms, ${statuses.get(20)} calls, statuses ${[...statuses.keys()]}`,
  );
  expect([...statuses.keys()]).toEqual([20]);

  await client.ms.rollbackMappingRule({ params: { id }, body: { to: 1 } });
  await vi.waitFor(async () => {
    asked.splice(0);
    await getUser();
    expect(asked[0]?.line).toBe('GET /v1/7');
  }, WAIT);
  // Byte for byte, but for the time that is left.
  const known = ({ line, headers, body }: Asked) => ({ line, headers: { ...headers, 'x-weft-timeout-ms': '' }, body });
  expect(known(asked[0] as Asked)).toEqual(known(before as Asked));
  expect((await proxy.admin('GET', '/metrics')).body).not.toMatch(/weft_proxy_thread_restarts_total\{[^}]*\} [1-9]/);
  const { items } = await client.ms.listMappingRuleVersions({ params: { id } });
  expect(items.length).toBeGreaterThan(10);
  expect(await client.ms.listRuleTypes()).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ type: 'MAPPING', enabled: 1 })]),
  });
}, 120_000);

it('takes the place of a file while it is on, and explains which mapping converts a call and where it came from', async () => {
  const own = { name: 'users', service: SERVICE, methods: { 'getUser(java.lang.String)': { path: '/own/{0}' } } };
  const other = { service: 'com.x.Other', methods: { 'getUser(java.lang.String)': { path: '/other/{0}' } } };
  const { asked, client, proxy, getUser } = await startWorld({
    mapping_refs: ['users'],
    config: { mappings: [other, own] },
  });
  const line = async (): Promise<string | undefined> => {
    asked.splice(0);
    await getUser();
    return asked[0]?.line;
  };
  const explained = async (): Promise<string> => {
    const query = new URLSearchParams({ protocol: 'dubbo', service: SERVICE, method: 'getUser' });
    const { body } = await proxy.admin('GET', `/api/v1/explain?${query}`);
    const { listeners } = JSON.parse(body) as { listeners: { action: { mapping: string } }[] };
    return listeners[0]?.action.mapping ?? '';
  };
  expect(await line()).toBe('POST /own/7');
  expect(await explained()).toBe('mapping users of the configuration (mappings[1])');

  const { ruleDbId: id } = await client.ms.createMappingRule({ body: mappingTo('/v1/{0}') });
  await vi.waitFor(async () => expect(await line()).toBe('GET /v1/7'), WAIT);
  expect(await explained()).toMatch(
    new RegExp(
      `^mapping users of the control plane \\(rule ${id} in version \\d+, version \\d+ of its document\\) in place of mapping users of the configuration \\(mappings\\[1\\]\\)$`,
    ),
  );
  await vi.waitFor(async () => {
    const push = await client.ms.getMappingRulePush({ params: { id } });
    expect(push).toMatchObject({ state: 'ok', acked: 1, target: 1 });
  }, WAIT);

  await client.ms.disableMappingRule({ params: { id } });
  await vi.waitFor(async () => expect(await line()).toBe('POST /own/7'), WAIT);
}, 60_000);

it('is refused by the interface with its place', async () => {
  const { client, getUser, asked } = await startWorld({ mapping_refs: ['*'] });
  const refused = (spec: object) =>
    client.ms.createMappingRule({ body: { name: 'users', app: 'demo', spec: { service: SERVICE, ...spec } } });
  await expect(refused({ methods: { 'get(long)': { path: '/{1}' } } })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('/spec/methods/get(long)/path') as string,
  });
  await expect(
    refused({ methods: { 'a(long)': { path: '/u/{0}' }, 'b(int)': { path: '/u/{0}' } } }),
  ).rejects.toMatchObject({ message: expect.stringContaining('POST /u/{} is that of a(long) already') as string });

  const { ruleDbId: id } = await client.ms.createMappingRule({ body: mappingTo('/v1/{0}') });
  await vi.waitFor(async () => expect((await getUser()).status).toBe(20), WAIT);
  // Of two for one service a proxy could use one.
  const second = { ...mappingTo('/v2/{0}'), name: 'users-2' };
  await expect(client.ms.createMappingRule({ body: second })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('mapping users is for the same service') as string,
  });
  asked.splice(0);
  await getUser();
  expect(asked[0]?.line).toBe('GET /v1/7');
  await client.ms.deleteMappingRule({ params: { id } });
  await vi.waitFor(async () => expect((await getUser()).status).toBe(60), WAIT);
}, 60_000);

it('is refused by a proxy whose transcoder cannot use it, and the one of before stays', async () => {
  const { client, mesh } = await startPlane();
  const proxy = await start({
    ...configuration({
      listeners: [
        proxyListener({
          name: 'front',
          streamFilters: [{ type: 'transcoder', config: { type: 'http_bolt', mapping_refs: ['users'] } }],
        }),
      ],
      routes: [routesTo('hosts')],
      clusters: [cluster('hosts', [1])],
    }),
    mesh,
  });
  const explained = async (path: string): Promise<string> => {
    const query = new URLSearchParams({ protocol: 'Http1', method: 'GET', host: 'a.test', path });
    const { body } = await proxy.admin('GET', `/api/v1/explain?${query}`);
    return (JSON.parse(body) as { listeners: { action: { kind: string } }[] }).listeners[0]?.action.kind ?? '';
  };
  const { ruleDbId: id } = await client.ms.createMappingRule({ body: mappingTo('/v1/{0}') });
  await vi.waitFor(async () => expect(await explained('/v1/7')).toBe('forward'), WAIT);

  const untyped = { service: SERVICE, methods: { getUser: { httpMethod: 'GET', path: '/v2/{0}' } } };
  const { version } = await client.ms.getMappingRule({ params: { id } });
  await client.ms.replaceMappingRule(
    { params: { id }, body: { ...mappingTo(''), spec: untyped } },
    { ifMatch: version },
  );
  await vi.waitFor(async () => {
    const push = await client.ms.getMappingRulePush({ params: { id } });
    expect(push).toMatchObject({ state: 'failed', rejected: 1 });
    const [instance] = push.dataIds[0]?.instances ?? [];
    expect(instance?.reason).toMatch(/users: methods\["getUser"\].*asked for by listener front/);
  }, WAIT);
  expect([await explained('/v1/7'), await explained('/v2/7')]).toEqual(['forward', 'refused']);
}, 60_000);
