import http from 'node:http';
import { expect, it } from 'vitest';
import { metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { until } from '../engine/support.ts';
import { ECHO, startPair } from '../governance/mesh-pair.ts';

/** Two providers of one service behind proxies of their own, and a caller that finds both. */
async function twoProviders() {
  const { plane, service, front, back, join } = await startPair({ enabled: 'off' });
  const other = await join('back', { publishes: ECHO });
  const { ms } = plane.admin.client;
  const params = { serviceId: ECHO };
  const addresses = (): Promise<string[]> =>
    ms.listProviders({ params }).then(({ items }) => items.map(({ address }) => address));
  await until(async () => (await addresses()).length === 2);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const call = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: front.port('out'),
        path: '/',
        headers: { host: 'echo.demo:80' },
        agent,
      };
      http
        .get(options, (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)))
        .on('error', reject);
    });
  /** How many of `count` calls each provider got. */
  const share = async (count: number): Promise<number[]> => {
    const before = await Promise.all([back, other].map(asked));
    const statuses = await Promise.all(Array.from({ length: count }, call));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const after = await Promise.all([back, other].map(asked));
    return after.map((all, index) => all - (before[index] as number));
  };
  const asked = (proxy: RunningProxy): Promise<number> => metric(proxy, 'downstream_request_total', { listener: 'in' });
  const addressOf = (proxy: RunningProxy): string => `127.0.0.1:${proxy.port('in')}`;
  const update = (proxy: RunningProxy, body: { enabled?: boolean; weight?: number; force?: boolean }) =>
    ms.updateProviders({ params, body: { addresses: [addressOf(proxy)], ...body } });
  /** Whether the caller has the provider among its hosts. */
  const finds = async (proxy: RunningProxy): Promise<boolean> =>
    (await front.admin('GET', '/api/v1/config_dump?allclusters')).body.includes(addressOf(proxy));
  // The caller has both.
  await until(async () => (await share(20)).every((count) => count > 0));
  return { service, back, other, call, share, finds, update, close: () => agent.destroy() };
}

it('a disabled provider gets no new call, ends those under way, and comes back', async () => {
  const { service, back, other, call, share, update, close } = await twoProviders();
  service.delayMs = 1500;
  const { seen } = service;
  const underWay = Array.from({ length: 8 }, call);
  await until(() => service.seen === seen + 8);
  await update(back, { enabled: false });
  expect(new Set(await Promise.all(underWay))).toEqual(new Set([200]));
  service.delayMs = 0;
  await until(async () => (await share(10))[0] === 0);
  expect(await share(100)).toEqual([0, 100]);
  // The last one needs to be meant.
  await expect(update(other, { enabled: false })).rejects.toMatchObject({ status: 409, code: 'LAST_PROVIDER' });
  expect(await share(20)).toEqual([0, 20]);
  await update(other, { enabled: false, force: true });
  await until(async () => (await call()) === 502);
  await update(other, { enabled: true });
  await update(back, { enabled: true });
  await until(async () => (await call()) === 200);
  await until(async () => (await share(20)).every((count) => count > 0));
  close();
}, 60_000);

it('shares by weight, and gives nothing to weight 0', async () => {
  const { back, other, share, finds, update, close } = await twoProviders();
  for (const [first, second, wanted] of [
    [100, 300, 0.25],
    [1000, 250, 0.8],
    [1, 1000, 0.001],
  ] as const) {
    await update(back, { weight: first });
    await update(other, { weight: second });
    // Both are in force when a whole round has the new shares.
    await until(async () => Math.abs(((await share(200))[0] as number) / 200 - wanted) < 0.03);
    const [got = 0, rest = 0] = await share(1200);
    expect(Math.abs(got / (got + rest) - wanted)).toBeLessThan(0.015);
  }
  await update(back, { weight: 0 });
  await until(async () => !(await finds(back)));
  expect(await share(100)).toEqual([0, 100]);
  close();
}, 60_000);
