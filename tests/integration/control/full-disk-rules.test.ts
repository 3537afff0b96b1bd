import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { ruleDataId } from '@weft/schema/data-id';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type MeshClient, openMeshClient } from './mesh-client.ts';

let plane: TestPlane;
const open: MeshClient[] = [];
beforeAll(async () => {
  // About 1.5 MiB.
  plane = await startTestPlane({ ruleKinds, maxDatabasePages: 380 });
});
afterAll(async () => {
  for (const client of open) await client.close();
  await plane.stop();
});

test('with a full disk rules are refused whole, and everything that needs no disk goes on', async () => {
  const { ms } = plane.admin.client;
  const proxy = (id: string): MeshClient => {
    const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
    const address = plane.plane.grpcAddress ?? '';
    const client = openMeshClient({ address, credentials: { accessKey: accessKeyId, secret }, id, app: 'shop' });
    open.push(client);
    return client;
  };
  const body = (description: string) => ({
    name: 'kept',
    app: 'shop',
    enabled: true,
    services: ['a.shop:80@Http1'],
    description,
    spec: { threshold: 5 },
  });
  const dataId = ruleDataId('LIMIT', 'shop');
  const before = proxy('before');
  let rule = await ms.createLimitRule({ body: body('') });
  const refused = await (async () => {
    for (let i = 0; i < 5000; i++) {
      try {
        rule = await ms.replaceLimitRule(
          { params: { id: rule.ruleDbId }, body: body('x'.repeat(900) + i) },
          { ifMatch: rule.version },
        );
      } catch (error) {
        return error;
      }
    }
    throw new Error('the disk never was full');
  })();
  expect(refused).toMatchObject({ status: 503, code: 'STORAGE', message: expect.stringMatching(/full/) });

  // Nothing half done: rule, history and document are those of the last answer.
  const stored = await ms.getLimitRule({ params: { id: rule.ruleDbId } });
  expect([stored.version, stored.description]).toEqual([rule.version, rule.description]);
  const versions = await ms.listLimitRuleVersions({ params: { id: rule.ruleDbId }, query: { size: 1 } });
  expect(versions.items[0]?.version).toBe(rule.version);
  const held = plane.plane.context.drm.get({ instanceId: '000001', dataId });
  expect(held?.value).toContain(rule.description);
  await vi.waitFor(() => expect(before.values.get(dataId)).toBe(held?.value));

  // A proxy that comes now gets its rules, publishes, reports and is seen.
  const after = proxy('after');
  await vi.waitFor(() => expect(after.values.get(dataId)).toBe(held?.value));
  after.publish('b.shop:80@Http1', 80);
  after.report();
  await vi.waitFor(async () =>
    expect(await ms.getSidecar({ params: { proxyId: 'after' } })).toMatchObject({
      state: 'Running',
      publications: [{ dataId: 'b.shop:80@Http1' }],
    }),
  );
  expect((await ms.listServices()).items.map(({ serviceId }) => serviceId)).toEqual(['b.shop:80@Http1']);
});
