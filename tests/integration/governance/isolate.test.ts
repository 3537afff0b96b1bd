import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ruleDataId } from '@weft/schema/data-id';
import { describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { keep, start, until } from '../engine/support.ts';
import {
  askOver,
  PROTOCOLS,
  type Protocol,
  type RuleSource,
  SERVICES,
  Service,
  SUCCESS,
  World,
  type WorldOptions,
} from './world.ts';

const HOUR_MS = 3_600_000;
const isolate = (...rules: object[]): RuleSource => ({ type: 'ISOLATE', list: 'faultToleranceRules', rules });
const base = {
  ruleDbId: 21,
  timeWindow: 1.1,
  leastWindowCount: 4,
  leastExceptionRate: 50,
  recoverTime: HOUR_MS,
};

interface Isolated {
  readonly host: string;
  readonly service: string;
  readonly rule: number;
  readonly mode: string;
  readonly state: string;
  readonly since: string;
  readonly until: string;
  readonly calls: number;
  readonly exceptions: number;
  readonly rate: number;
}

/** Three instances of one service; the second fails. */
async function threeInstances(protocol: Protocol, rules: readonly object[], options: WorldOptions = {}) {
  const others = [await Service.listen(protocol), await Service.listen(protocol)] as const;
  const [bad] = others;
  bad.behaviour = 'error';
  const ports = others.map(({ port }) => port);
  const world = await World.start(protocol, [isolate(...rules)], { ports, ...options });
  const services = [world.service, ...others];
  /** How many calls each got of `count`. */
  const share = async (count: number, headers: Readonly<Record<string, string>> = {}): Promise<number[]> => {
    const before = services.map(({ seen }) => seen);
    for (let i = 0; i < count; i++) await world.ask('out', headers).catch(() => null);
    return services.map(({ seen }, index) => seen - (before[index] as number));
  };
  const isolated = async (query = ''): Promise<Isolated[]> =>
    (
      JSON.parse((await world.proxy.admin('GET', `/api/v1/governance/isolation${query}`)).body) as {
        isolated: Isolated[];
      }
    ).isolated;
  /** Calls until somebody is left out. */
  const isolation = (): Promise<void> =>
    until(async () => {
      await share(6);
      return (await isolated()).length > 0;
    });
  const log = (): string => {
    const place = path.join(world.proxy.directory, 'logs', 'fault_tolerance.log');
    return existsSync(place) ? readFileSync(place, 'utf8') : '';
  };
  return { world, bad, share, isolated, isolation, log, badHost: `127.0.0.1:${bad.port}` };
}

describe.each(PROTOCOLS)('%s', (protocol) => {
  it('leaves out the instance that fails, and no other', async () => {
    const { world, share, isolated, isolation, log, badHost } = await threeInstances(protocol, [
      { ...base, services: [SERVICES[protocol]] },
    ]);
    expect((await share(6))[1]).toBe(2);
    await isolation();
    const [found] = await isolated();
    expect(found).toMatchObject({
      host: badHost,
      service: SERVICES[protocol],
      rule: 21,
      mode: 'CONTROL',
      state: 'ISOLATED',
      rate: 100,
    });
    expect(found?.exceptions).toBe(found?.calls);
    expect(Date.parse(found?.until as string) - Date.parse(found?.since as string)).toBe(HOUR_MS);
    const shares = await share(12);
    expect(shares).toEqual([6, 0, 6]);
    expect(new Set(await world.statuses(4, 'out'))).toEqual(new Set([SUCCESS[protocol]]));
    await until(() => log().includes('isolate host='));
    expect(log()).toMatch(
      new RegExp(
        `\\[INFO\\] \\[Tolerance\\] isolate host=${badHost} service=${SERVICES[protocol]} rule=21 call=\\d+ exception=\\d+ rate=100\\n`,
      ),
    );
    expect(await metric(world.proxy, 'weft_isolated_hosts', { rule: '21' })).toBe(1);
    await expectSound(world.proxy);
  });
});

it('counts tries that were repeated: nobody but the proxy sees them', async () => {
  const route = { retry_policy: { retry_on: true, num_retries: 2 } };
  const { world, share, isolation, isolated, badHost } = await threeInstances('Http1', [base], { route });
  expect(await world.statuses(6, 'out')).toEqual(new Array(6).fill(200));
  await isolation();
  expect((await isolated()).map(({ host }) => host)).toEqual([badHost]);
  expect((await share(8))[1]).toBe(0);
});

it.each([1, 2])('a service that no rule names, and calls without an answer, on %d threads', async (threads) => {
  const { share, bad, isolation, isolated } = await threeInstances('Http1', [base], { threads });
  bad.behaviour = 'reset';
  await isolation();
  expect(await isolated()).toMatchObject([{ service: 'echo.demo:80@Http1', rate: 100 }]);
  expect((await share(12))[1]).toBe(0);
});

it('a watching rule says whom it would leave out, and leaves nobody out', async () => {
  const { share, isolation, isolated, log, badHost } = await threeInstances('Http1', [{ ...base, mode: 'OBSERVE' }]);
  await isolation();
  expect(await isolated()).toMatchObject([{ host: badHost, mode: 'OBSERVE' }]);
  expect(await share(6)).toEqual([2, 2, 2]);
  await until(() => log().includes('would isolate host='));
});

it('comes back by itself with a growing share, and longer away the second time', async () => {
  const { bad, share, isolation, isolated, log } = await threeInstances('Http1', [{ ...base, recoverTime: 1000 }]);
  await isolation();
  await until(() => log().includes('recover host='));
  expect(await isolated()).toMatchObject([{ state: 'RECOVERING' }]);
  const { seen } = bad;
  await until(async () => {
    await share(10);
    return bad.seen > seen;
  });
  // Still failing: left out once more, for twice as long.
  await until(async () => {
    await share(20);
    return (await isolated()).some(({ state }) => state === 'ISOLATED');
  });
  const [again] = await isolated();
  expect(Date.parse(again?.until as string) - Date.parse(again?.since as string)).toBe(2000);
});

it('is released by hand, by a change of the rule that it does not meet any more, and with the rule', async () => {
  const { world, share, isolation, isolated, log, badHost } = await threeInstances('Http1', [base]);
  const release = (query: string) => world.proxy.admin('POST', `/api/v1/governance/isolation/release${query}`);
  await isolation();
  expect((await release('')).status).toBe(400);
  expect(JSON.parse((await release('?host=10.0.0.1:1')).body)).toEqual({ released: [] });
  expect(JSON.parse((await release(`?host=${badHost}`)).body)).toMatchObject({ released: [{ host: badHost }] });
  expect(await isolated()).toMatchObject([{ state: 'RECOVERING' }]);
  await isolation();
  await until(async () => {
    await share(12);
    return (await isolated()).some(({ state }) => state === 'ISOLATED');
  });
  // A change that the instance still meets keeps it out.
  await world.change([isolate({ ...base, leastExceptionRate: 60 })]);
  expect(await isolated()).toMatchObject([{ state: 'ISOLATED' }]);
  expect((await share(6))[1]).toBe(0);
  await world.change([isolate({ ...base, maxIpCount: 0 })]);
  expect(await isolated()).toEqual([]);
  expect((await share(6))[1]).toBe(2);
  await world.change([isolate(base)]);
  await isolation();
  await world.change([]);
  expect((await share(6))[1]).toBe(2);
  expect(await isolated()).toEqual([]);
  await until(() => (log().match(/ recover host=/g) ?? []).length >= 3);
});

it('routing finds an isolated instance in none of its groups', async () => {
  const equal = (field: string, value: string) => ({ type: 'CUSTOM', field, operation: 'EQUAL', value: [value] });
  const routes = (fallback: boolean): RuleSource => ({
    type: 'ROUTE',
    list: 'rules',
    rules: [{ id: 3, fallback, destinations: [{ weight: 100, destination: [equal('version', 'v2')] }] }],
  });
  const labels = [{ version: 'v1' }, { version: 'v2' }, { version: 'v1' }];
  const { world, share, isolation } = await threeInstances('Http1', [base], { labels });
  await world.change([isolate(base), routes(false)]);
  expect(await share(4)).toEqual([0, 4, 0]);
  await isolation();
  // The only instance of the group is left out: the group is empty.
  expect((await world.ask('out')).status).toBe(503);
  await world.change([isolate(base), routes(true)]);
  expect(await share(6)).toEqual([3, 0, 3]);
});

it('says what it sees: details of requests, explanation', async () => {
  const rule = {
    ...base,
    conditions: [{ type: 'SYSTEM', field: 'destination.service.name', operation: 'EQUAL', value: [SERVICES.Http1] }],
  };
  const { world, isolation, log, badHost } = await threeInstances('Http1', [rule]);
  const body = JSON.stringify({ log_level: 'DEBUG', log_path: './logs/mosn/fault_tolerance.log' });
  expect((await world.proxy.admin('POST', '/api/v1/update_loglevel', body)).status).toBe(200);
  await isolation();
  await until(() =>
    log().includes('[Tolerance][FaultToleranceChooseFilter] match traffic conditions or without traffic conditions'),
  );
  const matched = `[requirement][Match] equal requirement:&{destination.service.name SYSTEM ${SERVICES.Http1}},actualValue:${SERVICES.Http1}`;
  expect(log()).toContain(matched);
  const explained = await world.proxy.admin(
    'GET',
    '/api/v1/explain?protocol=Http1&method=GET&host=echo.demo:80&path=/&listener=out',
  );
  const { action } = JSON.parse(explained.body).listeners[0];
  const others = action.clusters[0].hosts.map(({ address }: { address: string }) => address);
  expect(others).toContain(badHost);
  expect(action.choices).toEqual([
    { group: '', percent: 100, hosts: others.filter((address: string) => address !== badHost) },
  ]);
  expect(explained.body).toMatch(new RegExp(`${badHost} left out for \\d+ s more \\(100 % of \\d+ calls failed\\)`));
});

it('with health checks: used only if neither leaves it out, and better than nobody when the others are gone', async () => {
  const good = http.createServer((_request, response) => void response.end('pong'));
  await new Promise<void>((resolve) => good.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    good.close();
    good.closeAllConnections();
  };
  keep({ close });
  const bad = await Service.listen('Http1');
  bad.behaviour = 'error';
  const { port } = good.address() as AddressInfo;
  const check = { protocol: 'tcp', interval: '100ms', timeout: '1s', unhealthy_threshold: 1, healthy_threshold: 1 };
  const proxy = await start({
    ...configuration({
      listeners: [proxyListener({ name: 'out', type: 'egress' })],
      routes: [{ match: { prefix: '/' }, route: { cluster_name: 'service' } }],
      clusters: [{ ...cluster('service', [port, bad.port]), health_check: check }],
    }),
    governance: {
      app: 'demo',
      documents: [{ data_id: ruleDataId('ISOLATE', 'demo'), version: 1, value: { faultToleranceRules: [base] } }],
    },
  });
  const ask = async (): Promise<number> => (await askOver('Http1', proxy.port('out'), {})).status;
  await until(async () => {
    for (let i = 0; i < 10; i++) await ask();
    return (await proxy.admin('GET', '/api/v1/governance/isolation')).body.includes('ISOLATED');
  });
  const { seen } = bad;
  for (let i = 0; i < 10; i++) expect(await ask()).toBe(200);
  expect(bad.seen).toBe(seen);
  await close();
  // An error of the instance that is left out, in place of no instance at all.
  await until(async () => (await ask()) === 500);
  for (let i = 0; i < 5; i++) expect(await ask()).toBe(500);
});
