import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type MeshClient, type MeshClientOptions, openMeshClient } from './mesh-client.ts';

const REVIEWS = 'reviews.bookinfo:9080@Http1';
const TRACE = '0ad1f5a61700000000000100112345';

describe('one search over everything', () => {
  let plane: TestPlane;
  const open: MeshClient[] = [];
  beforeAll(async () => {
    plane = await startTestPlane({ ruleKinds });
    const v1 = proxy('reviews-1', 'reviews', { ip: '10.0.7.1', labels: { version: 'v1', host: 'blade-17' } });
    v1.publish(REVIEWS, 9080);
    proxy('shop-1', 'shop', { ip: '10.0.7.2' });
    await plane.admin.client.ms.createLimitRule({
      body: {
        name: 'reviews-qps',
        app: 'reviews',
        direction: 'SERVER',
        services: [REVIEWS],
        spec: { thresholdType: 'invokeTimes', threshold: 10 },
      },
    });
    await vi.waitFor(
      async () => expect((await find('shop')).totals).toContainEqual({ kind: 'proxy', total: 1 }),
      20_000,
    );
    await vi.waitFor(async () => expect((await find(REVIEWS)).items).toHaveLength(1), 20_000);
  });
  afterAll(() => plane.stop());
  afterAll(async () => {
    for (const client of open.splice(0)) await client.close();
  });

  const find = (q: string, size?: number, client = plane.admin.client) =>
    client.ms.search({ query: { q, ...(size === undefined ? {} : { size }) } });
  const proxy = (id: string, app: string, options: Partial<MeshClientOptions> = {}): MeshClient => {
    const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
    const address = plane.plane.grpcAddress ?? '';
    const client = openMeshClient({ address, credentials: { accessKey: accessKeyId, secret }, id, app, ...options });
    open.push(client);
    return client;
  };

  test('finds a service, its app, its proxies and its rules by a part of the name, the best of each kind first', async () => {
    const { items, totals, hidden } = await find('REVIEWS');
    expect(items.map(({ kind, id }) => [kind, id])).toEqual([
      ['service', REVIEWS],
      ['app', 'reviews'],
      ['proxy', 'reviews-1'],
      ['rule', expect.stringMatching(/^\d+$/)],
    ]);
    expect(items.find(({ kind }) => kind === 'proxy')).toMatchObject({
      title: 'reviews v1 · blade-17',
      app: 'reviews',
      address: '10.0.7.1:9080',
      enabled: true,
    });
    expect(items.find(({ kind }) => kind === 'rule')).toMatchObject({
      title: 'reviews-qps',
      segment: 'limit',
      enabled: false,
    });
    expect(totals).toContainEqual({ kind: 'service', total: 1 });
    expect(hidden).toEqual([]);
  });

  test('finds proxies by address and by host, and takes what looks like the id of a request for one', async () => {
    const proxies = async (q: string) =>
      (await find(q)).items.filter(({ kind }) => kind === 'proxy').map(({ id }) => id);
    expect(await proxies('10.0.7.')).toEqual(['reviews-1', 'shop-1']);
    expect(await proxies('10.0.7.2')).toEqual(['shop-1']);
    expect(await proxies('blade')).toEqual(['reviews-1']);
    expect((await find(TRACE)).items).toMatchObject([{ kind: 'trace', id: TRACE }]);
    expect((await find('nothing-like-it')).items).toEqual([]);
  });

  test('gives so many of a kind, and says how many there are', async () => {
    const { items, totals } = await find('10.0.7.', 1);
    expect(items).toHaveLength(1);
    expect(totals).toContainEqual({ kind: 'proxy', total: 2 });
  });

  test('a text that is too short or too long is refused by its field', async () => {
    await expect(find('a')).rejects.toMatchObject({ status: 400, fields: [{ path: 'query.q' }] });
    await expect(find('x'.repeat(257))).rejects.toMatchObject({ status: 400 });
    await expect(find('ab', 51)).rejects.toMatchObject({ status: 400, fields: [{ path: 'query.size' }] });
  });

  test('shows rules to those of their workspace only', async () => {
    await plane.admin.client.osp.createWorkspace({
      params: { tenantId: plane.admin.session.tenantId },
      body: { workspaceId: 'other' },
    });
    const place = { tenantId: plane.admin.session.tenantId, workspaceId: 'other' };
    const stranger = await plane.createUser('viewer', 'stranger', place);
    const elsewhere = await find('reviews', 5, stranger.loggedIn.client);
    expect(elsewhere.items.filter(({ kind }) => kind === 'rule')).toEqual([]);
    const everything = (await find('reviews')).items.length;
    expect(everything).toBe(4);
  });
});
