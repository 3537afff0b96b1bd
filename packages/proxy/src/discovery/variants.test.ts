import type { Endpoint } from '@weft/distribution';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Discovery } from './discovery.ts';
import { DiscoveryRig, endpoint, list } from './testdata/discovery-rig.ts';

let rig: DiscoveryRig;
beforeEach(() => {
  rig = new DiscoveryRig();
});
afterEach(() => rig.close());

describe('a service of which some providers speak an older protocol', () => {
  const ECHO = 'com.weft.Echo:1.0@DEFAULT';
  const INFO = `${ECHO}#@#000001#@#SOFA`;
  const speaking = (port: number, p?: string): Endpoint => ({
    ...endpoint(port),
    metadata: p === undefined ? {} : { p },
  });
  const providers = (version: number, ...endpoints: Endpoint[]) => ({ ...list(version, []), endpoints });
  const portsOf = (discovery: Discovery) => discovery.routedServices()[0]?.endpoints.map(({ port }) => port);

  it('is announced by the weakest that the proxy speaks, at once, and called where it speaks the protocol itself', () => {
    const discovery = rig.create('tr');
    const subscription = discovery.subscribe(ECHO, 'bolt');
    expect(discovery.announcedVariant(subscription)).toEqual({ p: '1' });
    discovery.receive(INFO, providers(1, speaking(1), speaking(2, '13'), speaking(3, '1')));
    expect(discovery.announcedVariant(subscription)).toEqual({ p: '13' });
    expect(portsOf(discovery)).toEqual([1, 3]);
    // The same list of hosts is the same object: what was compiled from it stays.
    expect(discovery.routedServices()[0]?.endpoints).toBe(discovery.routedServices()[0]?.endpoints);
  });

  it('is announced by the newer one 30 s after the last older provider went, and not if one comes back meanwhile', () => {
    const discovery = rig.create('tr');
    const subscription = discovery.subscribe(ECHO, 'bolt');
    const announced = () => discovery.announcedVariant(subscription)['p'];
    discovery.receive(INFO, providers(1, speaking(1), speaking(2, '13')));
    discovery.receive(INFO, providers(2, speaking(1), speaking(3)));
    rig.clock.advance(29_999);
    expect(announced()).toBe('13');
    discovery.receive(INFO, providers(3, speaking(1), speaking(3), speaking(2, '13')));
    rig.clock.advance(30_000);
    expect(announced()).toBe('13');
    discovery.receive(INFO, providers(4, speaking(1), speaking(3)));
    rig.clock.advance(30_000);
    expect(announced()).toBe('1');
    expect(portsOf(discovery)).toEqual([1, 3]);
  });

  it('is announced by its own protocol where the proxy has none for the older one', () => {
    const discovery = rig.create();
    const subscription = discovery.subscribe(ECHO, 'bolt');
    discovery.receive(INFO, providers(1, speaking(1), speaking(2, '13')));
    expect(discovery.announcedVariant(subscription)).toEqual({ p: '1' });
    expect(portsOf(discovery)).toEqual([1]);
  });

  it('finds nobody where all are older', () => {
    const discovery = rig.create();
    discovery.subscribe(ECHO, 'bolt');
    discovery.receive(INFO, providers(1, speaking(1, '13'), speaking(2, '13')));
    expect(portsOf(discovery)).toEqual([]);
  });
});
