import { expect, it } from 'vitest';
import { until } from '../engine/support.ts';
import { commandsFor } from './command.ts';
import { startPlane } from './plane.ts';
import { SERVICES, World } from './world.ts';

it('the control plane hears that a breaker opened and closed', async () => {
  const { client, mesh } = await startPlane();
  const rule = { ruleDbId: 7, services: [SERVICES.Http1], threshold: 50, floorRequestCount: 2, probeNum: 1 };
  const world = await World.start(
    'Http1',
    [{ type: 'FUSE', list: 'fuseRules', rules: [{ ...rule, meltWindowMillis: 3_600_000 }] }],
    { mesh },
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

it('breakers are shown and closed through the control plane, and somebody has done it', async () => {
  const { plane, client, mesh } = await startPlane();
  const world = await World.start('Http1', [], { mesh });
  const { ruleDbId } = await client.ms.createFuseRule({
    body: {
      name: 'breaker',
      app: 'demo',
      services: [SERVICES.Http1],
      enabled: true,
      spec: { threshold: 50, floorRequestCount: 2, meltWindowMillis: 3_600_000, probeNum: 1 },
    },
  });
  const params = { id: ruleDbId };
  await until(async () => (await client.ms.getFuseRule({ params })).push.state === 'ok');
  world.service.behaviour = 'error';
  expect(await world.statuses(3)).toEqual([500, 500, 503]);
  const resource = `${SERVICES.Http1}:i:r`;
  const open = await client.ms.listBreakers({ query: { ruleDbId, state: 'OPEN' } });
  expect(open).toMatchObject({ asked: 1, silent: [], items: [{ ruleDbId, name: 'breaker', resource, state: 'OPEN' }] });
  expect(open.items[0]?.until).toMatch(/^\d{4}-/);
  expect((await client.ms.listBreakers()).items.map(({ state }) => state)).toEqual(['OPEN']);

  const other = { ruleDbId, resource: 'another:i:r' };
  expect((await client.ms.resetBreakers({ body: other })).items).toEqual([]);
  const viewer = await plane.createUser('viewer', 'looks-only');
  expect((await viewer.client.ms.listBreakers()).items).toHaveLength(1);
  await expect(viewer.client.ms.resetBreakers({ body: { ruleDbId } })).rejects.toMatchObject({ status: 403 });
  const weft = commandsFor(plane, (await plane.createUser('workspace_admin', 'closes')).token);
  expect((await weft('rule', 'breakers', 'breaker')).said).toContain(':i:r those that it gets for it\n');
  expect((await weft('rule', 'breakers', 'breaker', '--state', 'closed')).said).not.toContain(':i:r');
  const wrong = await weft('rule', 'reset-breakers', 'breaker', '--resource', 'another:i:r');
  expect(wrong).toEqual({
    code: 1,
    said: `weft: demo/breaker has no breaker of resource "another:i:r"; there are: ${resource}\n`,
  });
  const nowhere = await weft('rule', 'reset-breakers', 'breaker', '--proxy', 'nosuch');
  expect(nowhere).toMatchObject({
    code: 1,
    said: expect.stringContaining('there is no proxy "nosuch"; there are: demo'),
  });
  const ofAnotherType = {
    code: 1,
    said: expect.stringContaining('is a rule of type fuse, expected one of type isolate'),
  };
  expect(await weft('rule', 'isolated', 'breaker')).toMatchObject(ofAnotherType);
  expect(await weft('rule', 'isolated', String(ruleDbId))).toMatchObject(ofAnotherType);
  world.service.behaviour = 'ok';
  const closed = await weft('rule', 'reset-breakers', 'breaker', '--proxy', 'demo', '--comment', 'mended');
  expect(closed.said).toMatch(/1 breaker was closed, at 1 proxy\n {2}demo \S+ \S+, was OPEN\n$/);
  expect(closed.code).toBe(0);
  const again = await weft('rule', 'reset-breakers', 'breaker', '--resource', resource);
  expect(again).toMatchObject({ code: 0, said: expect.stringContaining('0 breakers were closed') });
  expect(await world.statuses(1)).toEqual([200]);
  expect((await client.ms.listBreakers({ query: { ruleDbId } })).items).toMatchObject([{ state: 'CLOSED' }]);
  const { items: rows } = await client.osp.listAudit({ query: { action: 'ms.resetBreakers' } });
  const items = rows.filter((row) => JSON.stringify(row).includes('mended'));
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ actor: 'closes', object: `rule fuse/${ruleDbId} breaker`, result: 'OK' });
  // Nothing else may be done from afar.
  const [proxy] = (await client.ms.listSidecars({ query: { app: 'demo' } })).items;
  const admin = { proxyId: proxy?.proxyId ?? '', path: 'api/v1/governance/fuse/reset' };
  await expect(client.ms.getSidecarAdmin({ params: admin, query: { all: '1' } })).rejects.toMatchObject({
    status: 403,
  });
});
