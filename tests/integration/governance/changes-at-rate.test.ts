/**
 * Rules change while requests that they are for arrive at a fixed rate: no request fails, no update holds a data thread up.
 * Once by files that are reloaded, once through the link to a control plane.
 */
import { writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { ruleDataId } from '@weft/schema/data-id';
import { expect, it } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { accepts, runBackend, startLoad } from '../../support/load.ts';
import { sumOf } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { middleOf, slicesOf, sliceText } from '../../support/slices.ts';
import { openMeshClient } from '../control/mesh-client.ts';
import { freePort, keep, start, until } from '../engine/support.ts';

/** `WEFT_LONG=1`: 1000 changes at 20 000 requests/s, which needs two cores that have nothing else to do. */
const LONG = process.env['WEFT_LONG'] === '1';
const CHANGES = LONG ? 1000 : 30;
const RATE = LONG ? 20_000 : 500;
const LIMIT_MS = LONG ? 500_000 : 80_000;

const APP = 'shop';
/** Whom the load asks, with this header. */
const HOST = 'shop.bench.test';
const SERVICE = `${HOST}:80@Http2`;
const LANE = { type: 'HEADER', field: 'x-lane', operation: 'EQUAL' } as const;
/** Never reached: requests are counted and let through. */
const THRESHOLD = 1_000_000;
const LIMITS = 100;
const ROUTES = 50;
const VERSIONS = ['v1', 'v2'];

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const laneOf = (index: number, count: number) => [{ ...LANE, value: [index === count - 1 ? 'blue' : `lane-${index}`] }];
/** The share of the first version differs from change to change. */
const shareOf = (round: number): number => 10 + (round % 9) * 10;

function configOf(ports: readonly number[], more: object): object {
  const main = cluster('main', ports) as { readonly hosts: readonly object[] };
  const hosts = main.hosts.map((host, index) => ({
    ...host,
    metadata: { filter_metadata: { 'mosn.lb': { version: VERSIONS[index] } } },
  }));
  return {
    ...configuration({
      listeners: [proxyListener({ name: 'front', type: 'egress', protocol: 'Http2' })],
      routes: [routesTo('main')],
      clusters: [{ ...main, hosts }],
    }),
    ...more,
  };
}

/** Of the lines of metrics: refusals, limits that were reached, and connections that were lost. */
const tellsOfFailure = (line: string): boolean =>
  /reject|overflow|con_fail|_reset|_50\d_|shed|errors_total/.test(line) && !/^#| 0$/.test(line);

/**
 * Waits until requests reach every backend. A list that has come to the proxy is not yet in use, and a rule may want a host
 * of the list that is not there then: its refusals would be right, and none of what is looked at here. The requests lack the
 * header that rules ask for.
 */
async function allServe(proxy: RunningProxy, backends: number): Promise<void> {
  const session = http2.connect(`http://127.0.0.1:${proxy.port('front')}`);
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const stream = session.request({ ':authority': HOST, ':path': '/' });
      stream.on('error', reject).on('end', resolve).resume();
    });
  try {
    // One after the other they need one connection to each backend.
    await until(async () => {
      await ask();
      const { body } = await proxy.admin('GET', '/metrics');
      return sumOf(body, 'upstream_connection_active') >= backends;
    });
  } finally {
    session.destroy();
  }
}

/** Runs `change` for every round while the load goes on, and looks at what became of the requests. */
async function changeUnderLoad(
  what: string,
  proxy: RunningProxy,
  change: (round: number) => Promise<void>,
): Promise<void> {
  await allServe(proxy, VERSIONS.length);
  const load = startLoad(proxy.port('front'), { ratePerSecond: RATE, limitMs: LIMIT_MS });
  await load.began;
  const slices = await slicesOf(proxy, CHANGES, change);
  const result = await load.stop();
  console.log(
    `${what}: ${CHANGES} changes, ${result.completed} requests (${Math.round(result.requestsPerSecond)}/s, p99 ${result.latency.p99.toFixed(1)} ms), ${result.errors} failed, ${sliceText(slices)}`,
  );
  const { body } = await proxy.admin('GET', '/metrics');
  expect(result.errorKinds, `${body.split('\n').filter(tellsOfFailure).join('\n')}\n${proxy.log()}`).toEqual({});
  expect(result.completed).toBeGreaterThan(0);
  expect(middleOf(slices)).toBeGreaterThan(0);
  expect(sumOf(body, 'weft_proxy_faults_total')).toBe(0);
  // Both types of rules were asked, and both groups have been chosen.
  for (const version of VERSIONS)
    expect(sumOf(body, 'weft_route_group_total', { group: `version=${version}` })).toBeGreaterThan(0);
  expect(sumOf(body, 'weft_governance_total', { type: 'limit', verdict: 'pass' })).toBeGreaterThan(0);
  expect(sumOf(body, 'weft_governance_total', { verdict: 'reject' })).toBe(0);
  if (!LONG) return;
  // In CPU time of the thread. A short run is mostly code that the compiler has not seen often enough.
  expect(middleOf(slices)).toBeLessThanOrEqual(2);
  expect(result.requestsPerSecond).toBeGreaterThanOrEqual(RATE * 0.98);
}

async function backends(): Promise<number[]> {
  const ports = [await freePort(), await freePort()];
  for (const port of ports) runBackend(port);
  for (const port of ports) await until(() => accepts(port));
  return ports;
}

