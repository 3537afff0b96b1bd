import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryRig, endpointsOf, list, REVIEWS, REVIEWS_INFO } from './testdata/discovery-rig.ts';
import { RecordingRegistry } from './testdata/recording-registry.ts';

let rig: DiscoveryRig;
beforeEach(() => {
  rig = new DiscoveryRig();
});
afterEach(() => rig.close());

describe('changes', () => {
  it('within 100 ms become one', () => {
    const discovery = rig.create();
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    discovery.subscribe(REVIEWS, 'Http1');
    for (let version = 1; version <= 100; version++) discovery.receive(REVIEWS_INFO, list(version, [version]));
    expect(rig.changes).toBe(0);
    rig.clock.advance(100);
    expect(rig.changes).toBe(1);
    expect(endpointsOf(discovery)).toEqual([9080, 100]);
  });
});

describe('a restart', () => {
  it('takes up what applications had asked for', async () => {
    const before = rig.create();
    before.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, metadata: { a: '1' } });
    before.subscribe(REVIEWS, 'Http1');
    rig.clock.advance(1000);
    before.stop();
    rig.registry = new RecordingRegistry();
    const after = rig.create();
    after.restore();
    await rig.clock.settle();
    expect([...rig.registry.published.values()]).toMatchObject([
      { dataId: REVIEWS, port: 10080, metadata: { a: '1' } },
    ]);
    expect([...rig.registry.subscribed]).toEqual([REVIEWS_INFO]);
  });

  it('goes on without a file that cannot be read', () => {
    writeFileSync(path.join(rig.folder, 'discovery_state.json'), '{"format":');
    const discovery = rig.create();
    discovery.restore();
    expect(discovery.publications()).toEqual([]);
  });

  it('says when a subscription is routed, and does not wait for ever', async () => {
    const discovery = rig.create();
    discovery.subscribe(REVIEWS, 'Http1');
    let placed = false;
    const waiting = discovery.placed().then(() => {
      placed = true;
    });
    await Promise.resolve();
    expect([placed, rig.changes]).toEqual([false, 0]);
    rig.clock.advance(100);
    await waiting;
    expect(rig.changes).toBe(1);
    expect(discovery.routedServices().find((service) => service.cluster === REVIEWS)?.hostsWaitMs).toBe(3000);
    discovery.receive(REVIEWS_INFO, list(1, []));
    expect(discovery.routedServices().find((service) => service.cluster === REVIEWS)?.hostsWaitMs).toBe(0);
  });
});
