import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalApi } from './local-api.ts';
import { DiscoveryRig, list, REVIEWS, REVIEWS_INFO } from './testdata/discovery-rig.ts';

let rig: DiscoveryRig;
let api: LocalApi | null = null;
beforeEach(() => {
  rig = new DiscoveryRig();
});
afterEach(() => {
  api?.close();
  rig.close();
});

test('a subscription says how many hosts are of other zones, and how many stay though the newest push lacks them', async () => {
  const discovery = rig.create();
  const own = new LocalApi(discovery);
  api = own;
  await own.listen('127.0.0.1', 0);
  const shown = async (): Promise<object> => {
    const answer = await fetch(
      `http://127.0.0.1:${own.port}/v1/discovery/subscriptions/${encodeURIComponent(REVIEWS)}`,
    );
    return (await answer.json()) as object;
  };
  discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'zone');
  expect(await shown()).toMatchObject({ pending: true, endpoints: 0, elsewhere: 0, held: null });
  const push = list(1, [1, 2, 3, 4]);
  const endpoints = push.endpoints.map((one) => ({ ...one, zone: one.port < 4 ? 'Z1' : 'Z2' }));
  discovery.receive(REVIEWS_INFO, { ...push, endpoints });
  expect(await shown()).toMatchObject({ pending: false, version: 1, endpoints: 3, elsewhere: 1, held: null });
  // Of a registry that is not sure.
  discovery.receive(REVIEWS_INFO, {
    ...list(2, [], false),
    endpoints: [endpoints[0], endpoints[3]] as typeof endpoints,
  });
  expect(await shown()).toMatchObject({ version: 2, endpoints: 3, elsewhere: 1, held: { kept: 2 } });
  rig.clock.advance(30_000);
  expect(await shown()).toMatchObject({ version: 2, endpoints: 1, elsewhere: 1, held: null });
});
