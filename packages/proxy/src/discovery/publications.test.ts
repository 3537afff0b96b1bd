import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryRefusal } from './refusal.ts';
import { DiscoveryRig, endpointsOf, REVIEWS } from './testdata/discovery-rig.ts';

let rig: DiscoveryRig;
beforeEach(() => {
  rig = new DiscoveryRig();
});
afterEach(() => rig.close());

describe('publications', () => {
  it('register the address of the ingress and route it to the port of the application', async () => {
    const discovery = rig.create();
    expect(discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 })).toBe(true);
    expect(discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 })).toBe(false);
    await rig.clock.settle();
    expect([...rig.registry.published.values()]).toMatchObject([{ address: '127.0.0.1', port: 10080, weight: 100 }]);
    expect(discovery.routedServices()).toMatchObject([
      {
        service: 'reviews.bookinfo:9080',
        listener: 'in',
        cluster: `local_http1_service_${REVIEWS}`,
        endpoints: [{ port: 9080 }],
      },
    ]);
  });

  it('are told to the registry when requests find them, and not before; a change of weight at once', async () => {
    const discovery = rig.create();
    const publish = (weight = 100, appPort = 9080) =>
      discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort, weight });
    const weights = () => [...rig.registry.published.values()].map((item) => item.weight);
    publish();
    publish();
    discovery.listening();
    rig.clock.advance(100);
    expect([rig.changes, weights()]).toEqual([1, []]);
    await rig.clock.settle();
    expect(weights()).toEqual([100]);
    publish(0);
    expect(weights()).toEqual([0]);
    publish(7, 9081);
    expect(weights()).toEqual([0]);
    await rig.clock.settle();
    expect(weights()).toEqual([7]);
  });

  it('are told when what came while the configuration was made is routed, too', async () => {
    const discovery = rig.create();
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    rig.clock.advance(100);
    discovery.publish({ dataId: 'late.test:80@Http1', protocol: 'Http1', appPort: 9080 });
    await new Promise((resolve) => setImmediate(resolve));
    expect([...rig.registry.published.keys()]).toEqual([`${REVIEWS}|DEFAULT_GROUP`]);
    await rig.clock.settle();
    expect(rig.registry.published.size).toBe(2);
  });

  it('wait while their routes cannot be put in place, and are told with the next change that can', async () => {
    const discovery = rig.create();
    rig.inPlace = false;
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    await rig.clock.settle();
    expect([rig.changes, rig.registry.published.size]).toEqual([1, 0]);
    rig.inPlace = true;
    discovery.subscribe(REVIEWS, 'Http1');
    await rig.clock.settle();
    expect([rig.changes, rig.registry.published.size]).toEqual([2, 1]);
  });

  it('are routed for 5 s after they were taken back from the registry, and for good when they come back', async () => {
    const discovery = rig.create();
    const publish = (appPort: number) => discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort });
    publish(9080);
    await rig.clock.settle();
    discovery.unpublish(REVIEWS);
    expect([rig.registry.published.size, endpointsOf(discovery), discovery.publications()]).toEqual([0, [9080], []]);
    rig.clock.advance(4999);
    expect(endpointsOf(discovery)).toEqual([9080]);
    publish(9081);
    expect(endpointsOf(discovery)).toEqual([9081]);
    rig.clock.advance(10_000);
    expect(endpointsOf(discovery)).toEqual([9081]);
    discovery.unpublish(REVIEWS);
    await rig.clock.settle();
    const before = rig.changes;
    rig.clock.advance(4900);
    expect(endpointsOf(discovery)).toEqual([]);
    await rig.clock.settle();
    expect(rig.changes).toBe(before + 1);
  });

  it('are not told any more once the proxy stops', async () => {
    const discovery = rig.create();
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    rig.clock.advance(100);
    await rig.clock.settle();
    // Only then there is anybody to wait for.
    expect([discovery.withdraw(), discovery.withdraw()]).toEqual([true, false]);
    await rig.clock.settle();
    expect([rig.changes, rig.registry.published.size]).toEqual([1, 0]);
  });

  it('end when they are not renewed within their time', async () => {
    const discovery = rig.create();
    const publish = () => discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, ttlSeconds: 10 });
    publish();
    await rig.clock.settle();
    rig.clock.advance(9_000);
    publish();
    rig.clock.advance(9_999);
    expect(rig.registry.published.size).toBe(1);
    rig.clock.advance(1);
    expect(rig.registry.published.size).toBe(0);
  });

  it.each([
    [
      'an unknown protocol',
      { dataId: REVIEWS, protocol: 'http', appPort: 1 },
      'mesh.discovery.protocols has: Http1, bolt',
    ],
    ['a protocol without an ingress', { dataId: 'a.B:1.0@DEFAULT', protocol: 'bolt' }, 'no ingress_listener'],
    ['no port of the application', { dataId: REVIEWS, protocol: 'Http1' }, 'appPort is missing'],
    [
      'a protocol that the name contradicts',
      { dataId: 'a.B:1.0@DEFAULT', protocol: 'Http1', appPort: 1 },
      'expected @Http1 or @Http2',
    ],
    ['a name that is no dataId', { dataId: 'a b@Http1', protocol: 'Http1', appPort: 1 }, 'a b@Http1'],
  ])('are refused with %s', (_what, request, message) => {
    expect(() => rig.create().publish(request)).toThrowError(DiscoveryRefusal);
    expect(() => rig.create().publish(request)).toThrowError(message);
  });
});

