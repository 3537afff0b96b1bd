import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import { expect, it } from 'vitest';
import { keep, until } from '../engine/support.ts';
import { SERVICES, World } from './world.ts';

it('the control plane hears that a breaker opened and closed', async () => {
  const plane = await startTestPlane({ ruleKinds });
  keep({ close: () => plane.stop() });
  const { client } = plane.admin;
  const keyFile = path.join(plane.directory, 'key-of-the-test.json');
  const { accessKeyId: accessKey, secret } = plane.plane.seeded ?? {};
  const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
  writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
  const rule = { ruleDbId: 7, services: [SERVICES.Http1], threshold: 50, floorRequestCount: 2, probeNum: 1 };
  const world = await World.start(
    'Http1',
    [{ type: 'FUSE', list: 'fuseRules', rules: [{ ...rule, meltWindowMillis: 3_600_000 }] }],
    { mesh: { app: 'demo', control: { address: plane.plane.grpcAddress, key_file: keyFile } } },
  );
  const told = async (): Promise<string[]> => {
    const [proxy] = (await client.ms.listSidecars({ query: { app: 'demo' } })).items;
    if (proxy === undefined) return [];
    const { events } = await client.ms.getSidecar({ params: { proxyId: proxy.proxyId } });
    return events.filter(({ kind }) => kind.startsWith('fuse.')).map(({ kind, message }) => `${kind} ${message}`);
  };
  world.service.behaviour = 'error';
  expect(await world.statuses(3)).toEqual([500, 500, 503]);
  const opened = `fuse.open rule 7 of ${SERVICES.Http1}:i:r`;
  await until(async () => (await told()).includes(opened));
  await world.proxy.admin('POST', '/api/v1/governance/fuse/reset?rule=7');
  const closed = `fuse.close rule 7 of ${SERVICES.Http1}:i:r`;
  await until(async () => (await told()).includes(closed));
  expect((await told()).sort()).toEqual([closed, opened]);
});
