/** `weft doctor`, `weft doctor call` and `weft doctor rule`: each link is broken in turn, and is the one that is named. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ruleCalls } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import type { AdminAnswer, AdminQuery } from '@weft/distribution';
import { ruleDataId } from '@weft/schema/data-id';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { temporaryFolder, weft } from '../cli/weft.ts';
import { commandsFor } from '../governance/command.ts';
import { type MeshClient, type MeshClientOptions, openMeshClient } from './mesh-client.ts';

const ECHO = 'echo.demo:80@Http1';
const WAIT = { timeout: 20_000, interval: 50 };
let plane: TestPlane;
let run: ReturnType<typeof commandsFor>;
const open: MeshClient[] = [];

/** What proxies have seen of a rule. */
let seen: object = {};
const nothing = { requests: 0, considered: 0, matched: 0, verdicts: {}, skipped: {}, failed: {}, unread: [] };
const answer = ({ id }: AdminQuery): AdminAnswer => ({
  id,
  status: 200,
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify({ on: true, rule: { ...nothing, ...seen }, records: [] })),
});

function join(app: string, more: Partial<MeshClientOptions> = {}): MeshClient {
  const { accessKeyId: accessKey = '', secret = '' } = plane.plane.seeded ?? {};
  const client = openMeshClient({
    address: plane.plane.grpcAddress ?? '',
    credentials: { accessKey, secret },
    id: `${app}-1`,
    app,
    answer,
    ...more,
  });
  client.report();
  open.push(client);
  return client;
}

const edge = (requests: number, errors: number) => ({
  direction: 'outbound' as const,
  sourceApp: 'front',
  targetApp: 'back',
  service: ECHO,
  method: 'GET',
  protocol: 'Http1',
  requests,
  errors,
  rejected: 0,
  durationMsSum: 10,
  histogram: [requests],
});

/** The steps by their result, as a program reads them. */
async function steps(...args: string[]) {
  const { code, said } = await run('doctor', ...args, '--json');
  const { items } = JSON.parse(said) as {
    items: { steps: { step: string; result: string; findings: { what: string; advice: string }[] }[] }[];
  };
  const all = items[0]?.steps ?? [];
  const failed = all.find(({ result }) => result === 'failed');
  return {
    code,
    results: all.map(({ result }) => result),
    failed: failed?.step,
    said: failed?.findings.map(({ what, advice }) => `${what} → ${advice}`).join('\n') ?? '',
  };
}

beforeAll(async () => {
  plane = await startTestPlane({ ruleKinds });
  const { secret } = await plane.admin.client.osp.createToken({ body: { name: 'commands' } });
  run = commandsFor(plane, secret);
});
afterAll(async () => {
  for (const client of open) await client.close();
  await plane.stop();
});

it('a call: names the first link that is broken, until none is', async () => {
  const call = (server = 'back') => steps('call', '--client', 'front', '--server', server, '--service', ECHO);
  expect(await call()).toMatchObject({
    code: 1,
    results: ['failed', 'skipped', 'skipped', 'skipped'],
    said: expect.stringContaining(
      `there is no service ${ECHO} → its application publishes by PUT /v1/discovery/publications/${encodeURIComponent(ECHO)} of`,
    ),
  });
  expect((await call()).said).toContain('no proxy of an app front is known here');

  const back = join('back');
  back.publish(ECHO, 8080);
  await vi.waitFor(async () => expect((await call()).results[0]).toBe('ok'), WAIT);
  const slipped = await steps('call', '--client', 'bakc', '--server', 'back', '--service', ECHO.replace(/@.*/, ''));
  expect(slipped.said.split('\n')).toEqual([
    `there is no service ${ECHO.replace(/@.*/, '')} → did you mean ${ECHO}?`,
    expect.stringContaining('no proxy of an app bakc is known here → did you mean back? compare'),
  ]);
  expect((await call('nobody')).said).toContain('nobody does not provide it; back does → --server back');

  const address = (await plane.admin.client.ms.listProviders({ params: { serviceId: ECHO }, query: {} })).items[0]
    ?.address as string;
  const set = (enabled: boolean) =>
    plane.admin.client.ms.updateProviders({
      params: { serviceId: ECHO },
      body: { addresses: [address], enabled, force: true },
    });
  await set(false);
  expect(await call()).toMatchObject({
    results: ['ok', 'failed', 'skipped', 'skipped'],
    said: expect.stringContaining(`${address} of back is disabled by admin → weft service enable '${ECHO}' ${address}`),
  });
  await set(true);

  expect(await call()).toMatchObject({
    results: ['ok', 'ok', 'failed', 'skipped'],
    said: expect.stringContaining('no proxy of an app front is known here → compare the name with --app'),
  });
  const front = join('front');
  await vi.waitFor(
    async () => expect((await call()).said).toContain('front (10.0.0.1) does not subscribe to it → its application'),
    WAIT,
  );
  front.subscribe(ECHO);
  await vi.waitFor(
    async () =>
      expect(await call()).toMatchObject({
        results: ['ok', 'ok', 'ok', 'failed'],
        said: expect.stringContaining('no call from front to back went through a proxy → does front call the egress'),
      }),
    WAIT,
  );
  front.report([edge(4, 4)]);
  await vi.waitFor(async () => expect((await call()).said).toContain('none came to an answer: 4 '), WAIT);
  front.report([edge(6, 0)]);
  await vi.waitFor(
    async () => expect(await call()).toMatchObject({ code: 0, results: ['ok', 'ok', 'ok', 'ok'] }),
    WAIT,
  );
  expect((await run('doctor', 'call', '--client', 'front', '--server', 'back', '--service', ECHO)).said).toContain(
    '! 40 % failed: 6 success, 4 error\n',
  );

  const traced = await steps('call', '--client', 'front', '--server', 'back', '--service', ECHO, '--trace', 'abc123');
  expect(traced).toMatchObject({
    code: 1,
    results: ['ok', 'ok', 'ok', 'failed', 'skipped', 'skipped'],
    said: expect.stringContaining('no proxy of front remembers it'),
  });
});

