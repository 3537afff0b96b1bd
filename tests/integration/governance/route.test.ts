import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ruleDataId } from '@weft/schema/data-id';
import { describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { start, until } from '../engine/support.ts';
import {
  askOver,
  PROTOCOLS,
  type Protocol,
  type RuleSource,
  SERVICES,
  Service,
  SUCCESS,
  WITH_HEADERS,
  World,
} from './world.ts';

const routes = (...rules: object[]): RuleSource => ({ type: 'ROUTE', list: 'rules', rules });
const equal = (field: string, value: string, type = 'CUSTOM') => ({ type, field, operation: 'EQUAL', value: [value] });
const group = (weight: number, version: string) => ({ weight, destination: [equal('version', version)] });
/** What a caller sees when no instance is left, in the words of each protocol. */
const NONE = { Http1: 503, Http2: 503, grpc: 14, tri: 14, bolt: 6, dubbo: 60, 'dubbo-thrift': 6, tars: -10 } as const;

/** Two instances of one service: `first` is v1, `second` v2. */
async function twoVersions(protocol: Protocol, rules: readonly object[], options: object = {}) {
  const second = await Service.listen(protocol);
  const world = await World.start(protocol, [routes(...rules)], {
    ports: [second.port],
    labels: [{ version: 'v1' }, { version: 'v2' }],
    ...options,
  });
  const seen = async (count: number, headers: Readonly<Record<string, string>> = {}) => {
    const before = [world.service.seen, second.seen] as const;
    const statuses = await world.statuses(count, 'out', headers);
    expect(new Set(statuses)).toEqual(new Set([SUCCESS[protocol]]));
    return [world.service.seen - before[0], second.seen - before[1]];
  };
  return { world, second, seen };
}

describe.each(PROTOCOLS)('%s', (protocol) => {
  it('goes to the instances that a rule names, and nowhere when there is none', async () => {
    const rule = { id: 7, name: 'to v2', destinations: [group(100, 'v2')] };
    const { world, seen } = await twoVersions(protocol, [rule]);
    expect(await seen(6)).toEqual([0, 6]);
    const labels = { rule: '7', service: SERVICES[protocol], group: 'version=v2' };
    expect(await metric(world.proxy, 'weft_route_group_total', labels)).toBe(6);
    await world.change([routes({ ...rule, destinations: [group(100, 'v1')] })]);
    expect(await seen(6)).toEqual([6, 0]);
    await world.change([routes({ ...rule, destinations: [group(100, 'v9')] })]);
    const answer = await world.ask('out');
    expect(answer.status).toBe(NONE[protocol]);
    if (protocol === 'Http1' || protocol === 'Http2')
      expect(answer).toMatchObject({
        text: 'no health upstream',
        headers: { 'x-weft-reject': 'route', 'x-weft-rule': '7' },
      });
    else expect(answer.text).toContain('no health upstream|rule=7');
    await world.change([routes({ ...rule, fallback: true, destinations: [group(100, 'v9')] })]);
    const both = await seen(6);
    expect(both[0]).toBeGreaterThan(0);
    expect(both[1]).toBeGreaterThan(0);
    await world.change([]);
    expect((await seen(4)).reduce((sum, count) => sum + count)).toBe(4);
    expect((await world.ask('in')).status).toBe(SUCCESS[protocol]);
    await expectSound(world.proxy);
  });
});

describe.each(WITH_HEADERS)('%s', (protocol) => {
  it('asks the conditions of each request, in the order of the priorities', async () => {
    const gray = { id: 1, orderNum: 10, conditions: [equal('gray', '1', 'HEADER')], destinations: [group(100, 'v2')] };
    const { seen } = await twoVersions(protocol, [{ id: 2, destinations: [group(100, 'v1')] }, gray]);
    expect(await seen(4, { gray: '1' })).toEqual([0, 4]);
    expect(await seen(4)).toEqual([4, 0]);
  });
});

it('shares by weight', async () => {
  const { seen } = await twoVersions('Http1', [{ id: 1, destinations: [group(50, 'v1'), group(50, 'v2')] }]);
  const [first = 0, second = 0] = await seen(100);
  // With fair draws this fails once in 10^8 runs.
  expect(Math.min(first, second)).toBeGreaterThan(20);
});

it('is explained with the hosts of the groups and their shares', async () => {
  const { world } = await twoVersions('Http1', [{ id: 1, destinations: [group(30, 'v1'), group(70, 'v2')] }]);
  const { body } = await world.proxy.admin(
    'GET',
    '/api/v1/explain?protocol=Http1&method=GET&host=echo.demo:80&path=/&listener=out',
  );
  const { action } = JSON.parse(body).listeners[0];
  const [first, second] = action.clusters[0].hosts.map(({ address }: { address: string }) => address);
  expect(action.choices).toEqual([
    { group: 'version=v1', percent: 30, hosts: [first] },
    { group: 'version=v2', percent: 70, hosts: [second] },
  ]);
});

it('repeats stay among the instances of the group; the others take over with diversion', async () => {
  const route = { retry_policy: { retry_on: true, num_retries: 3 } };
  const rule = { id: 1, destinations: [group(100, 'v2'), group(0, 'v1')] };
  const { world, second } = await twoVersions('Http1', [rule], { route });
  second.behaviour = 'error';
  expect(await world.statuses(2, 'out')).toEqual([500, 500]);
  expect([world.service.seen, second.seen]).toEqual([0, 8]);
  await world.change([routes({ ...rule, destinations: [group(100, 'v9'), group(0, 'v1')] })]);
  expect((await world.ask('out')).status).toBe(503);
  await world.change([routes({ ...rule, faultProtection: true, destinations: [group(100, 'v9'), group(0, 'v1')] })]);
  expect((await world.ask('out')).status).toBe(200);
});

it('an instance whose labels change moves between the groups, over the connections that there are', async () => {
  const services = [await Service.listen('Http1'), await Service.listen('Http1')];
  const config = (...versions: string[]) => ({
    ...configuration({
      listeners: [proxyListener({ name: 'out', type: 'egress' })],
      routes: [{ match: { prefix: '/' }, route: { cluster_name: 'service' } }],
      clusters: [
        {
          ...cluster('service', []),
          hosts: services.map(({ port }, index) => ({
            address: `127.0.0.1:${port}`,
            metadata: { filter_metadata: { 'mosn.lb': { version: versions[index] } } },
          })),
        },
      ],
    }),
    governance: {
      app: 'demo',
      documents: [
        {
          data_id: ruleDataId('ROUTE', SERVICES.Http1),
          version: 1,
          value: { rules: [{ id: 1, destinations: [group(100, 'v1')] }] },
        },
      ],
    },
  });
  const proxy = await start(config('v1', 'v1'), { threads: 1 });
  const ask = async (count: number) => {
    const before = services.map(({ seen }) => seen);
    for (let i = 0; i < count; i++) expect((await askOver('Http1', proxy.port('out'), {})).status).toBe(200);
    return services.map(({ seen }, index) => seen - (before[index] as number));
  };
  const opened = () => metric(proxy, 'upstream_connection_total', { cluster: 'service' });
  expect(await ask(4)).toEqual([2, 2]);
  const connections = await opened();
  await proxy.reload(config('v2', 'v1'));
  expect(await ask(4)).toEqual([0, 4]);
  await proxy.reload(config('v1', 'v2'));
  expect(await ask(4)).toEqual([4, 0]);
  expect(await opened()).toBe(connections);
});

it('says what it decided: logs, admin API, explanation', async () => {
  const rule = { id: 7, name: 'gray', destinations: [group(100, 'v9')] };
  const { world } = await twoVersions('Http1', [rule], { governance: { route_record: true } });
  const { proxy } = world;
  const level = (log: string, name: string) =>
    proxy.admin('POST', '/api/v1/update_loglevel', JSON.stringify({ log_level: name, log_path: `./logs/mosn/${log}` }));
  expect((await level('routerule.log', 'DEBUG')).status).toBe(200);
  expect(
    (await world.ask('out', { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' })).status,
  ).toBe(503);
  const logOf = (file: string): string => {
    const place = path.join(proxy.directory, 'logs', file);
    return existsSync(place) ? readFileSync(place, 'utf8') : '';
  };
  await until(() => logOf('routerule.log').includes('[cloud][router] hit the service gov router handler,status:4'));
  expect(logOf('routerule.log')).toContain(
    `[cloud][router]get router rule,serviceId:${SERVICES.Http1},ok:true,rule:{true true [{7 false false [] [{100 version=v9}]}]}`,
  );
  await until(() => logOf('routerecord.log').includes('"traceId":"4bf92f3577b34da6a3ce929d0e0e4736"'));
  const inForce = JSON.parse((await proxy.admin('GET', '/api/v1/routerule/get')).body) as {
    documents: { document: { rules: object[] } }[];
  };
  expect(inForce.documents.map(({ document }) => document.rules)).toEqual([[rule]]);
  const explained = await proxy.admin(
    'GET',
    '/api/v1/explain?protocol=Http1&method=GET&host=echo.demo:80&path=/&listener=out',
  );
  expect(explained.body).toContain('no instance has version=v9');
});
