import type { EdgeReport } from '@weft/distribution';
import { describe, expect, test, vi } from 'vitest';
import { edgeReport } from './edge-report.ts';
import { usePlane } from './plane-rig.ts';

const DETAILS = 'details.bookinfo:9080@Http1';
const FRONT = 'front.bookinfo:9080@Http1';

describe('proxies and their figures', () => {
  const rig = usePlane();
  const { api, proxy } = rig;
  /** All of it between 10 and 20 ms. */
  const edge = (direction: EdgeReport['direction'], service: string, change: Partial<EdgeReport>): EdgeReport =>
    edgeReport(direction, service, 20, change);

  test('the figures of an edge are those of the caller, of a node those of the callee, and who has no proxy is external', async () => {
    const front = proxy('front-1', 'front', { labels: { version: 'v1' } });
    const details = proxy('details-1', 'details', { labels: { version: 'v1' } });
    details.publish(DETAILS, 80);
    front.publish(FRONT, 80);
    for (let second = 0; second < 10; second++) {
      front.report([
        edge('outbound', DETAILS, { requests: 100, errors: 5 }),
        edge('inbound', FRONT, { requests: 40, errors: 4 }),
      ]);
      details.report(
        [
          edge('inbound', DETAILS, { requests: 100, errors: 5, rejected: 2 }),
          edge('inbound', DETAILS, { method: 'GET /x', requests: 60 }),
        ],
        [{ ruleDbId: 4711, passed: 98, rejected: 2, wouldReject: 0 }],
      );
    }
    const graph = await vi.waitFor(async () => {
      const found = await api().getTopology();
      expect(found.nodes.find(({ id }) => id === 'app:details')?.requests).toBe(1000);
      expect(found.edges).toHaveLength(2);
      return found;
    });
    // The mesh is younger than the 15 minutes: rates are over the time since the first report.
    const seconds = (Date.parse(graph.end) - Date.parse(graph.coveredFrom)) / 1000;
    expect(seconds).toBeLessThan(15 * 60);
    expect(graph.nodes.find(({ id }) => id === 'app:details')).toMatchObject({
      kind: 'app',
      instances: 1,
      requests: 1000,
      rps: Math.round((1000 / Math.max(1, seconds)) * 100) / 100,
      rtMs: 20,
      errorRatio: 5,
      rejected: 20,
      marks: ['limited'],
    });
    expect(graph.edges.find(({ source }) => source === 'app:front')).toMatchObject({
      target: 'app:details',
      service: DETAILS,
      reportedBy: 'caller',
      requests: 1000,
      rtMs: 20,
      errorRatio: 5,
    });
    expect(graph.edges.find(({ source }) => source === 'external')).toMatchObject({
      target: 'app:front',
      reportedBy: 'callee',
      requests: 400,
      errorRatio: 10,
    });
    const busiest = graph.edges.find(({ source }) => source === 'app:front');
    expect(busiest?.p50Ms).toBe(15);
    const id = busiest?.id ?? '';
    const detail = await api().getTopologyEdge({ params: { id } });
    expect(detail.statuses).toContainEqual({ class: 'error', count: 50 });
    expect(detail.points.reduce((sum, point) => sum + point.requests, 0)).toBe(1000);
    expect(detail.p90Ms).toBe(19);
    const node = await api().getTopologyNode({ params: { id: 'app:details' } });
    expect(node.proxies).toMatchObject([{ proxyId: 'details-1', state: 'Running' }]);
    const focused = await api().getTopology({ query: { focus: 'app:details', depth: 1 } });
    expect(focused.nodes.map((item) => item.id).sort()).toEqual(['app:details', 'app:front']);
    const byVersion = await api().getTopology({ query: { groupBy: 'version' } });
    expect(byVersion.edges.find(({ source }) => source === 'app:front@v1')?.target).toBe('app:details@v1');
    const methods = await api().listMethods({ params: { serviceId: DETAILS } });
    expect(methods.items).toMatchObject([{ method: 'GET /x', source: 'traffic' }]);
    const metrics = await api().getServiceMetrics({ params: { serviceId: DETAILS } });
    expect(metrics.points.reduce((sum, point) => sum + point.requests, 0)).toBe(1000);
    expect(metrics.dataAgeMs).toBeLessThan(60_000);
  });

  test('a range of more than 7 days is refused', async () => {
    const start = new Date(Date.now() - 7 * 86_400_000 - 1000).toISOString();
    const end = new Date().toISOString();
    await expect(api().getTopology({ query: { start, end } })).rejects.toMatchObject({
      status: 400,
      code: 'RANGE_TOO_LONG',
    });
    await expect(api().getTopology({ query: { start: end, end: start } })).rejects.toMatchObject({ status: 400 });
  });

  test('how often a rule refused, per instance', async () => {
    const { ruleDbId } = await api().createLimitRule({
      body: { name: 'h', app: 'hits', services: ['*'], spec: { threshold: 1 } },
    });
    const one = proxy('hits-1', 'hits');
    one.report([], [{ ruleDbId, passed: 3, rejected: 2, wouldReject: 1 }]);
    await vi.waitFor(async () => expect((await api().getLimitRule({ params: { id: ruleDbId } })).hits5m).toBe(3));
    const hits = await api().getLimitRuleHits({ params: { id: ruleDbId } });
    expect(hits.instances).toMatchObject([{ proxyId: 'hits-1', passed: 3, rejected: 2, wouldReject: 1 }]);
    expect(hits.points.reduce((sum, point) => sum + point.rejected, 0)).toBe(2);
  });

  test('of a rule that refuses nobody, how many requests it was for', async () => {
    const { ruleDbId } = await api().createMirrorRule({
      body: { name: 'copy', app: 'copied', services: ['*'], spec: { targetCluster: 'shadow' } },
    });
    proxy('copied-1', 'copied').report([], [{ ruleDbId, passed: 4, rejected: 0, wouldReject: 0 }]);
    await vi.waitFor(async () => expect((await api().getMirrorRule({ params: { id: ruleDbId } })).hits5m).toBe(4));
  });

  test('the rules of a service are the same ones wherever they are counted or listed', async () => {
    const service = 'counted.shop:80@Http1';
    const one = proxy('counted-1', 'counted');
    one.publish(service, 80);
    one.report();
    await vi.waitFor(async () =>
      expect((await api().getService({ params: { serviceId: service } })).providerCount).toBe(1),
    );
    const rule = (name: string, app: string, services: string[]) =>
      api().createLimitRule({ body: { name, app, services, spec: { threshold: 1 } } });
    await rule('named', 'elsewhere', [service]);
    await rule('all-of-its-app', 'counted', ['*']);
    await rule('all-of-another', 'elsewhere', ['*']);
    const wanted = ['all-of-its-app', 'named'];
    const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name).sort();
    expect(names((await api().listLimitRules({ query: { service } })).items)).toEqual(wanted);
    expect(names((await api().listServiceRules({ params: { serviceId: service } })).items)).toEqual(wanted);
    expect((await api().getService({ params: { serviceId: service } })).ruleCount).toBe(2);
  });

  test('who is refused for a key is shown with the reason and what to do, until it is let in', async () => {
    const { client } = rig.plane.admin;
    const { key, secret } = await client.osp.createAccessKey();
    const { accessKeyId } = key;
    const setStatus = (status: 'ACTIVE' | 'DISABLED') =>
      client.osp.updateAccessKey({ params: { accessKeyId }, body: { status } });
    await setStatus('DISABLED');
    proxy('wrong-1', 'wrong', {
      credentials: { accessKey: rig.plane.plane.seeded?.accessKeyId ?? '', secret: 'guessed' },
    });
    proxy('nobody-1', 'nobody', { credentials: { accessKey: 'nobodys', secret: 'guessed' } });
    const disabled = proxy('disabled-1', 'disabled', { credentials: { accessKey: accessKeyId, secret } });
    const refused = async (of = client) => (await of.ms.listRefusedConnections()).items;
    await vi.waitFor(
      async () =>
        expect(await refused()).toEqual(
          expect.arrayContaining([
            expect.objectContaining({ proxyId: 'wrong-1', app: 'wrong', cause: 'signature', address: '127.0.0.1' }),
            expect.objectContaining({ proxyId: 'nobody-1', cause: 'unknown-key', accessKeyId: 'nobodys' }),
            expect.objectContaining({
              proxyId: 'disabled-1',
              cause: 'disabled-key',
              reason: `the access key ${accessKeyId} is disabled`,
              advice: expect.stringContaining('enable the access key again'),
            }),
          ]),
        ),
      20_000,
    );
    expect(await refused()).toHaveLength(3);
    // Of a key that nobody has only who administers the platform hears.
    const { client: viewer } = await rig.plane.createUser('viewer', 'sees-refusals');
    expect((await refused(viewer)).map(({ proxyId }) => proxyId).sort()).toEqual(['disabled-1', 'wrong-1']);
    await setStatus('ACTIVE');
    // It would come by itself, a minute later.
    await disabled.close();
    proxy('disabled-1', 'disabled', { credentials: { accessKey: accessKeyId, secret } });
    await vi.waitFor(
      async () => expect((await refused()).map(({ proxyId }) => proxyId).sort()).toEqual(['nobody-1', 'wrong-1']),
      20_000,
    );
  });

  test('a proxy is waiting, running, unhealthy or terminated by its own word', async () => {
    const one = proxy('state-1', 'state');
    const get = () => api().getSidecar({ params: { proxyId: 'state-1' } });
    await vi.waitFor(async () => expect(await get()).toMatchObject({ state: 'Waiting', healthy: null }));
    one.publish('state.bookinfo:1@Http1', 99);
    one.report();
    await vi.waitFor(async () =>
      expect(await get()).toMatchObject({
        state: 'Running',
        healthy: true,
        app: 'state',
        rssBytes: 1e8,
        connections: 3,
        publications: [{ dataId: 'state.bookinfo:1@Http1', address: '10.0.0.1:99' }],
      }),
    );
    one.report([], [], false);
    await vi.waitFor(async () => expect(await get()).toMatchObject({ healthy: false, degraded: ['drm'] }));
    const { items } = await api().listSidecars({ query: { healthy: false, app: 'state' } });
    expect(items.map(({ proxyId }) => proxyId)).toEqual(['state-1']);
    expect((await api().getTopology()).nodes.find(({ id }) => id === 'app:state')?.marks).toEqual(['unhealthy']);
    await one.close();
    await vi.waitFor(async () => expect(await get()).toMatchObject({ state: 'Terminated', connected: false }));
  });

  test('is asked over the stream that it opened, and only for what it may be asked', async () => {
    const asked: string[] = [];
    proxy('ask-1', 'ask', {
      answer: ({ id, path }) => {
        asked.push(path);
        const listeners = [
          {
            listener: 'in',
            address: '0.0.0.0:80',
            router: 'r',
            rules: [],
            virtualHost: 'v',
            considered: [{ route: 'routers[0]', matched: true, conditions: [] }],
            route: 'routers[0]',
            action: {
              kind: 'forward',
              clusters: [{ name: 'c', loadBalancer: 'LB_RANDOM', hosts: [{ address: '1.1.1.1:1', weight: 1 }] }],
            },
          },
        ];
        return {
          id,
          status: path.startsWith('/api/v1/health') ? 500 : 200,
          contentType: 'application/json',
          body: Buffer.from(JSON.stringify({ listeners })),
        };
      },
    });
    const ask = (path: string) => api().getSidecarAdmin({ params: { proxyId: 'ask-1', path } });
    await vi.waitFor(async () => expect(await ask('api/v1/config_dump')).toMatchObject({ listeners: [{}] }));
    await expect(ask('api/v1/health')).rejects.toMatchObject({ status: 500 });
    for (const path of ['api/v1/update_loglevel', 'api/v1/drain', 'debug/pprof', 'api/v1/../x'])
      await expect(ask(path)).rejects.toMatchObject({ code: expect.stringMatching(/FORBIDDEN|NOT_FOUND/) });
    const explained = await api().explain({
      body: { proxyId: 'ask-1', protocol: 'Http1', authority: 'a:80', path: '/x?y', headers: { user: 'b c' } },
    });
    expect(explained).toMatchObject({ ok: true, verdict: 'in: forwarded to c (1.1.1.1:1)' });
    expect(explained.steps.map(({ kind }) => kind)).toEqual([
      'listener',
      'route',
      'route',
      'cluster',
      'host',
      'verdict',
    ]);
    expect(asked.at(-1)).toBe('/api/v1/explain?protocol=Http1&host=a%3A80&path=%2Fx%3Fy&header=user%3Ab+c');
    await expect(api().getSidecarAdmin({ params: { proxyId: 'gone', path: 'metrics' } })).rejects.toMatchObject({
      status: 404,
    });
  });

  test('services are those of the registry; the last enabled provider needs a second word', async () => {
    const service = 'guard.bookinfo:1@Http1';
    const first = proxy('guard-1', 'guard');
    first.publish(service, 1);
    first.publish('guard.bookinfo:2@Http1', 2);
    const serviceId = service;
    await vi.waitFor(async () =>
      expect(await api().getService({ params: { serviceId } })).toMatchObject({
        type: 'HTTP',
        app: 'guard',
        providerCount: 1,
        enabledCount: 1,
        mesh: 'all',
      }),
    );
    const update = (body: { enabled?: boolean; weight?: number; force?: boolean }) =>
      api().updateProviders({ params: { serviceId }, body: { addresses: ['10.0.0.1:1', '9.9.9.9:9'], ...body } });
    await expect(update({ enabled: false })).rejects.toMatchObject({ status: 409, code: 'LAST_PROVIDER' });
    await expect(update({ weight: 0 })).rejects.toMatchObject({ status: 409, code: 'LAST_PROVIDER' });
    const { items } = await update({ enabled: false, force: true });
    expect(items).toMatchObject([
      { id: '10.0.0.1:1', ok: true },
      { id: '9.9.9.9:9', ok: false, code: 'NOT_FOUND' },
    ]);
    const providers = await api().listProviders({ params: { serviceId } });
    expect(providers.items).toMatchObject([{ state: 'Disabled', stateBy: 'admin', publishedWeight: 100 }]);
    expect((await api().listServices({ query: { keyword: 'guard*1@*' } })).items).toMatchObject([{ enabledCount: 0 }]);
    expect((await api().listApps({ query: { keyword: 'guard' } })).items).toMatchObject([
      { app: 'guard', provides: [service, 'guard.bookinfo:2@Http1'] },
    ]);
    await expect(update({})).rejects.toMatchObject({ code: 'INVALID' });
    await expect(update({ weight: 1001 })).rejects.toMatchObject({ code: 'INVALID' });
    await update({ enabled: true });
    const { client } = await rig.plane.createUser('viewer', 'looker');
    // Each proxy that subscribed gets the threshold with the list.
    const settings = (protectThreshold: number, as = rig.plane.admin.client) =>
      as.ms.updateService({ params: { serviceId }, body: { protectThreshold } });
    expect((await api().getService({ params: { serviceId } })).protectThreshold.percent).toBe(50);
    expect((await settings(30)).protectThreshold.percent).toBe(30);
    expect((await api().getService({ params: { serviceId } })).protectThreshold.percent).toBe(30);
    await expect(settings(101)).rejects.toMatchObject({ code: 'INVALID' });
    await expect(settings(10, client)).rejects.toMatchObject({ status: 403 });
    await expect(
      api().updateService({ params: { serviceId: 'nobody.x:1@Http1' }, body: { protectThreshold: 1 } }),
    ).rejects.toMatchObject({ status: 404 });
    await expect(
      client.ms.updateProviders({ params: { serviceId }, body: { addresses: ['10.0.0.1:1'], enabled: true } }),
    ).rejects.toMatchObject({ status: 403 });
  });
});
