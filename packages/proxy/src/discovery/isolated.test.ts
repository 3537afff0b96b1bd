/** Endpoints that their own proxies had taken out come back by themselves while the registry says nothing. */
import type { Endpoint } from '@weft/distribution';
import { expect, test } from 'vitest';
import { Subscriptions } from './subscriptions.ts';
import { ManualClock } from './testdata/recording-registry.ts';

const ID = { dataInfoId: 's#@#i#@#g', dataId: 's', protocol: 'bolt', group: 'g' };
const endpoint = (port: number, more: Partial<Endpoint> = {}): Endpoint => ({
  address: '10.0.0.1',
  port,
  weight: 100,
  zone: '',
  dataCenter: '',
  app: 'a',
  proxyId: String(port),
  enabled: true,
  metadata: {},
  ...more,
});
const isolated = (port: number, isolatedMs: number) => endpoint(port, { enabled: false, isolatedMs });

function world(emptyPushHoldMs = 30_000) {
  const clock = new ManualClock();
  let changes = 0;
  const subscriptions = new Subscriptions({
    clock,
    emptyPushHoldMs,
    shrinkGuardPercent: 50,
    zone: '',
    dataCenter: '',
    onChange: () => void changes++,
    onHeld: () => {},
  });
  const [subscription] = subscriptions.open(ID);
  let version = 0;
  const rest = { confirmed: true, protectThreshold: 0, origin: 'server' as const };
  return {
    clock,
    subscriptions,
    push: (...endpoints: Endpoint[]) =>
      subscriptions.receive(ID.dataInfoId, { version: ++version, endpoints, ...rest }),
    /** Of a registry that does not know yet who is there. */
    pushUnsure: (...endpoints: Endpoint[]) =>
      subscriptions.receive(ID.dataInfoId, { version: ++version, endpoints, ...rest, confirmed: false }),
    enabled: () => subscription.list?.endpoints.filter((one) => one.enabled).map(({ port }) => port),
    changes: () => changes,
  };
}

test('each comes back in its time, half a minute later than the registry would have said', () => {
  const { clock, push, enabled } = world();
  push(endpoint(1), isolated(2, 60_000), isolated(3, 300_000), endpoint(4, { enabled: false }));
  clock.advance(89_999);
  expect(enabled()).toEqual([1]);
  clock.advance(1);
  expect(enabled()).toEqual([1, 2]);
  clock.advance(240_000);
  // The one that an operator has disabled stays so.
  expect(enabled()).toEqual([1, 2, 3]);
});

test('a newer list says how things are', () => {
  const { clock, push, enabled, changes } = world();
  push(endpoint(1), isolated(2, 60_000));
  clock.advance(50_000);
  push(endpoint(1), isolated(2, 60_000));
  expect(changes()).toBe(1);
  clock.advance(60_000);
  expect(enabled()).toEqual([1]);
  push(endpoint(1), endpoint(2, { enabled: false }));
  clock.advance(600_000);
  expect(enabled()).toEqual([1]);
  push(endpoint(1), isolated(2, 1000));
  push(endpoint(1), endpoint(2));
  expect(enabled()).toEqual([1, 2]);
});

test('a registry that rebuilds, and has the isolated one alone, is not believed at once', () => {
  const { clock, push, pushUnsure, enabled } = world();
  push(endpoint(1), isolated(2, 600_000));
  pushUnsure(isolated(2, 500_000));
  clock.advance(20_000);
  expect(enabled()).toEqual([1]);
  pushUnsure(endpoint(1), isolated(2, 480_000));
  clock.advance(60_000);
  expect(enabled()).toEqual([1]);
  // Sure, or for longer than is waited: nobody else is there.
  push(isolated(2, 400_000));
  expect(enabled()).toEqual([]);
});

test('isolated ones come back in their time while others are missing', () => {
  const { clock, push, pushUnsure, enabled } = world(600_000);
  push(endpoint(1), endpoint(2), endpoint(3), isolated(4, 600_000));
  pushUnsure(endpoint(1), isolated(4, 60_000));
  expect(enabled()).toEqual([1, 2, 3]);
  clock.advance(90_000);
  expect(enabled()).toEqual([1, 4, 2, 3]);
  clock.advance(510_000);
  expect(enabled()).toEqual([1, 4]);
});

test('a subscription that ends waits for nothing', () => {
  const { clock, subscriptions, push, changes } = world();
  push(endpoint(1), isolated(2, 1000));
  subscriptions.close(ID.dataInfoId);
  clock.advance(100_000);
  expect(changes()).toBe(1);
});