const CHECK = { type: 'Http1', config: {}, intervalMs: 1000, timeoutMs: 500, fall: 2, raise: 1 };

describe('a publication with a check of the application', () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** The answer to the check that waits, and the time until the next one. */
  const answer = (healthy: boolean): void => {
    rig.answerCheck?.(healthy);
    rig.clock.advance(1000);
  };

  it('is registered while the application is well, and only then', async () => {
    const discovery = rig.create();
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, healthCheck: CHECK });
    await rig.clock.settle();
    discovery.listening();
    expect(rig.registry.published.size).toBe(0);
    expect(discovery.publications()).toMatchObject([
      { state: 'withheld', reason: 'the application is not well: it was not asked yet', health: { healthy: false } },
    ]);
    answer(false);
    expect(discovery.publications()[0]?.reason).toBe('the application is not well: ECONNREFUSED');
    answer(true);
    expect([...rig.registry.published.keys()]).toEqual([`${REVIEWS}|DEFAULT_GROUP`]);
    expect(discovery.publications()).toMatchObject([{ state: 'accepted', health: { healthy: true, detail: '200' } }]);
    answer(false);
    expect(rig.registry.published.size).toBe(1);
    answer(false);
    expect(rig.registry.published.size).toBe(0);
    // A renewal, and another session with the registry, do not register what is not well.
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, healthCheck: CHECK });
    discovery.listening();
    expect(rig.registry.published.size).toBe(0);
    answer(true);
    expect(rig.registry.published.size).toBe(1);
    discovery.withdraw();
    answer(true);
    expect(rig.registry.published.size).toBe(0);
    discovery.stop();
  });

  it('keeps its check over a restart, and loses it when it is published without one', async () => {
    const first = rig.create();
    first.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, healthCheck: CHECK });
    await turn();
    answer(true);
    first.stop();
    rig.registry.published.clear();
    const second = rig.create();
    second.restore();
    await rig.clock.settle();
    expect(second.publications()).toMatchObject([{ state: 'withheld', healthCheck: CHECK }]);
    expect(rig.registry.published.size).toBe(0);
    second.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    expect(rig.registry.published.size).toBe(1);
    answer(false);
    answer(false);
    expect(rig.registry.published.size).toBe(1);
    second.stop();
  });
});
