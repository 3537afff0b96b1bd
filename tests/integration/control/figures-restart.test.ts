import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import type { EdgeReport } from '@weft/distribution';
import { afterAll, expect, test, vi } from 'vitest';
import { BOUNDS_MS, openMeshClient } from './mesh-client.ts';

const DETAILS = 'details.bookinfo:9080@Http1';
const dataDirectory = mkdtempSync(join(tmpdir(), 'weft-figures-'));
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));

const inbound = (requests: number): EdgeReport => ({
  direction: 'inbound',
  sourceApp: 'front',
  targetApp: 'details',
  service: DETAILS,
  method: '',
  protocol: 'Http1',
  requests,
  errors: 0,
  rejected: 0,
  durationMsSum: requests * 15,
  histogram: BOUNDS_MS.map((bound) => (bound === 20 ? requests : 0)).concat(0),
});

test('figures are there again after a restart of the control plane, and go on', async () => {
  const first = await startTestPlane({ dataDirectory, ruleKinds });
  const { accessKeyId = '', secret = '' } = first.plane.seeded ?? {};
  const options = { credentials: { accessKey: accessKeyId, secret }, id: 'details-1', app: 'details' };
  const proxy = openMeshClient({ ...options, address: first.plane.grpcAddress ?? '' });
  const { ruleDbId } = await first.admin.client.ms.createLimitRule({
    body: { name: 'kept', app: 'details', services: ['*'], spec: { threshold: 1 } },
  });
  const node = async (plane: typeof first) =>
    (await plane.admin.client.ms.getTopology()).nodes.find(({ id }) => id === 'app:details');
  const hits = async (plane: typeof first) =>
    (await plane.admin.client.ms.getLimitRuleHits({ params: { id: ruleDbId } })).instances;
  proxy.report([inbound(100)], [{ ruleDbId, passed: 90, rejected: 10, wouldReject: 0 }]);
  await vi.waitFor(async () => expect((await node(first))?.requests).toBe(100));
  const before = await node(first);
  await proxy.close();
  await first.stop();

  const second = await startTestPlane({ dataDirectory, ruleKinds });
  const after = await node(second);
  expect(after).toMatchObject({ requests: 100, rtMs: before?.rtMs, p50Ms: before?.p50Ms });
  expect(await hits(second)).toMatchObject([{ proxyId: 'details-1', rejected: 10 }]);
  const again = openMeshClient({ ...options, address: second.plane.grpcAddress ?? '' });
  again.report([inbound(50)]);
  await vi.waitFor(async () => expect((await node(second))?.requests).toBe(150));
  await again.close();
  await second.stop();
});
