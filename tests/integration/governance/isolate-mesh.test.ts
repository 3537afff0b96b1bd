import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import { expect, it } from 'vitest';
import { metric } from '../../support/metrics.ts';
import { keep, until } from '../engine/support.ts';
import { commandsFor } from './command.ts';
import { SERVICES, Service, World } from './world.ts';

it('rules of the control plane isolate and copy; it hears who is left out, and who came back', async () => {
  const plane = await startTestPlane({ ruleKinds });
  keep({ close: () => plane.stop() });
  const { ms } = plane.admin.client;
  const keyFile = path.join(plane.directory, 'key-of-the-test.json');
  const { accessKeyId: accessKey, secret } = plane.plane.seeded ?? {};
  const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
  writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
  const mesh = { app: 'demo', control: { address: plane.plane.grpcAddress, key_file: keyFile } };
  const [bad, shadow] = [await Service.listen('Http1'), await Service.listen('Http1')];
  const world = await World.start('Http1', [], { mesh, ports: [bad.port] });
  const body = { app: 'demo', services: [SERVICES.Http1], enabled: true };
  const isolation = await ms.createIsolateRule({
    body: {
      ...body,
      name: 'bad instances',
      spec: { leastExceptionRate: 50, leastWindowCount: 2, timeWindow: 1.1, recoverTime: 86_400_000 },
    },
  });
  const copying = await ms.createMirrorRule({
    body: {
      ...body,
      name: 'copies',
      direction: 'CLIENT',
      spec: { targetAddresses: [`127.0.0.1:${shadow.port}`] },
    },
  });
  await until(async () => (await ms.getIsolateRule({ params: { id: isolation.ruleDbId } })).push.state === 'ok');
  await until(async () => (await ms.getMirrorRule({ params: { id: copying.ruleDbId } })).push.state === 'ok');
  bad.behaviour = 'error';
  const told = async (): Promise<string[]> => {
    const [proxy] = (await ms.listSidecars({ query: { app: 'demo' } })).items;
    if (proxy === undefined) return [];
    const { events } = await ms.getSidecar({ params: { proxyId: proxy.proxyId } });
    return events.flatMap(({ kind, message }) => (kind.startsWith('isolate.') ? [`${kind} ${message}`] : []));
  };
  const about = `127.0.0.1:${bad.port} of ${SERVICES.Http1}, rule ${isolation.ruleDbId}`;
  await until(async () => {
    await world.statuses(6, 'out');
    return (await told()).some((text) => text.startsWith(`isolate.begin ${about}: `));
  });
  const { seen } = bad;
  expect(await world.statuses(6, 'out')).toEqual(new Array(6).fill(200));
  expect(bad.seen).toBe(seen);
  expect(await metric(world.proxy, 'weft_isolated_hosts', { rule: String(isolation.ruleDbId) })).toBe(1);
  await until(() => shadow.seen === world.service.seen + bad.seen);
  const { items, asked } = await ms.listIsolated({ query: { ruleDbId: isolation.ruleDbId } });
  expect(asked).toBe(1);
  const host = `127.0.0.1:${bad.port}`;
  expect(items).toMatchObject([{ app: 'demo', host, service: SERVICES.Http1, state: 'ISOLATED', rate: 100 }]);
  const marks = async () => (await ms.getTopology()).nodes.find(({ name }) => name === 'demo')?.marks ?? [];
  expect(await marks()).toContain('isolating');
  expect((await ms.listIsolated({ query: { app: 'other' } })).items).toEqual([]);
  const releasing = { ruleDbId: isolation.ruleDbId, comment: 'the disk was replaced' };
  expect((await ms.releaseIsolated({ body: { ...releasing, host: '10.0.0.1:1' } })).items).toEqual([]);
  const weft = commandsFor(plane, (await plane.createUser('workspace_admin', 'releases')).token);
  expect(await weft('rule', 'release', 'demo/bad instances', '--host', '10.0.0.1:1')).toEqual({
    code: 1,
    said: `weft: demo/bad instances leaves no instance 10.0.0.1:1 out; there are: ${host}\n`,
  });
  expect((await ms.releaseIsolated({ body: { ...releasing, host } })).items).toMatchObject([{ host }]);
  expect((await ms.listIsolated({ query: {} })).items).toMatchObject([{ host, state: 'RECOVERING' }]);
  const audit = await plane.admin.client.osp.listAudit({ query: { action: 'ms.releaseIsolated' } });
  expect(audit.items).toHaveLength(3);
  expect(JSON.stringify(audit.items[0])).toContain('the disk was replaced');
  await ms.disableIsolateRule({ params: { id: isolation.ruleDbId } });
  await until(async () => (await told()).includes(`isolate.end ${about}`));
  expect(await marks()).not.toContain('isolating');
  await world.statuses(4, 'out');
  expect(bad.seen).toBeGreaterThan(seen);
});
