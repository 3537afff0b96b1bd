import { afterEach, describe, expect, it } from 'vitest';
import { call } from '../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../support/config.ts';
import { type RunningProxy, startProxy } from '../support/proxy.ts';
import { canUseNamespaces, FarHost } from './namespace.ts';

const possible = canUseNamespaces();
if (!possible) console.log('fault tests need root and network namespaces: skipped');

const open: { close?(): Promise<void>; dispose?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await (item.dispose ?? item.close)?.call(item);
});

async function hosts(count: number): Promise<FarHost[]> {
  const all: FarHost[] = [];
  for (let i = 0; i < count; i++) {
    const host = await FarHost.create();
    open.push(host);
    all.push(host);
  }
  return all;
}

async function front(far: readonly FarHost[], more: object = {}, route: object = {}): Promise<RunningProxy> {
  const proxy = await startProxy(
    configuration({
      listeners: [proxyListener()],
      routes: [routesTo('far', route)],
      clusters: [cluster('far', [], { hosts: far.map((host) => ({ address: host.address })), ...more })],
    }),
  );
  open.push(proxy);
  return proxy;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe.skipIf(!possible)('a network that fails', () => {
  it('a host that vanishes: 504 at connect_timeout, other hosts go on, health checks take it out and bring it back', async () => {
    const [one, two] = (await hosts(2)) as [FarHost, FarHost];
    const proxy = await front(
      [one, two],
      {
        connect_timeout: '300ms',
        health_check: {
          protocol: 'tcp',
          service_name: 'far',
          interval: '100ms',
          timeout: '200ms',
          initial_delay_seconds: '1ms',
        },
      },
      { retry_policy: { retry_on: true, num_retries: 1 } },
    );
    one.cut();
    await until(() => /healthy=false/.test(proxy.log()));
    for (let i = 0; i < 10; i++) expect((await call(proxy.port('front'))).status).toBe(200);
    one.heal();
    await until(() => /healthy=true/.test(proxy.log()));
    two.cut();
    await until(() => (proxy.log().match(/healthy=false/g) ?? []).length === 2);
    for (let i = 0; i < 10; i++) expect((await call(proxy.port('front'))).status).toBe(200);
  });

  it('a connection that is swallowed in the middle ends at the timeout of the route and is not used again', async () => {
    const [host] = (await hosts(1)) as [FarHost];
    const proxy = await front([host], { connect_timeout: '300ms' }, { timeout: '400ms' });
    expect((await call(proxy.port('front'))).status).toBe(200);
    host.cut();
    expect((await call(proxy.port('front'))).status).toBe(504);
    expect((await call(proxy.port('front'))).status).toBe(504);
    host.heal();
    await until(async () => (await call(proxy.port('front'))).status === 200);
  });

  it('a host whose process ends: 502 without a retry, none with one', async () => {
    const [one, two] = (await hosts(2)) as [FarHost, FarHost];
    const proxy = await front([one, two], {}, { retry_policy: { retry_on: true, num_retries: 2 } });
    for (let i = 0; i < 4; i++) await call(proxy.port('front'));
    await one.kill();
    for (let i = 0; i < 20; i++) expect((await call(proxy.port('front'))).status).toBe(200);
  });

  it('a link that loses a tenth of its packets loses no request', async () => {
    const [host] = (await hosts(1)) as [FarHost];
    const proxy = await front([host]);
    host.lose(10);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        call(proxy.port('front'), { method: 'POST', body: Buffer.alloc(50_000) }).then((answer) => answer.status),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, () => 200));
    // Otherwise it was no lossy link.
    expect(host.lost().towards).toBeGreaterThan(0);
    expect(host.lost().from).toBeGreaterThan(0);
  });
});
