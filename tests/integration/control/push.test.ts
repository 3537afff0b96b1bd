import { startTestPlane, type TestPlane } from '@weft/control/testing';
import {
  createDistributionClient,
  createGrpcTransport,
  createLink,
  type DynamicValue,
  dynamicValueType,
  type Rejection,
  type ResourceUpdate,
} from '@weft/distribution';
import { instancePercentile } from '@weft/schema/wire';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

const dataId = (name: string): string => `Alipay.shop:name=com.example.Prices.${name},version=3.0@DRM`;

describe('a value on its way to proxies', () => {
  let plane: TestPlane;
  const open: { close(): void }[] = [];
  beforeAll(async () => {
    plane = await startTestPlane();
  });
  afterAll(() => plane.stop());
  afterEach(() => {
    for (const client of open.splice(0)) client.close();
  });

  const node = (id: string, ip = '10.0.0.1') => ({
    id,
    app: 'shop',
    ip,
    zone: 'Z1',
    dataCenter: '',
    cluster: '',
    labels: {},
    version: '0',
    pid: 1,
    startedAtMs: 0,
    adminPort: 0,
  });

  /** A proxy's end of the link, with the access key of the first start unless told otherwise. */
  function connect(
    id: string,
    names: readonly string[],
    options: {
      key?: { accessKey: string; secret: string };
      ip?: string;
      judge?: (update: ResourceUpdate<DynamicValue>) => readonly Rejection[];
    } = {},
  ) {
    const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
    const link = createLink({
      addresses: [plane.plane.grpcAddress ?? ''],
      node: node(id, options.ip),
      credentials: options.key ?? { accessKey: accessKeyId, secret },
      transport: createGrpcTransport(),
    });
    const state = new Map<string, string>();
    /** Every version that came, and whether it was gray. */
    const seen: [number, boolean][] = [];
    const client = createDistributionClient({ link });
    client.subscribe(dynamicValueType, names, (update) => {
      const rejections = options.judge?.(update) ?? [];
      for (const { version, value } of update.updated) seen.push([version, value.gray]);
      for (const { name, value } of update.updated)
        if (!rejections.some((rejection) => rejection.name === name))
          state.set(name, Buffer.from(value.value).toString());
      return rejections;
    });
    open.push({
      close: () => {
        client.close();
        link.close();
      },
    });
    return { link, state, seen };
  }

  const write = (name: string, value: string, baseVersion: number) =>
    plane.admin.client.drm.putValue({ body: { dataId: dataId(name), value, baseVersion } });

  test('is stored, pushed, acknowledged, and its state is told', async () => {
    const name = dataId('currency');
    await write('currency', '"EUR"', 0);
    const { state } = connect('p1', [name]);
    await vi.waitFor(() => expect(state.get(name)).toBe('"EUR"'));
    const second = await write('currency', '"USD"', 1);
    expect(second.version).toBe(2);
    await vi.waitFor(async () =>
      expect(await plane.admin.client.drm.getStatus({ query: { dataId: name } })).toMatchObject({
        formal: 2,
        subscribers: 1,
        applied: 1,
        rejected: 0,
        stale: 0,
        clients: [{ proxyId: 'p1', app: 'shop', version: 2, result: 'APPLIED' }],
      }),
    );
    expect(state.get(name)).toBe('"USD"');
  });

  test('that many write at the same time on one version has one winner', async () => {
    await write('raced', '0', 0);
    const results = await Promise.allSettled(Array.from({ length: 100 }, (_, i) => write('raced', `w${i}`, 1)));
    const lost = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => (reason as { code: string }).code);
    expect([results.length - lost.length, new Set(lost)]).toEqual([1, new Set(['VERSION_CONFLICT'])]);
  });

  test('that is equal makes no version, and a rollback makes a new one', async () => {
    await write('equal', 'a', 0);
    expect((await write('equal', 'a', 1)).version).toBe(1);
    expect((await write('equal', 'b', 1)).version).toBe(2);
    expect(await plane.admin.client.drm.rollbackValue({ body: { dataId: dataId('equal'), to: 1 } })).toMatchObject({
      version: 3,
    });
    const history = await plane.admin.client.drm.listHistory({ query: { dataId: dataId('equal') } });
    expect(history.items.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(
      await plane.admin.client.drm.getHistoryValue({ params: { version: 2 }, query: { dataId: dataId('equal') } }),
    ).toMatchObject({ value: 'b' });
  });

  test('that a proxy rejects is shown with its reason, and the others apply', async () => {
    const name = dataId('picky');
    const picky = connect('p-picky', [name], {
      judge: (update) =>
        update.updated
          .filter(({ value }) => Buffer.from(value.value).toString() === 'bad')
          .map((update_) => ({ name: update_.name, reason: 'flowControlRules[0].mode: unknown value' })),
    });
    const easy = connect('p-easy', [name]);
    await write('picky', 'good', 0);
    await vi.waitFor(() => expect([picky.state.get(name), easy.state.get(name)]).toEqual(['good', 'good']));
    await write('picky', 'bad', 1);
    await vi.waitFor(async () => {
      const { clients, ...status } = await plane.admin.client.drm.getStatus({ query: { dataId: name } });
      expect(status).toMatchObject({ applied: 1, rejected: 1, stale: 0 });
      expect(clients.find(({ proxyId }) => proxyId === 'p-picky')).toMatchObject({
        version: 1,
        result: 'REJECTED',
        reason: 'flowControlRules[0].mode: unknown value',
      });
    });
    expect([picky.state.get(name), easy.state.get(name)]).toEqual(['good', 'bad']);
  });

  test('waits where a workspace is frozen, and goes on in the others', async () => {
    const { client } = plane.admin;
    const name = dataId('two-workspaces');
    await client.osp.createWorkspace({ params: { tenantId: 'ANTCLOUD' }, body: { workspaceId: 'prod' } });
    await client.osp.selectWorkspace({ body: { tenantId: 'ANTCLOUD', workspaceId: 'prod' } });
    const prod = await client.osp.createAccessKey();
    await client.osp.selectWorkspace({ body: { tenantId: 'ANTCLOUD', workspaceId: 'sit' } });
    const here = connect('p-sit', [name]);
    const there = connect('p-prod', [name], { key: { accessKey: prod.key.accessKeyId, secret: prod.secret } });
    await write('two-workspaces', '1', 0);
    await vi.waitFor(() => expect([here.state.get(name), there.state.get(name)]).toEqual(['1', '1']), 20_000);

    const until = new Date(Date.now() + 600_000).toISOString();
    const { client: admin } = await plane.createUser('workspace_admin', 'freezes');
    const { client: developer } = await plane.createUser('developer', 'freezes-not');
    await expect(developer.drm.freezeWorkspace({ body: { until, reason: 'x' } })).rejects.toMatchObject({
      status: 403,
    });
    await expect(
      admin.drm.freezeWorkspace({ body: { until: '2020-01-01T00:00:00Z', reason: 'x' } }),
    ).rejects.toMatchObject({ status: 400, fields: [expect.objectContaining({ path: '/until' })] });
    const frozen = await admin.drm.freezeWorkspace({ body: { until, reason: 'peak' } });
    expect(frozen).toMatchObject({ frozen: true, scope: 'workspace', operator: 'freezes', reason: 'peak' });
    expect(await client.drm.getFreeze()).toMatchObject({ frozen: false });
    expect((await client.osp.listComponents()).notices?.map(({ id }) => id)).toEqual(['notice.workspace-frozen']);

    await write('two-workspaces', '2', 1);
    await vi.waitFor(() => expect(there.state.get(name)).toBe('2'), 20_000);
    expect(here.state.get(name)).toBe('1');
    // Who comes new gets what there is: a proxy without its rules would be worse.
    const fresh = connect('p-fresh', [name]);
    await vi.waitFor(() => expect(fresh.state.get(name)).toBe('2'), 20_000);
    await client.osp.selectWorkspace({ body: { tenantId: 'ANTCLOUD', workspaceId: 'prod' } });
    expect(await client.drm.getWorkspaceFreeze()).toMatchObject({ frozen: false, scope: null });
    await client.osp.selectWorkspace({ body: { tenantId: 'ANTCLOUD', workspaceId: 'sit' } });

    expect(await admin.drm.thawWorkspace()).toMatchObject({ frozen: false });
    await vi.waitFor(() => expect(here.state.get(name)).toBe('2'), 20_000);
    const { items } = await client.osp.listAudit({ query: { action: 'drm.freezeWorkspace' } });
    expect(items).toContainEqual(
      expect.objectContaining({
        object: 'pushing of workspace sit',
        diff: expect.objectContaining({ reason: 'peak' }),
      }),
    );
  });

  test('waits while pushing is frozen, unless the glass is broken', async () => {
    const name = dataId('frozen');
    const { state } = connect('p-frozen', [name]);
    await write('frozen', '1', 0);
    await vi.waitFor(() => expect(state.get(name)).toBe('1'));
    const { client, cookie, session } = plane.admin;
    await client.drm.freeze({ body: { until: new Date(Date.now() + 60_000).toISOString(), reason: 'peak day' } });
    await write('frozen', '2', 1);
    expect(await client.drm.getStatus({ query: { dataId: name } })).toMatchObject({ formal: 2, stale: 1 });
    const response = await fetch(`${plane.baseUrl}/openapi/v1/drm/resources/value`, {
      method: 'PUT',
      headers: {
        cookie,
        'content-type': 'application/json',
        'x-weft-csrf': session.csrfToken,
        'x-weft-break-glass': 'shop is down',
      },
      body: JSON.stringify({ dataId: name, value: '3', baseVersion: 2 }),
    });
    expect(response.status).toBe(200);
    await vi.waitFor(() => expect(state.get(name)).toBe('3'));
    await client.drm.putValue({ body: { dataId: name, value: '4', baseVersion: 3 } });
    expect(state.get(name)).toBe('3');
    await client.drm.thaw();
    await vi.waitFor(() => expect(state.get(name)).toBe('4'));
    expect(
      (await client.osp.listAudit({ query: { action: 'drm.putValue' } })).items.some(
        ({ diff }) => (diff as { breakGlass?: string }).breakGlass === 'shop is down',
      ),
    ).toBe(true);
  });

  test('never reaches a proxy of another tenant, or one with a wrong or disabled key', async () => {
    const { client } = plane.admin;
    const name = dataId('private');
    await write('private', 'secret', 0);
    await client.osp.createTenant({ body: { tenantId: 'OTHER' } });
    await client.osp.createWorkspace({ params: { tenantId: 'OTHER' }, body: { workspaceId: 'sit' } });
    await client.osp.selectWorkspace({ body: { tenantId: 'OTHER', workspaceId: 'sit' } });
    const other = await client.osp.createAccessKey();
    await client.osp.selectWorkspace({ body: { tenantId: 'ANTCLOUD', workspaceId: 'sit' } });
    const foreign = connect('p-foreign', [name], { key: { accessKey: other.key.accessKeyId, secret: other.secret } });
    const wrong = connect('p-wrong', [name], {
      key: { accessKey: plane.plane.seeded?.accessKeyId ?? '', secret: 'guessed' },
    });
    await vi.waitFor(() => expect(foreign.link.state).toBe('ready'));
    await vi.waitFor(() => expect(wrong.link.state).toBe('refused'));
    expect(wrong.link.reason).toMatch(/signature/);

    const mine = await client.osp.createAccessKey();
    const { link, state } = connect('p-mine', [name], {
      key: { accessKey: mine.key.accessKeyId, secret: mine.secret },
    });
    await vi.waitFor(() => expect(state.get(name)).toBe('secret'));
    await client.osp.updateAccessKey({ params: { accessKeyId: mine.key.accessKeyId }, body: { status: 'DISABLED' } });
    await vi.waitFor(() => expect(link.state).toBe('refused'), { timeout: 10_000 });
    expect([foreign.state.size, wrong.state.size]).toEqual([0, 0]);
    expect(
      (await client.drm.getStatus({ query: { dataId: name } })).clients.map(({ proxyId }) => proxyId),
    ).not.toContain('p-foreign');
  });

  test('is answered to classic clients over HTTP', async () => {
    await write('classic', '{"a":1}', 0);
    const url = (rest: string) => `http://127.0.0.1:${plane.plane.drmQueryPort}/queryDrmData.htm?${rest}`;
    const found = await fetch(
      url(`dataId=${encodeURIComponent(dataId('classic'))}&zone=GZ00B&version=1&profile=&instanceId=000001`),
    );
    expect([found.status, found.headers.get('drm_version'), await found.text()]).toEqual([200, '1', '{"a":1}@DRM']);
    const newer = await fetch(url(`dataId=${encodeURIComponent(dataId('classic'))}&version=2`));
    expect([newer.status, newer.headers.get('drm_version')]).toEqual([404, '1']);
    expect((await fetch(url('dataId='))).status).toBe(400);
    expect((await fetch(url(`dataId=${encodeURIComponent(dataId('classic'))}&instanceId=000009`))).status).toBe(404);
  });

  describe('for a part of them', () => {
    const drm = () => plane.admin.client.drm;
    /** Addresses by their place among a hundred, as the selector counts. */
    const ipOf = (wanted: (percentile: number) => boolean): string => {
      for (let i = 1; ; i++) if (wanted(instancePercentile(`10.1.0.${i}`, 'shop'))) return `10.1.0.${i}`;
    };
    const three = async (name: string) => {
      await write(name, 'old', 0);
      const [low, middle, high] = [ipOf((p) => p < 10), ipOf((p) => p >= 10 && p < 50), ipOf((p) => p >= 50)];
      const all = [low, middle, high].map((ip, index) => connect(`${name}-${index}`, [dataId(name)], { ip }));
      await vi.waitFor(() => expect(all.map(({ state }) => state.get(dataId(name)))).toEqual(['old', 'old', 'old']));
      return all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]];
    };
    const values = (all: readonly { state: Map<string, string> }[], name: string) =>
      all.map(({ state }) => state.get(dataId(name)));

    test('goes to those that are selected, grows, and becomes formal without a second push', async () => {
      const all = await three('gray');
      const id = dataId('gray');
      const started = await drm().startGray({ body: { dataId: id, value: 'new', selector: { percent: 10 } } });
      expect(started).toMatchObject({ formal: 1, version: 2, selected: 1, subscribers: 3 });
      await vi.waitFor(() => expect(values(all, 'gray')).toEqual(['new', 'old', 'old']));
      await expect(write('gray', 'third', 1)).rejects.toMatchObject({ status: 409 });
      await expect(drm().expandGray({ body: { dataId: id, selector: { percent: 5 } } })).rejects.toMatchObject({
        status: 400,
        fields: [{ path: '/selector/percent' }],
      });
      await drm().expandGray({ body: { dataId: id, selector: { percent: 50 } } });
      await vi.waitFor(() => expect(values(all, 'gray')).toEqual(['new', 'new', 'old']));
      // A proxy that starts meanwhile has the side that its address gives it.
      const late = connect('gray-late', [id], { ip: ipOf((p) => p < 10) });
      await vi.waitFor(() => expect(late.state.get(id)).toBe('new'));
      await vi.waitFor(async () =>
        expect(await drm().getStatus({ query: { dataId: id } })).toMatchObject({ formal: 1, gray: 2, stale: 0 }),
      );
      expect(await drm().promoteGray({ body: { dataId: id } })).toMatchObject({ version: 2 });
      await vi.waitFor(() => expect(values(all, 'gray')).toEqual(['new', 'new', 'new']));
      expect(all.map(({ seen }) => seen)).toEqual([
        [
          [1, false],
          [2, true],
        ],
        [
          [1, false],
          [2, true],
        ],
        [
          [1, false],
          [2, false],
        ],
      ]);
      await expect(drm().getGray({ query: { dataId: id } })).rejects.toMatchObject({ status: 404 });
    });

    test('goes back everywhere under a higher number when it is given up', async () => {
      const all = await three('given-up');
      const id = dataId('given-up');
      await drm().startGray({ body: { dataId: id, value: 'new', selector: { percent: 50 } } });
      await vi.waitFor(() => expect(values(all, 'given-up')).toEqual(['new', 'new', 'old']));
      expect(await drm().abortGray({ body: { dataId: id } })).toMatchObject({ version: 3 });
      await vi.waitFor(() => expect(values(all, 'given-up')).toEqual(['old', 'old', 'old']));
      expect((await drm().listHistory({ query: { dataId: id } })).items.map(({ version }) => version)).toEqual([
        3, 2, 1,
      ]);
      expect(await write('given-up', 'next', 3)).toMatchObject({ version: 4 });
    });

    test('is refused where there is nothing to begin with, or what a feature writes', async () => {
      const selector = { percent: 10 };
      await expect(
        drm().startGray({ body: { dataId: dataId('unknown'), value: 'x', selector } }),
      ).rejects.toMatchObject({ status: 404 });
      await expect(
        drm().startGray({ body: { dataId: dataId('gray'), value: 'x', selector: { percent: 101 } } }),
      ).rejects.toMatchObject({ status: 400 });
    });
  });
});

test('values survive a restart of the control plane, versions go on', async () => {
  const first = await startTestPlane();
  const name = dataId('kept');
  await first.admin.client.drm.putValue({ body: { dataId: name, value: '1', baseVersion: 0 } });
  await first.plane.stop();
  const second = await startTestPlane({ dataDirectory: first.directory });
  expect(second.plane.seeded).toBeNull();
  expect(await second.admin.client.drm.putValue({ body: { dataId: name, value: '2', baseVersion: 1 } })).toMatchObject({
    version: 2,
  });
  await second.stop();
  await first.stop();
});
