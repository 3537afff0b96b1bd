import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openMeshClient } from './mesh-client.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startTestPlane({ ruleKinds });
});
afterAll(() => plane.stop());

const read = async (path: string) => {
  const response = await fetch(`${plane.baseUrl}${path}`);
  return { status: response.status, text: await response.text() };
};

test('components list what they show of their inside, and show it, without secrets', async () => {
  const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
  const proxy = openMeshClient({
    address: plane.plane.grpcAddress ?? '',
    credentials: { accessKey: accessKeyId, secret },
    id: 'debug-1',
    app: 'details',
  });
  proxy.publish('details.bookinfo:9080@Http1', 10_080);
  const stranger = openMeshClient({
    address: plane.plane.grpcAddress ?? '',
    credentials: { accessKey: accessKeyId, secret: 'guessed' },
    id: 'debug-2',
    app: 'reviews',
  });
  let shown = '';
  for (const component of ['', '/c/drm', '/c/registry', '/c/meshserver']) {
    const { status, text } = await read(`${component}/debug`);
    expect(status).toBe(200);
    const paths = text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')[0] as string]));
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      expect(path.startsWith(`${component}/debug/`)).toBe(true);
      const view = await read(path);
      expect([path, view.status]).toEqual([path, 200]);
      expect(typeof JSON.parse(view.text)).toBe('object');
      shown += view.text;
    }
  }
  expect(shown).not.toContain(secret);
  await vi.waitFor(
    async () => {
      expect(JSON.parse((await read('/c/drm/debug/clients')).text)).toMatchObject([
        { proxyId: 'debug-1', app: 'details', tenant: 'ANTCLOUD', pending: 0 },
      ]);
      expect(JSON.parse((await read('/c/registry/debug/stats')).text)).toMatchObject({
        publications: 1,
        push: { state: 'open' },
      });
      expect(JSON.parse((await read('/c/meshserver/debug/refusals')).text)).toMatchObject([
        { proxyId: 'debug-2', cause: 'signature' },
      ]);
    },
    { timeout: 20_000, interval: 50 },
  );
  await proxy.close();
  await stranger.close();
});

test('are for a terminal on this machine, and say what there is', async () => {
  const { app } = plane.plane.gateway;
  for (const url of ['/debug', '/debug/memory', '/c/drm/debug', '/c/drm/debug/clients']) {
    for (const headers of [{ origin: 'http://evil.example' }, { 'x-forwarded-for': '203.0.113.7' }])
      expect((await app.inject({ url, headers })).statusCode).toBe(403);
    const far = await app.inject({ url, remoteAddress: '203.0.113.7' });
    expect([url, far.statusCode]).toEqual([url, 403]);
    expect(far.body).toMatch(/from another machine.*for a terminal on this machine/);
  }
  expect(await read('/c/drm/debug/secrets')).toMatchObject({
    status: 404,
    text: expect.stringMatching(/pushes, clients/),
  });
  expect(await read('/c/osp/debug')).toMatchObject({ status: 200, text: 'osp has nothing to show\n' });
  expect(await read('/c/drm/debug/toString')).toMatchObject({ status: 404 });
});

test('limits of the push engine are read and changed while it runs: all of them or none, for a time or until the end', async () => {
  const url = `${plane.baseUrl}/c/drm/admin/v1/dynamic_config`;
  const before = 'PushConcurrency=1000\nConnectionBurstSize=400\nConnectionWait=5s\nMaxConnections=20000\n';
  const lines = async () => (await fetch(url)).text();
  expect(await lines()).toBe(before);
  expect(await (await fetch(`${url}?verbose=1`)).text()).toContain(
    'ConnectionWait=5s  how long a stream waits to be let in; 0s to 1m\n',
  );
  const post = async (body: string, type = 'text/plain', query = '') => {
    const response = await fetch(`${url}${query}`, { method: 'POST', body, headers: { 'content-type': type } });
    return { status: response.status, text: await response.text() };
  };
  for (const [body, said] of [
    ['PushConcurrency=0', 'PushConcurrency: found 0, expected 1 to 10000'],
    ['PushConcurrency=many', 'PushConcurrency: found many, expected 1 to 10000'],
    ['ConnectionWait=2m', 'ConnectionWait: found 2m, expected 0s to 1m'],
    ['PushConcurrency=5\nPushSpeed=7', 'PushSpeed is not known here; expected PushConcurrency, ConnectionBurstSize'],
    ['', 'found no values'],
  ])
    expect(await post(body as string)).toMatchObject({ status: 400, text: expect.stringContaining(said as string) });
  expect(await lines()).toBe(before);
  expect(await post('PushConcurrency=7\nConnectionWait=250ms\n')).toEqual({
    status: 200,
    text: 'PushConcurrency=7\nConnectionBurstSize=400\nConnectionWait=250ms\nMaxConnections=20000\n',
  });
  expect(plane.plane.context.hub.server.limits).toMatchObject({ maxConcurrentPushes: 7, connectionWaitMs: 250 });
  expect((await post('{"PushConcurrency":1000,"ConnectionWait":"5s"}', 'application/json')).text).toBe(before);
  const strangers = await plane.plane.gateway.app.inject({ method: 'POST', url, remoteAddress: '203.0.113.7' });
  expect(strangers.statusCode).toBe(403);

  // One more proxy than may be connected is refused, and let in when there may be more.
  expect((await post('MaxConnections=1', 'text/plain', '?ttl=1h')).status).toBe(200);
  const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
  const open = (id: string) =>
    openMeshClient({
      address: plane.plane.grpcAddress ?? '',
      credentials: { accessKey: accessKeyId, secret },
      id,
      app: 'many',
    });
  const clients = [open('many-1'), open('many-2')];
  const connected = () => plane.plane.context.hub.server.stats();
  await vi.waitFor(() => expect(connected()).toMatchObject({ clients: 1 }), { timeout: 20_000 });
  await vi.waitFor(() => expect(connected().refusedTotal).toBeGreaterThan(0), { timeout: 20_000 });
  expect(connected().clients).toBe(1);
  await post('MaxConnections=20000');
  await vi.waitFor(() => expect(connected().clients).toBe(2), { timeout: 60_000 });
  for (const client of clients) await client.close();
}, 120_000);