it('a rule: names the first link that is broken, until none is', async () => {
  const rules = ruleCalls(plane.admin.client.ms, 'limit');
  const doctor = (app: string) => steps('rule', '--app', app, '--type', 'limit');
  const create = (app: string, name: string, enabled: boolean) => {
    const body = { name, app, services: [ECHO], enabled, spec: { threshold: 1 } };
    return rules.create({ body });
  };
  expect(await doctor('store')).toMatchObject({
    code: 1,
    said: expect.stringContaining('no limit rule for app store'),
  });

  const { ruleDbId } = await create('store', 'store-qps', false);
  // Off on purpose, for all that anybody knows: no failure.
  expect(await doctor('store')).toMatchObject({ code: 0, results: [] });
  expect((await run('doctor', 'rule', '--app', 'store', '--type', 'limit')).said).toContain(
    `store/store-qps (limit ${ruleDbId}): off; weft rule enable ${ruleDbId} switches it on`,
  );
  await rules.enable({ params: { id: ruleDbId } });
  expect(await doctor('store')).toMatchObject({
    failed: 'proxies name store as their app',
    said: expect.stringContaining('no proxy of an app store is known here → compare the name with --app'),
  });

  const store = join('store');
  store.publish(ECHO, 9090);
  await vi.waitFor(async () => expect((await doctor('store')).results[1]).toBe('ok'), WAIT);
  await plane.admin.client.drm.freezeWorkspace({
    body: { reason: 'inventory', until: new Date(Date.now() + 600_000).toISOString() },
  });
  await create('store', 'another', true);
  try {
    expect(await doctor('store')).toMatchObject({
      failed: 'its document goes out',
      said: expect.stringContaining('pushing is frozen by admin'),
    });
  } finally {
    await plane.admin.client.drm.thawWorkspace();
  }

  const picky = join('picky', { judge: ({ updated }) => updated.map(({ name }) => ({ name, reason: 'no room' })) });
  picky.publish(ECHO, 9091);
  await create('picky', 'picky-qps', true);
  await vi.waitFor(
    async () =>
      expect(await doctor('picky')).toMatchObject({
        failed: 'proxies have it',
        said: expect.stringMatching(/picky refuses version \d+: no room → correct the rule/),
      }),
    WAIT,
  );

  seen = { requests: 2, considered: 2, failed: { 'HEADER user EQUAL [bob]': { actual: 'ann', count: 2 } } };
  await vi.waitFor(
    async () =>
      expect(await doctor('store')).toMatchObject({
        failed: 'requests meet its conditions',
        said: expect.stringContaining('"Header user is bob" does not hold: one had ann'),
      }),
    WAIT,
  );
  seen = { requests: 2, considered: 2, matched: 2, verdicts: { pass: 1, reject: 1 } };
  expect(await doctor('store')).toMatchObject({ code: 0, results: ['ok', 'ok', 'ok', 'ok', 'ok'] });
});

it('options that are missing are named', async () => {
  const { code, said } = await run('doctor', 'call', '--client', 'front');
  expect([code, said]).toEqual([
    2,
    expect.stringMatching(/--server <app> .*--service <dataId> .*`weft doctor call --help`/s),
  ]);
});

it('the mesh as a whole: names rules of every type that a proxy does not have', async () => {
  join('choosy', {
    dataIds: [ruleDataId('FUSE', 'choosy')],
    judge: ({ updated }) => updated.map(({ name }) => ({ name, reason: 'no room' })),
  });
  const { secret } = await plane.admin.client.osp.createToken({ body: { name: 'doctor' } });
  const tokenFile = path.join(plane.directory, 'token-of-doctor');
  writeFileSync(tokenFile, secret, { mode: 0o600 });
  const body = { name: 'choosy-fuse', app: 'choosy', services: [ECHO], enabled: true, spec: { threshold: 50 } };
  await ruleCalls(plane.admin.client.ms, 'fuse').create({ body });
  await vi.waitFor(
    async () =>
      expect(
        (await weft(temporaryFolder(), ['doctor', '--endpoint', plane.baseUrl, '--token-file', tokenFile])).stdout,
      ).toMatch(/✗ rules .*choosy\/choosy-fuse \(fuse\) 0\/1.*push-status/),
    { timeout: 60_000, interval: 1000 },
  );
}, 90_000);
