import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceList } from './registry-port.ts';
import { DiscoveryRig, endpoint, endpointsOf, list, REVIEWS, REVIEWS_INFO } from './testdata/discovery-rig.ts';

let rig: DiscoveryRig;
beforeEach(() => {
  rig = new DiscoveryRig();
});
afterEach(() => rig.close());

describe('subscriptions', () => {
  it('are the same when asked for again, and say where the application finds the service', async () => {
    const discovery = rig.create();
    for (let times = 0; times < 1000; times++) discovery.subscribe(REVIEWS, 'Http1');
    expect([...rig.registry.subscribed]).toEqual([REVIEWS_INFO]);
    discovery.listening();
    expect(await discovery.openEgress('Http1')).toBe('127.0.0.1:10088');
  });

  it('wait for the listener while the proxy starts', async () => {
    const discovery = rig.create();
    let found = '';
    const egress = discovery.openEgress('Http1').then((address) => {
      found = address;
    });
    rig.clock.advance(1999);
    await Promise.resolve();
    expect(found).toBe('');
    discovery.listening();
    await egress;
    expect(found).toBe('127.0.0.1:10088');
  });

  it('are refused where the listener does not open', async () => {
    const discovery = rig.create();
    const egress = discovery.openEgress('Http1');
    rig.clock.advance(2000);
    await expect(egress).rejects.toMatchObject({
      status: 503,
      message: 'the egress listener out is not open: nothing was subscribed; ask again when the proxy serves',
    });
    expect(discovery.subscriptions()).toEqual([]);
  });

  it('say which services are called from here, until the last group of one is given up', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.subscribe(REVIEWS, 'Http1', 'BLUE');
    discovery.unsubscribe(REVIEWS, 'BLUE');
    expect(new Set(rig.registry.used)).toEqual(new Set([`+${REVIEWS}`]));
    discovery.unsubscribe(REVIEWS);
    expect(rig.registry.used.at(-1)).toBe(`-${REVIEWS}`);
  });

  it('drop a push that is not newer', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(2, [1, 2]));
    discovery.receive(REVIEWS_INFO, list(2, [3]));
    discovery.receive(REVIEWS_INFO, list(1, [4]));
    expect(endpointsOf(discovery)).toEqual([1, 2]);
  });

  it('take any version after the service was gone from the registry', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(8, [1]));
    discovery.receive(REVIEWS_INFO, list(0, [], false));
    expect(endpointsOf(discovery)).toEqual([1]);
    discovery.receive(REVIEWS_INFO, list(1, [2]));
    expect(endpointsOf(discovery)).toEqual([2]);
  });

  it('take what the server says for what a snapshot said, whatever its version', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, { ...list(9, [1]), origin: 'snapshot' });
    expect(discovery.routedServices()[0]?.stale).toBe(true);
    discovery.receive(REVIEWS_INFO, list(1, [2]));
    expect(discovery.routedServices()[0]).toMatchObject({ stale: false, endpoints: [{ port: 2 }] });
  });

  it('hold a push that empties the list until it is old enough, or until the next one', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(1, [1, 2]));
    discovery.receive(REVIEWS_INFO, list(2, [], false));
    rig.clock.advance(29_999);
    expect(endpointsOf(discovery)).toEqual([1, 2]);
    rig.clock.advance(1);
    expect(endpointsOf(discovery)).toEqual([]);
    discovery.receive(REVIEWS_INFO, list(3, [1]));
    discovery.receive(REVIEWS_INFO, list(4, [], false));
    discovery.receive(REVIEWS_INFO, list(5, [7]));
    rig.clock.advance(60_000);
    expect(endpointsOf(discovery)).toEqual([7]);
  });

  it('keep most hosts when a push lacks them, unless the registry is sure', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(1, [1, 2, 3]));
    discovery.receive(REVIEWS_INFO, list(2, [1], false));
    expect(endpointsOf(discovery)).toEqual([1, 2, 3]);
    discovery.receive(REVIEWS_INFO, list(3, [1], true));
    expect(endpointsOf(discovery)).toEqual([1]);
    // Nothing waits any more that would take somebody away later.
    discovery.receive(REVIEWS_INFO, list(4, [1, 2]));
    rig.clock.advance(60_000);
    expect(endpointsOf(discovery)).toEqual([1, 2]);
  });

  it('let the dead one of two go with the push that says so, sure or not', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    for (const confirmed of [true, false]) {
      const version = confirmed ? 1 : 3;
      discovery.receive(REVIEWS_INFO, list(version, [1, 2], confirmed));
      expect(endpointsOf(discovery)).toEqual([1, 2]);
      discovery.receive(REVIEWS_INFO, list(version + 1, [2], confirmed));
      expect(endpointsOf(discovery)).toEqual([2]);
    }
  });

  it('take who is new at once, and what is new of others, while they keep who is missing', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(1, [1, 2, 3, 4, 5]));
    const changed = { ...endpoint(1), weight: 7 };
    discovery.receive(REVIEWS_INFO, { ...list(2, [], false), endpoints: [changed, endpoint(9)] });
    expect(endpointsOf(discovery)).toEqual([1, 9, 2, 3, 4, 5]);
    // The same once more lacks nobody less, though those who are new are many.
    const more = [changed, ...[6, 7, 8, 9].map(endpoint)];
    discovery.receive(REVIEWS_INFO, { ...list(3, [], false), endpoints: more });
    discovery.receive(REVIEWS_INFO, { ...list(4, [], false), endpoints: more });
    expect(endpointsOf(discovery)).toEqual([1, 6, 7, 8, 9, 2, 3, 4, 5]);
    // One who came meanwhile, and goes, is gone.
    discovery.receive(REVIEWS_INFO, { ...list(5, [], false), endpoints: [changed, endpoint(9)] });
    expect(endpointsOf(discovery)).toEqual([1, 9, 2, 3, 4, 5]);
    expect(discovery.subscription(REVIEWS)?.list?.endpoints[0]?.weight).toBe(7);
    // Those who are back are there once.
    discovery.receive(REVIEWS_INFO, { ...list(6, [], false), endpoints: [changed, endpoint(9), endpoint(2)] });
    expect(endpointsOf(discovery)).toEqual([1, 9, 2]);
  });

  it('keep who is missing for the time that is set, however many pushes lack them', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(1, [1, 2, 3, 4, 5]));
    for (let second = 0; second < 30; second++) {
      discovery.receive(REVIEWS_INFO, list(second + 2, [1], false));
      expect(endpointsOf(discovery)).toHaveLength(5);
      rig.clock.advance(1000);
    }
    expect(endpointsOf(discovery)).toEqual([1]);
    // The next time begins with the next of them.
    discovery.receive(REVIEWS_INFO, list(40, [1, 2, 3, 4, 5], false));
    discovery.receive(REVIEWS_INFO, list(41, [1], false));
    rig.clock.advance(29_999);
    expect(endpointsOf(discovery)).toHaveLength(5);
  });

  it('still check whom they keep of a snapshot', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, { ...list(9, [1, 2, 3]), origin: 'snapshot' });
    discovery.receive(REVIEWS_INFO, list(10, [1], false));
    expect(discovery.routedServices()[0]).toMatchObject({ stale: true, endpoints: [{ port: 1 }, {}, {}] });
    // What is not newer than the push stays dropped, though the list is said to be of before.
    discovery.receive(REVIEWS_INFO, list(10, [7], false));
    expect(endpointsOf(discovery)).toEqual([1, 2, 3]);
    discovery.receive(REVIEWS_INFO, list(11, [1]));
    expect(discovery.routedServices()[0]).toMatchObject({ stale: false, endpoints: [{ port: 1 }] });
  });

  it('ask others when the scope changes while somebody is missing', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(1, [1, 2, 3]));
    discovery.receive(REVIEWS_INFO, list(2, [1], false));
    discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'zone');
    expect(endpointsOf(discovery)).toEqual([]);
    rig.clock.advance(60_000);
    expect(endpointsOf(discovery)).toEqual([]);
  });

  it('tell watchers what was added, removed and updated', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    const seen: string[] = [];
    const stop = discovery.watch((change) => seen.push(`${change.kind} ${change.endpoint.port} ${change.version}`));
    discovery.receive(REVIEWS_INFO, list(1, [1, 2]));
    discovery.receive(REVIEWS_INFO, { ...list(2, []), endpoints: [{ ...endpoint(2), weight: 5 }, endpoint(3)] });
    stop?.();
    discovery.receive(REVIEWS_INFO, list(3, [9]));
    expect(seen).toEqual(['added 1 1', 'added 2 1', 'updated 2 2', 'added 3 2', 'removed 1 2']);
  });
});

describe('the scope of a subscription', () => {
  const places: [string, string][] = [
    ['Z1', 'd1'],
    ['Z2', 'd1'],
    ['Z3', 'd2'],
    ['Z4', 'd2'],
  ];
  const everywhere = (version: number): ServiceList => ({
    ...list(version, [1, 2, 3, 4]),
    endpoints: places.map(([zone, dataCenter], index) => ({ ...endpoint(index + 1), zone, dataCenter })),
  });

  it('is who is asked: of two zones in each of two data centres one, two or four', () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'zone');
    discovery.receive(REVIEWS_INFO, everywhere(1));
    expect(endpointsOf(discovery)).toEqual([1]);
    discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'dataCenter');
    expect(endpointsOf(discovery)).toEqual([1, 2]);
    discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'global');
    expect(endpointsOf(discovery)).toEqual([1, 2, 3, 4]);
    // Who says nothing leaves it as it is.
    discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'zone');
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, everywhere(2));
    expect(endpointsOf(discovery)).toEqual([1]);
    discovery.stop();
    const later = rig.create();
    later.restore();
    later.receive(REVIEWS_INFO, everywhere(3));
    expect(endpointsOf(later)).toEqual([1]);
    later.stop();
  });
});
