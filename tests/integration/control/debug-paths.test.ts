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
    expect(far.body).toMatch(/from another machine.*at a terminal on this machine/);
  }
  expect(await read('/c/drm/debug/secrets')).toMatchObject({
    status: 404,
    text: expect.stringMatching(/pushes, clients/),
  });
  expect(await read('/c/osp/debug')).toMatchObject({ status: 200, text: 'osp has nothing to show\n' });
  expect(await read('/c/drm/debug/toString')).toMatchObject({ status: 404 });
});
