/** An instance whose own proxy finds that it fails: all callers leave it out, though none of them has a rule. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { systemClock } from '@weft/kit';
import { expect, it } from 'vitest';
import { closedPort } from '../../support/backend.ts';
import { configuration, proxyListener } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { keep, start, until } from '../engine/support.ts';
import { commandsFor } from './command.ts';
import { askOver, SERVICES, Service, SUCCESS } from './world.ts';

const PROTOCOLS = ['Http1', 'bolt', 'dubbo'] as const;
type Protocol = (typeof PROTOCOLS)[number];
/** A registry that has just started waits so long for publishers to come back; here nobody was there before. */
const REBUILD_MS = 40_000;
const clock = {
  ...systemClock,
  schedule: (delayMs: number, callback: () => void) =>
    systemClock.schedule(delayMs === REBUILD_MS ? 1 : delayMs, callback),
};

async function joinMesh(plane: TestPlane, app: string, protocol: Protocol) {
  const keyFile = path.join(plane.directory, 'key-of-the-test.json');
  const { accessKeyId: accessKey, secret } = plane.plane.seeded ?? {};
  const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
  writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
  const api = `127.0.0.1:${await closedPort()}`;
  const document = configuration({
    listeners: [
      proxyListener({ name: 'in', type: 'ingress', protocol }),
      proxyListener({ name: 'out', type: 'egress', protocol, router: 'outward' }),
    ],
    clusters: [],
  }) as { servers: [{ routers: object[] }] };
  document.servers[0].routers = ['routes', 'outward'].map((name) => ({
    router_config_name: name,
    virtual_hosts: [],
  }));
  const proxy = await start({
    ...document,
    mesh: {
      app,
      control: { address: plane.plane.grpcAddress, key_file: keyFile },
      discovery: { address: api, protocols: [{ protocol, ingress_listener: 'in', egress_listener: 'out' }] },
    },
  });
  const say = async (what: string, body: object): Promise<void> => {
    const url = `http://${api}/v1/discovery/${what}/${encodeURIComponent(SERVICES[protocol])}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ protocol, ...body }) });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  };
  return { proxy, say };
}

interface Provider {
  readonly service: Service;
  readonly proxy: RunningProxy;
  readonly address: string;
}

/** Two instances of a service, a caller without a rule, and a rule that judges at the instances. */
async function world(protocol: Protocol, spec: object) {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'weft-isolation-'));
  const plane = await startTestPlane({ ruleKinds, clock, dataDirectory });
  keep({
    close: async () => {
      await plane.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  });
  const { ms } = plane.admin.client;
  const provider = async (): Promise<Provider> => {
    const service = await Service.listen(protocol);
    const { proxy, say } = await joinMesh(plane, 'provider', protocol);
    await say('publications', { appPort: service.port });
    return { service, proxy, address: `127.0.0.1:${proxy.port('in')}` };
  };
  const [bad, good] = [await provider(), await provider()];
  const caller = await joinMesh(plane, 'caller', protocol);
  await caller.say('subscriptions', {});
  const rule = await ms.createIsolateRule({
    body: {
      name: 'own',
      app: 'provider',
      direction: 'SERVER',
      services: [SERVICES[protocol]],
      enabled: true,
      spec: { leastExceptionRate: 50, leastWindowCount: 2, timeWindow: 1.1, ...spec },
    },
  });
  await until(async () => (await ms.getIsolateRule({ params: { id: rule.ruleDbId } })).push.acked === 2);
  const ask = async (times: number, by = caller.proxy): Promise<number[]> => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i++)
      statuses.push((await askOver(protocol, by.port('out'), {}).catch(() => ({ status: -7 }))).status);
    return statuses;
  };
  const stateOf = async ({ address }: Provider): Promise<string | undefined> => {
    const { items } = await ms.listProviders({ params: { serviceId: SERVICES[protocol] } });
    return items.find((item) => item.address === address)?.state;
  };
  await until(async () => {
    await ask(4);
    return bad.service.seen > 0 && good.service.seen > 0;
  });
  /** Whether the caller has a provider among its hosts. */
  const finds = async ({ address }: Provider): Promise<boolean> =>
    (await caller.proxy.admin('GET', '/api/v1/config_dump?allclusters')).body.includes(address);
  /** Calls until the bad one is isolated, and the caller has heard of it. */
  const isolated = async (): Promise<void> => {
    bad.service.behaviour = 'error';
    await until(async () => {
      const statuses = await ask(8);
      return !(await finds(bad)) && statuses.every((status) => status === SUCCESS[protocol]);
    });
    expect(await stateOf(bad)).toBe('Isolated');
  };
  return { plane, ms, rule, bad, good, caller: caller.proxy, ask, stateOf, isolated };
}

it.each(PROTOCOLS)(
  '%s: nobody calls an instance that its proxy had taken out, and it comes back by itself',
  async (protocol) => {
    const { bad, good, ask, stateOf, isolated, rule } = await world(protocol, { recoverTime: 12_000 });
    await isolated();
    const [seen, others] = [bad.service.seen, good.service.seen];
    expect(await ask(10)).toEqual(new Array(10).fill(SUCCESS[protocol]));
    expect([bad.service.seen, good.service.seen]).toEqual([seen, others + 10]);
    bad.service.behaviour = 'ok';
    await until(async () => {
      expect(new Set(await ask(8))).toEqual(new Set([SUCCESS[protocol]]));
      return bad.service.seen > seen;
    });
    expect(await stateOf(bad)).toBe('Enabled');
    expect(await metric(bad.proxy, 'weft_isolated_hosts', { rule: String(rule.ruleDbId) })).toBe(0);
  },
  120_000,
);

it('people see it, why another one stays in, and let it come back', async () => {
  const { plane, ms, bad, good, caller, ask, stateOf, isolated, rule } = await world('Http1', {
    recoverTime: 86_400_000,
  });
  await isolated();
  const { ruleDbId } = rule;
  const { seen } = bad.service;
  const serviceId = SERVICES.Http1;
  expect(await ms.getService({ params: { serviceId } })).toMatchObject({ providerCount: 2, enabledCount: 1 });
  const { items } = await ms.listIsolated({ query: { ruleDbId } });
  expect(items).toMatchObject([
    { app: 'provider', direction: 'SERVER', host: bad.address, service: serviceId, state: 'ISOLATED' },
  ]);
  expect(items[0]?.rate).toBeGreaterThanOrEqual(50);
  expect(await metric(caller, 'weft_isolated_hosts', {}).catch(() => 0)).toBe(0);
  const explained = await bad.proxy.admin(
    'GET',
    '/api/v1/explain?protocol=Http1&method=GET&host=echo.demo:80&path=/&listener=in',
  );
  expect(explained.body).toContain(`${bad.address} left out for `);
  const log = readFileSync(path.join(bad.proxy.directory, 'logs', 'fault_tolerance.log'), 'utf8');
  const about = `service=${serviceId} rule=${ruleDbId} call=`;
  expect(log).toContain(`[Tolerance] asks to isolate host=own ${about}`);
  expect(log).toContain(`[Tolerance] isolate host=${bad.address} ${about}`);
  expect(log.indexOf('asks to isolate')).toBeLessThan(log.indexOf('[Tolerance] isolate '));
  const weft = commandsFor(plane, (await plane.createUser('workspace_admin', 'looks')).token);
  const ofBad = items[0]?.proxyId.slice(0, 8);
  expect((await weft('rule', 'isolated')).said).toMatch(
    new RegExp(`own .*provider \\(${ofBad}, .*ISOLATED for all callers`),
  );
  expect((await weft('why', serviceId)).said).toContain(`${bad.address} of provider is isolated`);
  // Events come with the next report.
  await until(async () =>
    (await weft('why', items[0]?.proxyId ?? '')).said.includes(`all callers leave it out: ${bad.address}`),
  );
  // The other one is one too many.
  good.service.behaviour = 'error';
  await until(async () => {
    await ask(4);
    const asking = (await ms.listIsolated({ query: { ruleDbId } })).items.find(({ state }) => state === 'ASKING');
    return asking?.host === good.address && asking.reason.includes('at most 1 instances of provider');
  });
  expect(bad.service.seen).toBe(seen);
  expect(await stateOf(good)).toBe('Enabled');
  good.service.behaviour = 'ok';
  bad.service.behaviour = 'ok';
  const body = { ruleDbId, host: bad.address, comment: 'the disk was replaced' };
  expect((await ms.releaseIsolated({ body })).items).toMatchObject([{ host: bad.address }]);
  await until(async () => {
    await ask(4);
    return bad.service.seen > seen;
  });
  expect(await stateOf(bad)).toBe('Enabled');
  const audit = await plane.admin.client.osp.listAudit({ query: { action: 'ms.releaseIsolated' } });
  expect(JSON.stringify(audit.items[0])).toContain('the disk was replaced');
}, 120_000);

it('is still listed when its own proxy has died, and once while it lives', async () => {
  const { ms, bad, isolated, rule } = await world('Http1', { recoverTime: 86_400_000 });
  await isolated();
  const list = () => ms.listIsolated({ query: { ruleDbId: rule.ruleDbId } });
  const [item, ...others] = (await list()).items;
  expect([item?.host, item?.state, others]).toEqual([bad.address, 'ISOLATED', []]);
  bad.proxy.process.kill('SIGKILL');
  await until(async () => (await list()).asked === 1);
  const { proxyId, app, ip, name, host, service, direction, state } = item as NonNullable<typeof item>;
  expect((await list()).items).toMatchObject([{ proxyId, app, ip, name, host, service, direction, state }]);
}, 120_000);

it('comes back when the rule is switched off; without a control plane, and over its restart, what is in force stays', async () => {
  const { plane, ms, bad, ask, stateOf, isolated, rule } = await world('Http1', { recoverTime: 86_400_000 });
  await isolated();
  let { seen } = bad.service;
  bad.service.behaviour = 'ok';
  await ms.disableIsolateRule({ params: { id: rule.ruleDbId } });
  await until(async () => {
    await ask(4);
    return bad.service.seen > seen;
  });
  expect(await stateOf(bad)).toBe('Enabled');
  await ms.enableIsolateRule({ params: { id: rule.ruleDbId } });
  await isolated();
  seen = bad.service.seen;
  expect(new Set(await ask(6))).toEqual(new Set([200]));
  const { grpcAddress } = plane.plane;
  await plane.stop();
  // What is in force stays: the callers go on to leave it out.
  expect(new Set(await ask(6))).toEqual(new Set([200]));
  expect(bad.service.seen).toBe(seen);
  // It begins with nothing, and hears of its proxy what was granted before anybody calls the instance.
  const again = await startTestPlane({ ruleKinds, dataDirectory: plane.directory, grpc: placeOf(grpcAddress ?? '') });
  keep({ close: () => again.stop() });
  const { listProviders } = again.admin.client.ms;
  await until(async () => {
    expect(new Set(await ask(4))).toEqual(new Set([200]));
    expect(bad.service.seen).toBe(seen);
    // Until the first of them is back nobody knows the service.
    const none = { items: [] };
    const { items } = await listProviders({ params: { serviceId: SERVICES.Http1 } }).catch(() => none);
    return items.length === 2 && items.some(({ state }) => state === 'Isolated');
  });
  expect(new Set(await ask(20))).toEqual(new Set([200]));
  // Who begins now, and has nothing of before, leaves it out, too.
  const late = await joinMesh(plane, 'caller', 'Http1');
  await late.say('subscriptions', {});
  expect(new Set(await ask(20, late.proxy))).toEqual(new Set([200]));
  expect(bad.service.seen).toBe(seen);
}, 120_000);

const placeOf = (address: string) => ({ host: '127.0.0.1', port: Number(address.slice(address.lastIndexOf(':') + 1)) });
