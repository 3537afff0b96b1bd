import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createApiClient, type Product } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import {
  createDistributionClient,
  createGrpcTransport,
  createLink,
  dynamicValueType,
  type Link,
} from '@weft/distribution';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

const WAIT = { timeout: 20_000, interval: 20 };
const NODE = {
  ip: '10.0.0.1',
  app: 'shop',
  zone: '',
  dataCenter: '',
  cluster: '',
  labels: {},
  version: '0',
  pid: 1,
  startedAtMs: 0,
  adminPort: 0,
};

describe('products of tenants and workspaces', () => {
  let plane: TestPlane;
  const links: Link[] = [];
  beforeAll(async () => {
    plane = await startTestPlane({ ruleKinds });
  });
  afterAll(() => plane.stop());
  afterEach(() => {
    for (const link of links.splice(0)) link.close();
  });

  const at = (tenantId: string, workspaceId: string) =>
    createApiClient({
      baseUrl: plane.baseUrl,
      fetch: plane.admin.fetch,
      csrfToken: () => plane.admin.session.csrfToken,
      tenantId,
      workspaceId,
    });
  async function connect(id: string, tenantId: string, workspaceId: string): Promise<Link> {
    const { key, secret } = await at(tenantId, workspaceId).osp.createAccessKey();
    const link = createLink({
      addresses: [plane.plane.grpcAddress ?? ''],
      node: { ...NODE, id },
      credentials: { accessKey: key.accessKeyId, secret },
      transport: createGrpcTransport(),
    });
    const client = createDistributionClient({ link });
    client.subscribe(dynamicValueType, ['Alipay.shop:name=com.example.Prices.currency,version=3.0@DRM'], () => []);
    links.push(link);
    return link;
  }
  const mesh = (items: readonly Product[]) => items.find(({ productCode }) => productCode === 'MESH');

  test('are there from the first start; others come with them or are not here yet', async () => {
    const { items } = await plane.admin.client.osp.listProducts({ params: { tenantId: 'ANTCLOUD' } });
    expect(items.map(({ productCode, state, with: comesWith }) => [productCode, state, comesWith])).toEqual([
      ['MESH', 'OPENED', null],
      ['MS', 'OPENED', 'MESH'],
      ['REGISTRY', 'OPENED', 'MESH'],
      ['DRM', 'OPENED', 'MESH'],
      ['SECURITY', 'ABSENT', null],
      ['GATEWAY', 'ABSENT', null],
      ['TRACE', 'ABSENT', null],
      ['MONITOR', 'ABSENT', null],
    ]);
    expect(mesh(items)?.workspaces).toEqual([{ workspaceId: 'sit', state: 'STARTED' }]);
    const open = (productCode: string) =>
      plane.admin.client.osp.openProduct({ params: { tenantId: 'ANTCLOUD', productCode } });
    await expect(open('DRM')).rejects.toMatchObject({ status: 409, message: expect.stringMatching(/comes with MESH/) });
    await expect(open('TRACE')).rejects.toMatchObject({ status: 409, message: expect.stringMatching(/not part of/) });
    await expect(open('MASH')).rejects.toMatchObject({ status: 404, message: expect.stringMatching(/expected MESH/) });
  });

  test('decide whether proxies may connect, and closing one ends their streams', async () => {
    const { osp } = plane.admin.client;
    await osp.createTenant({ body: { tenantId: 'ACME' } });
    await osp.createWorkspace({ params: { tenantId: 'ACME' }, body: { workspaceId: 'prod' } });
    await osp.createWorkspace({ params: { tenantId: 'ACME' }, body: { workspaceId: 'test' } });
    const prod = await connect('p-prod', 'ACME', 'prod');
    const test_ = await connect('p-test', 'ACME', 'test');
    await vi.waitFor(() => expect([prod.state, test_.state]).toEqual(['ready', 'ready']), WAIT);

    const workspace = { tenantId: 'ACME', workspaceId: 'test', productCode: 'MESH' };
    await osp.stopProduct({ params: workspace });
    await vi.waitFor(() => expect(test_.state).toBe('refused'), WAIT);
    expect(test_.reason).toMatch(/MESH was closed for workspace ACME\/test/);
    expect(prod.state).toBe('ready');
    const notices = async (workspaceId: string) => (await at('ACME', workspaceId).osp.listComponents()).notices;
    expect(await notices('prod')).toEqual([]);
    expect(await notices('test')).toEqual([
      { id: 'notice.product-not-started', params: { tenant: 'ACME', workspace: 'test' } },
    ]);
    const again = await connect('p-again', 'ACME', 'test');
    await vi.waitFor(() => expect(again.state).toBe('refused'), WAIT);
    expect(again.reason).toMatch(/\[OSP-NOT-STARTED\] tenant=ACME workspace=test product=MESH/);
    expect((await at('ACME', 'test').ms.listRefusedConnections()).items).toMatchObject([
      {
        proxyId: 'p-again',
        cause: 'not-started',
        reason: 'the product MESH is not started in workspace test',
        advice: 'weft product start MESH --tenant ACME --ws test',
      },
    ]);

    const closed = await osp.closeProduct({ params: { tenantId: 'ACME', productCode: 'MESH' } });
    expect(closed).toMatchObject({ state: 'CLOSED', operator: 'admin' });
    await vi.waitFor(() => expect(prod.state).toBe('refused'), WAIT);
    const late = await connect('p-late', 'ACME', 'prod');
    await vi.waitFor(() => expect(late.reason).toMatch(/\[OSP-NOT-OPENED\] tenant=ACME product=MESH/), WAIT);
    expect(await notices('prod')).toMatchObject([{ id: 'notice.product-not-opened' }]);
    await expect(osp.startProduct({ params: workspace })).rejects.toMatchObject({ status: 409, code: 'CONFLICT' });

    await osp.openProduct({ params: { tenantId: 'ACME', productCode: 'MESH' } });
    expect(mesh((await osp.listProducts({ params: { tenantId: 'ACME' } })).items)).toMatchObject({
      state: 'OPENED',
      workspaces: [
        { workspaceId: 'prod', state: 'STARTED' },
        { workspaceId: 'test', state: 'STOPPED' },
      ],
    });
    await osp.startProduct({ params: workspace });
    const back = await connect('p-back', 'ACME', 'test');
    await vi.waitFor(() => expect(back.state).toBe('ready'), WAIT);
    const { items: rows } = await osp.listAudit({ query: { action: 'osp.stopProduct' } });
    expect(rows).toMatchObject([{ object: 'product MESH of workspace ACME/test', result: 'OK' }]);
  });

  test('are started by who administers a workspace, opened by who administers the platform, and unseen by others', async () => {
    const params = { tenantId: 'ANTCLOUD', workspaceId: 'sit', productCode: 'MESH' };
    const { client: owner } = await plane.createUser('workspace_admin', 'ws-owner');
    await owner.osp.startProduct({ params });
    await expect(owner.osp.openProduct({ params })).rejects.toMatchObject({ status: 403 });
    await expect(owner.osp.stopProduct({ params: { ...params, workspaceId: 'other' } })).rejects.toMatchObject({
      status: 404,
    });
    await expect(owner.osp.listProducts({ params: { tenantId: 'ACME' } })).rejects.toMatchObject({ status: 404 });
    const { client: viewer } = await plane.createUser('viewer', 'ws-viewer');
    await expect(viewer.osp.startProduct({ params })).rejects.toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  test('of a tenant that was inserted by hand are closed until somebody opens and starts them', async () => {
    const db = new DatabaseSync(join(plane.directory, 'weft.db'));
    db.exec("INSERT INTO t_tenant (tenant_id, tenant_name, region_id, region_name) VALUES ('BYHAND','','','')");
    db.exec(
      "INSERT INTO t_workspace (tenant_id, workspace_id, workspace_name, operator) VALUES ('BYHAND','sit','','')",
    );
    db.close();
    const refused = await connect('p-hand', 'BYHAND', 'sit');
    await vi.waitFor(() => expect(refused.reason).toMatch(/\[OSP-NOT-OPENED\] tenant=BYHAND/), WAIT);
    const { osp } = plane.admin.client;
    await osp.openProduct({ params: { tenantId: 'BYHAND', productCode: 'MESH' } });
    await osp.startProduct({ params: { tenantId: 'BYHAND', workspaceId: 'sit', productCode: 'MESH' } });
    const taken = await connect('p-hand-2', 'BYHAND', 'sit');
    await vi.waitFor(() => expect(taken.state).toBe('ready'), WAIT);
  });
});
