import { describe, expect, test, vi } from 'vitest';
import { edgeReport as edge } from './edge-report.ts';
import { usePlane } from './plane-rig.ts';

const SHOP = 'shop.bookinfo:9080@Http1';
const ALSO = 'also.bookinfo:9080@Http1';

describe('the topology by version', () => {
  const { api, proxy } = usePlane();

  test('an edge has the times, errors and refusals of its version, and of its caller alone', async () => {
    const page = proxy('page-1', 'page');
    const batch = proxy('batch-1', 'batch');
    const first = proxy('shop-1', 'shop', { labels: { version: 'v1' } });
    const second = proxy('shop-2', 'shop', { labels: { version: 'v2' } });
    // One of the 12 refusals is of the second version; the others never left the caller.
    page.report([edge('outbound', SHOP, 50, { requests: 100, errors: 9, rejected: 11 })]);
    batch.report([edge('outbound', SHOP, 1000, { requests: 40 })]);
    first.report([
      edge('inbound', SHOP, 10, { sourceApp: 'page', requests: 60 }),
      edge('inbound', SHOP, 10, { sourceApp: 'page', method: 'GET /first', requests: 60 }),
    ]);
    second.report([
      edge('inbound', SHOP, 200, { sourceApp: 'page', requests: 30, errors: 9, rejected: 1 }),
      edge('inbound', SHOP, 200, { sourceApp: 'page', method: 'GET /second', requests: 30 }),
      edge('inbound', SHOP, 1000, { sourceApp: 'batch', requests: 40, rejected: 7 }),
    ]);
    const graph = await vi.waitFor(
      async () => {
        const found = await api().getTopology({ query: { groupBy: 'version' } });
        expect(found.nodes.map(({ id, requests }) => [id, requests])).toEqual(
          expect.arrayContaining([
            ['app:shop@v1', 60],
            ['app:shop@v2', 70],
          ]),
        );
        expect(found.edges).toHaveLength(3);
        return found;
      },
      { timeout: 20_000 },
    );
    const of = (source: string, target: string) =>
      graph.edges.find((found) => found.source === source && found.target === target);
    expect(of('app:page', 'app:shop@v1')).toMatchObject({
      reportedBy: 'caller',
      requests: 67,
      rtMs: 10,
      errorRatio: 0,
      marks: ['limited'],
    });
    expect(of('app:page', 'app:shop@v1')?.p99Ms).toBeLessThanOrEqual(10);
    expect(of('app:page', 'app:shop@v2')).toMatchObject({ requests: 33, rtMs: 200, errorRatio: 27 });
    expect(of('app:page', 'app:shop@v2')?.p50Ms).toBeGreaterThan(100);
    // Those of the caller itself by the share, and its own one of the second version.
    expect([of('app:page', 'app:shop@v1')?.rejected, of('app:page', 'app:shop@v2')?.rejected]).toEqual([7, 4]);
    expect(of('app:batch', 'app:shop@v2')).toMatchObject({ requests: 40, rtMs: 1000, errorRatio: 0 });
    expect(graph.nodes.find(({ id }) => id === 'app:shop@v2')).toMatchObject({ instances: 1, rejected: 8 });
    expect(graph.nodes.find(({ id }) => id === 'app:shop@v1')).toMatchObject({ instances: 1, marks: [] });

    const id = of('app:page', 'app:shop@v2')?.id ?? '';
    const detail = await api().getTopologyEdge({ params: { id } });
    expect(detail.edge.requests).toBe(33);
    const busy = detail.points.filter(({ requests }) => requests > 0);
    expect(busy.map(({ requests, rtMs }) => [requests, rtMs])).toEqual([[33, 200]]);
    expect(detail.methods.map(({ method, requests }) => [method, requests])).toEqual([['GET /second', 33]]);
    const node = await api().getTopologyNode({ params: { id: 'app:shop@v1' } });
    expect(node.proxies.map(({ proxyId }) => proxyId)).toEqual(['shop-1']);

    // Apps as a whole have what the caller counted.
    const whole = await api().getTopology();
    expect(whole.edges.find(({ source }) => source === 'app:page')).toMatchObject({
      target: 'app:shop',
      requests: 100,
      rtMs: 50,
      errorRatio: 9,
      rejected: 11,
    });
    expect(whole.nodes.find(({ id: found }) => found === 'app:shop')).toMatchObject({ instances: 2, rejected: 8 });
  });

  test('who has no proxy is not charged with the calls of those who told, nor the other way round', async () => {
    const front = proxy('front-1', 'front');
    const back = proxy('back-1', 'back');
    front.report([edge('outbound', ALSO, 20, { requests: 100 })]);
    back.report([
      edge('inbound', ALSO, 20, { sourceApp: 'front', requests: 100 }),
      edge('inbound', ALSO, 500, { requests: 50, errors: 10, rejected: 30 }),
    ]);
    const edges = await vi.waitFor(
      async () => {
        const found = (await api().getTopology()).edges.filter(({ target }) => target === 'app:back');
        expect(found).toHaveLength(2);
        return found;
      },
      { timeout: 20_000 },
    );
    expect(edges.find(({ source }) => source === 'app:front')).toMatchObject({
      reportedBy: 'caller',
      requests: 100,
      rtMs: 20,
      errorRatio: 0,
      rejected: 0,
      marks: [],
    });
    expect(edges.find(({ source }) => source === 'external')).toMatchObject({
      reportedBy: 'callee',
      requests: 50,
      rtMs: 500,
      errorRatio: 20,
      rejected: 30,
      marks: ['limited'],
    });
  });
});
