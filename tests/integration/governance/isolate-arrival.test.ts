/**
 * What callers are told of an instance that was isolated when its control plane began anew. The order is forced: the proxy of
 * the instance connects, publishes and never reports, and callers ask as soon as it has published.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import {
  createDistributionClient,
  createGrpcTransport,
  createLink,
  createRegistrySession,
  type Endpoint,
  type Link,
  type RuleAsk,
  serviceEndpointsType,
} from '@weft/distribution';
import { expect, it } from 'vitest';
import { keep, until } from '../engine/support.ts';

const SERVICE = 'echo.demo:80@Http1';
const INFO = `${SERVICE}#@#000001#@#DEFAULT_GROUP`;
const LIMITS = { calls: 10, exceptions: 9, maxInstances: 1, maxRatio: 1 };

const publicationOf = (port: number) => ({
  ...{ registId: 'r', dataId: SERVICE, instanceId: '000001', group: 'DEFAULT_GROUP', protocol: 'Http1' },
  ...{ address: '10.0.0.1', port, weight: 100, metadata: {} },
});

/** A control plane that has just started, with a rule that isolates at the provider. */
async function rebuilding() {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'weft-arrival-'));
  const first = await startTestPlane({ ruleKinds, dataDirectory });
  keep({ close: async () => rmSync(dataDirectory, { recursive: true, force: true }) });
  const { accessKeyId = '', secret = '' } = first.plane.seeded ?? {};
  const { ruleDbId } = await first.admin.client.ms.createIsolateRule({
    body: {
      name: 'own',
      app: 'provider',
      direction: 'SERVER',
      services: [SERVICE],
      enabled: true,
      spec: { leastExceptionRate: 50, leastWindowCount: 2, timeWindow: 1.1, recoverTime: 600_000 },
    },
  });
  await first.stop();
  const plane = await startTestPlane({ ruleKinds, dataDirectory });
  keep({ close: () => plane.stop() });
  const link = (app: string, id: string): Link => {
    const own = createLink({
      addresses: [plane.plane.grpcAddress ?? ''],
      node: {
        ...{ id, app, ip: '10.0.0.1', zone: '', dataCenter: '', cluster: '', labels: {} },
        ...{ version: '0', pid: 1, startedAtMs: 1, adminPort: 0 },
      },
      credentials: { accessKey: accessKeyId, secret },
      transport: createGrpcTransport(),
    });
    keep({ close: async () => own.close() });
    return own;
  };
  /** Publishes when it is connected. */
  const provider = async (id: string, port: number, asks: readonly RuleAsk[] = [], onAccepted = (): void => {}) => {
    const own = link('provider', id);
    const session = createRegistrySession({ link: own, asks: () => asks, events: { accepted: onAccepted } });
    session.publish(publicationOf(port));
    await until(() => session.publications()[0]?.state === 'accepted');
    return { link: own, session };
  };
  /** Every list that a caller is told, who asks when `ask` is called. */
  const caller = async (id: string) => {
    const own = link('caller', id);
    const seen: (readonly Endpoint[])[] = [];
    const subscription = createDistributionClient({ link: own }).subscribe(serviceEndpointsType, [], ({ updated }) => {
      for (const { value } of updated) seen.push(value.endpoints);
      return [];
    });
    await until(() => own.state === 'ready');
    return { seen, ask: (): void => subscription.add([INFO]) };
  };
  const granted = (forMs: number): RuleAsk => ({ ruleDbId, service: SERVICE, granted: true, forMs, ...LIMITS });
  return { plane, ms: plane.admin.client.ms, provider, caller, granted };
}

it('no list, however early, has an instance enabled that was isolated before the control plane started', async () => {
  const { ms, provider, caller, granted } = await rebuilding();
  const [early, late] = [await caller('early'), await caller('late')];
  early.ask();
  // Asks as soon as the instance has published: lists go out at once to who asks.
  await provider('bad', 1, [granted(600_000)], () => late.ask());
  await until(() => early.seen.length > 0 && late.seen.length > 0);
  await provider('good', 2);
  await until(() => [early, late].every(({ seen }) => seen.at(-1)?.length === 2));
  for (const { seen } of [early, late])
    for (const endpoints of seen) {
      const bad = endpoints.find(({ port }) => port === 1);
      expect(bad).toMatchObject({ enabled: false });
      expect(bad?.isolatedMs).toBeGreaterThan(500_000);
    }
  expect(early.seen.at(-1)?.find(({ port }) => port === 2)).toMatchObject({ enabled: true });
  const { items } = await ms.listProviders({ params: { serviceId: SERVICE } });
  expect(items.map(({ address, state }) => `${address} ${state}`).sort()).toEqual([
    '10.0.0.1:1 Isolated',
    '10.0.0.1:2 Enabled',
  ]);
});

it('an instance that was not isolated, or whose rule is gone, is enabled in the first list', async () => {
  const { provider, caller, granted } = await rebuilding();
  const one = await caller('one');
  await provider('plain', 1, [], () => one.ask());
  await until(() => one.seen.length > 0);
  expect(one.seen[0]).toMatchObject([{ port: 1, enabled: true }]);
  const other = await caller('other');
  await provider('ruleless', 2, [{ ...granted(600_000), ruleDbId: 999_999 }], () => other.ask());
  await until(() => other.seen.some((endpoints) => endpoints.length === 2));
  for (const endpoints of other.seen) for (const { enabled } of endpoints) expect(enabled).toBe(true);
});

it('an isolated instance stays out over a connection that broke', async () => {
  const { provider, caller, granted } = await rebuilding();
  const watching = await caller('watching');
  watching.ask();
  await provider('good', 2);
  const { link, session } = await provider('bad', 1, [granted(600_000)]);
  link.reconnect();
  await until(() => session.publications()[0]?.state === 'accepted');
  const asking = await caller('asking');
  asking.ask();
  await until(() => asking.seen.length > 0 && watching.seen.some((endpoints) => endpoints.length === 2));
  for (const { seen } of [watching, asking])
    for (const endpoints of seen) expect(endpoints.find(({ port }) => port === 1)?.enabled ?? false).toBe(false);
});
