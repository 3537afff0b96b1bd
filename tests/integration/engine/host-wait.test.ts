/** Requests for a cluster without hosts wait for some; hosts that cannot be connected to are left out for a while. */
import { describe, expect, it } from 'vitest';
import { call, closedPort, httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import { FastBackend, keep, start, until } from './support.ts';

const config = (ports: readonly number[], weft: object, more: object = {}, route: object = {}): object =>
  configuration({
    listeners: [proxyListener()],
    routes: [routesTo('b', route)],
    clusters: [cluster('b', [...ports], { weft, ...more })],
  });

describe('a cluster whose hosts are not known yet', () => {
  it('lets requests wait until there are some', async () => {
    const proxy = await start(config([], { hosts_wait: '60s' }));
    const waiting = Array.from({ length: 5 }, () => call(proxy.port('front')));
    await until(async () => (await metric(proxy, 'downstream_request_active', { listener: 'front' })) === 5);
    const backend = keep(await httpBackend((_request, response) => response.end('here')));
    await proxy.reload(config([backend.port], {}));
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  it('answers 502 when the time is over, or none come', async () => {
    const proxy = await start(config([], { hosts_wait: '50ms' }));
    expect((await call(proxy.port('front'))).status).toBe(502);
    await proxy.reload(config([], { hosts_wait: '60s' }));
    const waiting = call(proxy.port('front'));
    await until(async () => (await metric(proxy, 'downstream_request_active', { listener: 'front' })) === 1);
    await proxy.reload(config([], {}));
    expect((await waiting).status).toBe(502);
  });
});

describe('a host that cannot be connected to', () => {
  it('is left out, and comes back', async () => {
    const dead = await closedPort();
    const good = await FastBackend.listen('good');
    const proxy = await start(config([dead, good.port], { connect_ejection: '300ms' }));
    const statuses = async (count: number): Promise<number[]> => {
      const seen: number[] = [];
      for (let i = 0; i < count; i++) seen.push((await call(proxy.port('front'))).status);
      return seen;
    };
    // One request meets it, the others do not.
    expect((await statuses(10)).filter((status) => status === 502)).toHaveLength(1);
    await until(async () => (await call(proxy.port('front'))).status === 502);
    await FastBackend.listen('revived', dead);
    await until(async () => (await statuses(10)).every((status) => status === 200));
  });

  it('is tried all the same when too few are left', async () => {
    const dead = [await closedPort(), await closedPort(), await closedPort()];
    const good = await FastBackend.listen('good');
    const retry = { retry_policy: { retry_on: true, num_retries: 3 } };
    const proxy = await start(
      config([...dead, good.port], { connect_ejection: '60s', protect_threshold: 50 }, {}, retry),
    );
    const failed = (): Promise<number> => metric(proxy, 'upstream_connection_con_fail', { cluster: 'b' });
    // All three are found dead; a quarter is less than half, so health is not believed from then on.
    await until(async () => {
      expect((await call(proxy.port('front'))).status).toBe(200);
      return (await failed()) > 6;
    });
  });
});
