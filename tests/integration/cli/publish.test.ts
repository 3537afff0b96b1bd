import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closedPort } from '../../support/backend.ts';
import { configuration, proxyListener } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { temporaryFolder, weft } from './weft.ts';

const SHOP = 'shop:80@Http1';

describe('weft pub and sub', () => {
  let proxy: RunningProxy;
  let api: string;
  beforeAll(async () => {
    api = `127.0.0.1:${await closedPort()}`;
    const listeners = [
      proxyListener({ name: 'in', type: 'ingress' }),
      proxyListener({ name: 'out', type: 'egress', router: 'out' }),
    ];
    const document = configuration({ listeners, clusters: [] }) as { servers: [{ routers: object[] }] };
    document.servers[0].routers.push({ router_config_name: 'out', virtual_hosts: [] });
    const protocols = [{ protocol: 'Http1', ingress_listener: 'in', egress_listener: 'out' }];
    proxy = await startProxy({ ...document, mesh: { app: 'shop', discovery: { address: api, protocols } } });
  });
  afterAll(() => proxy?.dispose());

  const run = (...args: string[]) => weft(temporaryFolder(), [...args, '--api', api]);
  const listed = async (what: string): Promise<object[]> => {
    const answer = await fetch(`http://${api}/v1/discovery/${what}`);
    return ((await answer.json()) as { items: object[] }).items;
  };

  test('publish, with what else is said of the instance, and take it back', async () => {
    const told = ['--port', '3000', '--weight', '50', '--metadata', 'version=v2', '--metadata', 'zone=a'];
    expect(await run('pub', SHOP, '--protocol', 'Http1', ...told)).toMatchObject({
      code: 0,
      stdout: `${SHOP} is published\n`,
    });
    expect(await listed('publications')).toMatchObject([
      { dataId: SHOP, appPort: 3000, weight: 50, metadata: { version: 'v2', zone: 'a' } },
    ]);
    expect(await run('pub', SHOP, '--protocol', 'Http1', '--remove')).toMatchObject({ code: 0 });
    expect(await listed('publications')).toEqual([]);
  });

  test('subscribe, and say where to call', async () => {
    const { code, stdout } = await run('sub', SHOP, '--protocol', 'Http1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, egress: `127.0.0.1:${proxy.port('out')}`, endpoints: 0 });
    expect(await listed('subscriptions')).toMatchObject([{ dataId: SHOP, protocol: 'Http1' }]);
  });

  test('publish with a check of the application, and subscribe the providers of a zone', async () => {
    expect(await run('pub', SHOP, '--protocol', 'Http1', '--port', '3000', '--check', 'http:/health')).toMatchObject({
      code: 0,
    });
    expect(await listed('publications')).toMatchObject([
      { dataId: SHOP, state: 'withheld', healthCheck: { type: 'Http1', intervalMs: 1000, fall: 3, raise: 2 } },
    ]);
    expect(await run('pub', SHOP, '--protocol', 'Http1', '--port', '3000', '--check', 'ping')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--check: "ping" is neither tcp nor http:/PATH'),
    });
    const asUrl = ['--api', `http://${api}/`];
    expect(await weft(temporaryFolder(), ['pub', SHOP, '--protocol', 'Http1', '--remove', ...asUrl])).toMatchObject({
      code: 0,
    });
    expect(await run('sub', SHOP, '--protocol', 'Http1', '--scope', 'zone')).toMatchObject({ code: 0 });
    expect(await listed('subscriptions')).toMatchObject([{ dataId: SHOP, scope: 'zone' }]);
  });

  test('say what is wrong, and what to do', async () => {
    expect(await run('pub', SHOP, '--protocol', 'Http1', '--port', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--port: "x" is not a whole number'),
    });
    expect(await run('pub', 'a.B:1.0@DEFAULT', '--protocol', 'Http1', '--port', '1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ends with @DEFAULT'),
    });
    expect(await weft(temporaryFolder(), ['sub', SHOP, '--protocol', 'Http1', '--api', '127.0.0.1:1'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no proxy answers at 127.0.0.1:1'),
    });
  });

  test.each([
    ['publications', { protocol: 'Http1', appPort: 1, instanceId: 'other' }, 'instanceId'],
    ['publications', { protocol: 'Http1', appPort: 1, registries: ['zk'] }, 'registries'],
    ['subscriptions', { protocol: 'Http1', registries: ['zk'] }, 'registries'],
  ])('%s: what is not there yet is refused by name', async (what, body, message) => {
    const answer = await fetch(`http://${api}/v1/discovery/${what}/${encodeURIComponent(SHOP)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(message);
  });
});