it(
  `fails no request while rules of a file change ${CHANGES} times at ${RATE} requests/s`,
  async () => {
    const ports = await backends();
    const at = (round: number): object =>
      configOf(ports, {
        governance: {
          app: APP,
          documents: [
            {
              data_id: ruleDataId('LIMIT', APP),
              version: round,
              value: {
                appName: APP,
                flowControlRules: times(LIMITS, (index) => ({
                  ruleDbId: 1000 + index,
                  direction: 'CLIENT',
                  services: [SERVICE],
                  conditions: laneOf(index, LIMITS),
                  threshold: THRESHOLD + round,
                  timeMs: 1000,
                })),
              },
            },
            {
              data_id: ruleDataId('ROUTE', SERVICE),
              version: round,
              value: {
                appName: APP,
                rules: times(ROUTES, (index) => ({
                  id: 1 + index,
                  conditions: laneOf(index, ROUTES),
                  destinations: VERSIONS.map((version, place) => ({
                    weight: place === 0 ? shareOf(round) : 100 - shareOf(round),
                    destination: [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: [version] }],
                  })),
                })),
              },
            },
          ],
        },
      });
    const proxy = await start(at(1), { poison: false });
    await changeUnderLoad('rules of a file', proxy, async (round) => {
      const { status, body } = await proxy.reload(at(round + 1));
      expect(status, body).toBe(200);
    });
  },
  LIMIT_MS + 30_000,
);

/** A rule of the interface that every request of the load matches, among others that none does. */
async function createRules(plane: TestPlane): Promise<{ readonly limit: number; readonly route: number }> {
  const { ms } = plane.admin.client;
  const common = (name: string, index: number, count: number) => ({
    name: `${name}-${index}`,
    app: APP,
    services: [SERVICE],
    enabled: true,
    conditions: laneOf(index, count),
  });
  let limit = 0;
  for (let index = 0; index < LIMITS; index++) {
    const spec = { threshold: THRESHOLD };
    const body = { ...common('limit', index, LIMITS), direction: 'CLIENT' as const, spec };
    limit = (await ms.createLimitRule({ body })).ruleDbId;
  }
  let route = 0;
  for (let index = 0; index < ROUTES; index++)
    route = (await ms.createRouteRule({ body: { ...common('route', index, ROUTES), spec: specOf(0) } })).ruleDbId;
  return { limit, route };
}

const specOf = (round: number) => ({
  destinations: VERSIONS.map((version, place) => ({
    weight: place === 0 ? shareOf(round) : 100 - shareOf(round),
    labels: { version },
  })),
});

it(
  `fails no request while ${CHANGES} changes of rules come over the link at ${RATE} requests/s`,
  async () => {
    const plane = await startTestPlane({ ruleKinds });
    keep({ close: () => plane.stop() });
    const { ms } = plane.admin.client;
    const { limit, route } = await createRules(plane);
    const ports = await backends();
    const keyFile = path.join(plane.directory, 'key-of-the-test.json');
    const { accessKeyId: accessKey, secret } = plane.plane.seeded ?? {};
    const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
    writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
    const api = `127.0.0.1:${await freePort()}`;
    const mesh = {
      app: APP,
      control: { address: plane.plane.grpcAddress, key_file: keyFile },
      discovery: { address: api, protocols: [{ protocol: 'Http2', egress_listener: 'front' }] },
    };
    const proxy = await start(configOf(ports, { mesh }), { poison: false });
    for (const [index, port] of ports.entries()) {
      const provider = openMeshClient({
        address: plane.plane.grpcAddress ?? '',
        credentials: { accessKey: accessKey ?? '', secret: secret ?? '' },
        id: `provider-${index}`,
        app: APP,
        ip: '127.0.0.1',
      });
      keep({ close: () => provider.close() });
      provider.publish(SERVICE, port, { protocol: 'Http2', metadata: { version: VERSIONS[index] as string } });
    }
    // Rules of routing come with the services that the application calls.
    const subscribed = await fetch(`http://${api}/v1/discovery/subscriptions/${encodeURIComponent(SERVICE)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ protocol: 'Http2' }),
    });
    expect(subscribed.ok, await subscribed.text()).toBe(true);
    await until(async () => {
      const answer = await fetch(`http://${api}/v1/discovery/subscriptions/${encodeURIComponent(SERVICE)}`);
      return ((await answer.json()) as { readonly endpoints?: number }).endpoints === ports.length;
    });
    const inForce = ({ state }: { readonly state: string }): boolean => {
      expect(state).not.toBe('failed');
      return state === 'ok';
    };
    const limitInForce = async () => inForce(await ms.getLimitRulePush({ params: { id: limit } }));
    const routeInForce = async () => inForce(await ms.getRouteRulePush({ params: { id: route } }));
    await until(limitInForce);
    await until(routeInForce);
    let versions = [
      (await ms.getLimitRule({ params: { id: limit } })).version,
      (await ms.getRouteRule({ params: { id: route } })).version,
    ] as [number, number];
    await changeUnderLoad('rules over the link', proxy, async (round) => {
      const common = { app: APP, services: [SERVICE], enabled: true, conditions: [{ ...LANE, value: ['blue'] }] };
      if (round % 2 === 0) {
        const spec = { threshold: THRESHOLD + round };
        const body = { ...common, name: `limit-${LIMITS - 1}`, direction: 'CLIENT' as const, spec };
        const changed = await ms.replaceLimitRule({ params: { id: limit }, body }, { ifMatch: versions[0] });
        versions = [changed.version, versions[1]];
      } else {
        const body = { ...common, name: `route-${ROUTES - 1}`, spec: specOf(round) };
        const changed = await ms.replaceRouteRule({ params: { id: route }, body }, { ifMatch: versions[1] });
        versions = [versions[0], changed.version];
      }
      await until(round % 2 === 0 ? limitInForce : routeInForce);
    });
  },
  LIMIT_MS + 60_000,
);
