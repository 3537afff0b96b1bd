/** Fault-injection rules that end by themselves, also when the control plane was away at that moment. */
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { ruleDataId } from '@weft/schema/data-id';
import { expect, test, vi } from 'vitest';
import { openMeshClient } from './mesh-client.ts';

const PATIENCE = { timeout: 20_000, interval: 100 };
const DATA_ID = ruleDataId('FAULT_INJECT', 'details');

const create = (plane: TestPlane, ttlSeconds: number, name = 'drill') =>
  plane.admin.client.ms.createFaultInjectRule({
    body: {
      name,
      app: 'details',
      services: ['*'],
      enabled: true,
      spec: { ruleType: 'ABORT', code: 503, ttlSeconds },
    },
  });

test('a rule whose time is over is switched off everywhere, with a version and an audit row', async () => {
  const plane = await startTestPlane({ ruleKinds });
  const { ms, osp } = plane.admin.client;
  const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
  const proxy = openMeshClient({
    address: plane.plane.grpcAddress ?? '',
    credentials: { accessKey: accessKeyId, secret },
    id: 'd1',
    app: 'details',
    dataIds: [DATA_ID],
  });
  try {
    const rulesAt = (): unknown[] =>
      JSON.parse(proxy.values.get(DATA_ID) ?? '{"faultInjectRules":[]}').faultInjectRules;
    const forever = await create(plane, 0, 'forever');
    expect(forever.expiresAt).toBe(null);
    const { ruleDbId, expiresAt, modifiedAt } = await create(plane, 2);
    expect(Date.parse(expiresAt ?? '') - Date.parse(modifiedAt)).toBe(2000);
    await vi.waitFor(() => expect(rulesAt()).toHaveLength(2), PATIENCE);
    const params = { id: ruleDbId };
    await vi.waitFor(async () => expect((await ms.getFaultInjectRule({ params })).enabled).toBe(false), PATIENCE);
    const off = await ms.getFaultInjectRule({ params });
    expect(off).toMatchObject({ version: 2, modifiedBy: 'weft', expiresAt: null });
    expect(Date.parse(off.modifiedAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt ?? ''));
    await vi.waitFor(() => expect(rulesAt()).toHaveLength(1), PATIENCE);
    const { items } = await ms.listFaultInjectRuleVersions({ params });
    expect(items[0]).toMatchObject({ operation: 'expire', by: 'weft', comment: 'its 2 s are over' });
    const { items: rows } = await osp.listAudit({ query: { action: 'ms.expire' } });
    expect(rows[0]).toMatchObject({ actor: 'weft', actorType: 'COMPONENT' });
    // On again, its time begins anew.
    expect((await ms.enableFaultInjectRule({ params })).expiresAt).not.toBe(null);
  } finally {
    await proxy.close();
    await plane.stop();
  }
});

test('the time goes on while the control plane is away, and other changes do not begin it anew', async () => {
  const first = await startTestPlane({ ruleKinds });
  const { ms } = first.admin.client;
  const long = await create(first, 3600, 'long');
  const short = await create(first, 3);
  const params = { id: long.ruleDbId };
  const { name, app, services, spec } = long;
  const body = { name, app, services, enabled: true, spec: { ...spec, code: 500 } };
  expect((await ms.replaceFaultInjectRule({ params, body }, { ifMatch: 1 })).expiresAt).toBe(long.expiresAt);
  const longer = { ...body, spec: { ...body.spec, ttlSeconds: 7200 } };
  const replaced = await ms.replaceFaultInjectRule({ params, body: longer }, { ifMatch: 2 });
  expect(Date.parse(replaced.expiresAt ?? '')).toBeGreaterThan(Date.parse(long.expiresAt ?? ''));
  await first.plane.stop();
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(Date.parse(short.expiresAt ?? '')), PATIENCE);
  const second = await startTestPlane({ ruleKinds, dataDirectory: first.directory });
  try {
    const again = second.admin.client.ms;
    expect((await again.getFaultInjectRule({ params })).expiresAt).toBe(replaced.expiresAt);
    await vi.waitFor(
      async () => expect((await again.getFaultInjectRule({ params: { id: short.ruleDbId } })).enabled).toBe(false),
      PATIENCE,
    );
    expect((await again.getFaultInjectRule({ params })).enabled).toBe(true);
  } finally {
    await second.stop();
    await first.stop();
  }
});
