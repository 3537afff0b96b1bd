import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import { expect, it } from 'vitest';
import { keep, until } from '../engine/support.ts';
import { World } from '../governance/world.ts';

it('levels of logs are set at proxies through the control plane for a time, with a result for each, and audited', async () => {
  const plane = await startTestPlane({ ruleKinds });
  keep({ close: () => plane.stop() });
  const { ms, osp } = plane.admin.client;
  const keyFile = path.join(plane.directory, 'key-of-the-test.json');
  const { accessKeyId: accessKey, secret } = plane.plane.seeded ?? {};
  const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
  writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
  await World.start('Http1', [], {
    mesh: { app: 'demo', control: { address: plane.plane.grpcAddress, key_file: keyFile } },
  });
  await until(async () => (await ms.listSidecars({ query: { app: 'demo' } })).items.some(({ connected }) => connected));
  const [proxy] = (await ms.listSidecars({ query: { app: 'demo' } })).items;
  const proxyId = proxy?.proxyId ?? '';
  const levels = async () =>
    (await ms.getSidecarAdmin({ params: { proxyId, path: 'api/v1/get_loglevel' } })) as Record<string, string>;
  const before = await levels();
  const log = Object.keys(before).find((name) => name.endsWith('.log')) ?? '';
  const [own = ''] = Object.keys(before);
  expect((await ms.setSidecarLogLevel({ body: { proxyIds: [proxyId], log: own, level: 'WARN' } })).items).toMatchObject(
    [{ ok: true }],
  );
  expect((await levels())[own]).toBe('WARN');
  const { items } = await ms.setSidecarLogLevel({
    body: { proxyIds: [proxyId, 'gone'], log: path.basename(log), level: 'DEBUG', minutes: 1, comment: 'slow calls' },
  });
  expect(items).toMatchObject([
    { id: proxyId, ok: true },
    { id: 'gone', ok: false, code: 'NOT_FOUND' },
  ]);
  expect(before[log]).not.toBe('DEBUG');
  expect(await levels()).toMatchObject({ [log]: 'DEBUG' });
  const wrong = await ms.setSidecarLogLevel({ body: { proxyIds: [proxyId], log: 'nothing.log', level: 'DEBUG' } });
  expect(wrong.items).toMatchObject([
    { ok: false, message: expect.stringMatching(/found "nothing\.log", expected a log of the proxy: .*\.log/) },
  ]);
  const { items: rows } = await osp.listAudit({ query: { action: 'ms.setSidecarLogLevel' } });
  expect(rows).toHaveLength(3);
  expect(JSON.stringify(rows)).toContain('slow calls');
  const viewer = await plane.createUser('viewer', 'looks');
  await expect(
    viewer.client.ms.setSidecarLogLevel({ body: { proxyIds: [proxyId], log: '*', level: 'TRACE' } }),
  ).rejects.toMatchObject({ status: 403, message: expect.stringContaining('mesh:sidecar:operate') });
});
