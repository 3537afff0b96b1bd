import { setImmediate as turn } from 'node:timers/promises';
import { createRegistrySession, SERVICE_ENDPOINTS_TYPE } from '@weft/distribution';
import { afterEach, describe, expect, test } from 'vitest';
import { accepted, INFO, publication, RegistryRig, SERVICE } from '../testing/registry-rig.ts';
import { REBUILD_MS, type RegistryLimits } from './index.ts';

describe('the registry', () => {
  let rig: RegistryRig;
  afterEach(() => rig.close());
  const start = async (limits?: Partial<RegistryLimits>): Promise<RegistryRig> => {
    rig = await new RegistryRig().open(limits);
    return rig;
  };

  test('a publication reaches its subscribers and nobody else; taking it back acts at once', async () => {
    await start();
    const one = rig.subscriber();
    const other = rig.subscriber(rig.link('other'), INFO.replace('details', 'reviews'));
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    expect(one.last()?.endpoints[0]).toEqual({
      address: '10.0.0.9',
      port: 13331,
      weight: 100,
      zone: 'Z1',
      dataCenter: 'd',
      app: 'details',
      proxyId: 'details-2',
      enabled: true,
      isolatedMs: 0,
      metadata: { mesh: 'weft' },
    });
    const before = one.last()?.version ?? 0;
    // Behind the time in which an empty list proves nothing.
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
    session.unpublish('r1');
    expect(await rig.pass(5000, () => one.last()?.endpoints.length === 0)).toBeLessThan(1000);
    expect(one.last()?.confirmed).toBe(true);
    expect(one.last()?.version).toBeGreaterThan(before);
    expect(other.pushes.filter(({ endpoints }) => endpoints.length > 0)).toEqual([]);
  });

  test('the id of a session opens nothing to another proxy', async () => {
    await start();
    const link = rig.link('details');
    const victim = createRegistrySession({ link, clock: rig.clock, sessionId: 'guessed' });
    victim.publish(publication());
    await rig.until('accepted', () => accepted(victim));
    const thief = createRegistrySession({ link: rig.link('thief'), clock: rig.clock, sessionId: 'guessed' });
    thief.publish(publication({ port: 1 }));
    await rig.until('accepted', () => accepted(thief));
    thief.unpublish('r1');
    await rig.pass(2000);
    expect(rig.registry.providers('000001', SERVICE).map(({ address }) => address)).toEqual(['10.0.0.9:13331']);
  });

  test('another workspace neither sees a service nor publishes into it', async () => {
    await start();
    const instanceId = await rig.addTenant();
    expect(instanceId).not.toBe('000001');
    const spy = rig.subscriber(rig.link('spy', 1));
    const intruder = rig.provider('intruder', rig.link('intruder', 1));
    const { session } = rig.provider('details');
    session.publish(publication());
    intruder.session.publish(publication({ address: '6.6.6.6' }));
    await rig.until('accepted', () => accepted(session));
    await rig.until('refused', () => intruder.session.publications()[0]?.state === 'refused');
    expect(intruder.session.publications()[0]?.reason).toContain(
      `instance_id is "000001", the access key is for "${instanceId}"`,
    );
    await rig.pass(2000);
    expect(spy.pushes).toEqual([]);
    expect(rig.registry.entries(instanceId)).toEqual([]);
  });

  test.each([
    [{ dataId: 'no id' }, /expected/],
    [{ group: 'a b' }, /expected a group/],
    [{ registId: '' }, /regist_id has 0 characters, expected 1 to 1024/],
    [{ address: 'host.name' }, /address is "host\.name", expected an IP address/],
    [{ port: 0 }, /port is 0, expected 1 to 65535/],
    [{ port: 70_000 }, /port is 70000/],
    [{ weight: 1001 }, /weight is 1001, expected 0 to 1000/],
    [{ protocol: 'a b' }, /protocol is "a b"/],
    [{ metadata: { big: 'x'.repeat(9000) } }, /metadata has 9003 bytes, expected at most 8192/],
    [{ metadata: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, ''])) }, /65 keys/],
  ])('publication %# is refused with value and expectation', async (change, reason) => {
    await start();
    const { session } = rig.provider('details');
    session.publish(publication(change));
    await rig.until('refused', () => session.publications()[0]?.state === 'refused');
    expect(session.publications()[0]?.reason).toMatch(reason);
    expect(rig.registry.stats().publications).toBe(0);
  });

  test('bounds refuse what is beyond and keep what is there', async () => {
    await start({ maxPublications: 3, maxPerService: 2 });
    const { session } = rig.provider('details');
    for (let i = 1; i <= 3; i++) session.publish(publication({ registId: `r${i}`, port: i }));
    session.publish(publication({ registId: 'o1', dataId: 'other:1@Http1' }));
    session.publish(publication({ registId: 'o2', dataId: 'more:1@Http1' }));
    await rig.until('answered', () => session.publications().every(({ state }) => state !== 'waiting'));
    expect(session.publications().map(({ state }) => state)).toEqual([
      'accepted',
      'accepted',
      'refused',
      'accepted',
      'refused',
    ]);
    expect(rig.registry.stats().publications).toBe(3);
  });

  test('a disabled provider stays in the list as disabled, over its restart and that of the registry', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    await rig.storage.write((tx) =>
      rig.registry.changeProviders(
        tx,
        '000001',
        SERVICE,
        [{ address: '10.0.0.9:13331', enabled: false, weight: 7 }],
        'ann',
      ),
    );
    const state = () => one.last()?.endpoints.map(({ enabled, weight }) => [enabled, weight]);
    await rig.until('disabled', () => state()?.[0]?.[0] === false);
    expect(state()).toEqual([[false, 7]]);
    await rig.stop();
    await rig.open();
    one.pushes.length = 0;
    await rig.pass(60_000, () => one.last()?.endpoints.length === 1, 500);
    expect(state()).toEqual([[false, 7]]);
    expect(rig.registry.providers('000001', SERVICE)[0]?.manual).toMatchObject({ operator: 'ann', enabled: false });
  });

  test('an isolated provider is in the list for as long as it is out, and comes back with a part of its weight', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    const said = { by: 'own', at: 5 };
    const isolate = (state: { share: number; untilMs: number } | null) =>
      rig.registry.isolate('000001', SERVICE, '10.0.0.9:13331', state === null ? null : { ...said, ...state });
    const state = () =>
      one
        .last()
        ?.endpoints.map(({ enabled, weight, isolatedMs = 0 }) => [enabled, weight, Math.round(isolatedMs / 1000)])[0];
    const published = state()?.[1] as number;
    const until = rig.clock.now() + 60_000;
    isolate({ share: 0, untilMs: until });
    await rig.until('isolated', () => state()?.[0] === false);
    expect(state()).toEqual([false, published, 60]);
    expect(rig.registry.providers('000001', SERVICE)[0]?.isolation).toMatchObject({ share: 0, by: 'own' });
    expect(rig.registry.entries('000001')[0]?.enabled).toBe(false);
    // A moment more or less is not worth a push.
    const { length } = one.pushes;
    isolate({ share: 0, untilMs: until + 100 });
    isolate({ share: 0, untilMs: until + 60_000 });
    await rig.until('longer', () => state()?.[2] === 120);
    expect(one.pushes.length).toBe(length + 1);
    isolate({ share: 0.1, untilMs: until });
    await rig.until('on its way back', () => state()?.[0] === true);
    expect(state()).toEqual([true, Math.max(1, Math.round(published / 10)), 0]);
    isolate(null);
    await rig.until('back', () => state()?.[1] === published);
  });

  test('the protect threshold of a service reaches who subscribed, over a restart of the registry', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    expect(one.last()?.protectThreshold).toBe(50);
    const set = (percent: number) =>
      rig.storage.write((tx) => rig.registry.setProtectThreshold(tx, '000001', SERVICE, percent, 'ann'));
    await set(30);
    await rig.until('set', () => one.last()?.protectThreshold === 30);
    await rig.stop();
    await rig.open();
    one.pushes.length = 0;
    await rig.pass(60_000, () => one.last()?.endpoints.length === 1, 500);
    expect(one.last()?.protectThreshold).toBe(30);
    await set(50);
    await rig.until('the default again', () => one.last()?.protectThreshold === 50);
    expect(rig.registry.protectThreshold('000001', SERVICE)).toBe(50);
  });

  test('after a restart nobody is told that a service is empty before its providers had time to come back', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    const version = one.last()?.version ?? 0;
    await rig.stop();
    await rig.pass(5000);
    await rig.open();
    one.pushes.length = 0;
    one.removals.length = 0;
    await rig.pass(REBUILD_MS + 20_000, () => one.last()?.confirmed === true, 500);
    expect(one.removals).toEqual([]);
    expect(one.pushes.map(({ endpoints, confirmed }) => [endpoints.length, confirmed])).toEqual([
      [1, false],
      [1, true],
    ]);
    expect(one.pushes[0]?.version).toBeGreaterThan(version);
  });

  test('a clock that was set back does not make versions go back', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    const version = one.last()?.version ?? 0;
    await rig.stop();
    const { wallNow } = rig.clock;
    Object.assign(rig.clock, { wallNow: () => wallNow() - 86_400_000 });
    await rig.open();
    one.pushes.length = 0;
    await rig.pass(60_000, () => one.pushes.length > 0, 500);
    expect(one.last()?.version).toBeGreaterThan(version);
  });

  test('closed pushing holds back what changes, except for gray addresses; opening pushes the newest once', async () => {
    await start();
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
    const one = rig.subscriber();
    const gray = rig.subscriber(rig.link('gray', 0, '10.0.0.77'));
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1 && gray.last()?.endpoints.length === 1);
    await rig.storage.write((tx) => rig.registry.setPush(tx, true, ['10.0.0.77'], 'ann'));
    const pushes = one.pushes.length;
    for (let weight = 1; weight <= 3; weight++) {
      session.publish(publication({ weight }));
      await rig.pass(1000);
    }
    expect(one.pushes).toHaveLength(pushes);
    expect(gray.last()?.endpoints[0]?.weight).toBe(3);
    expect(rig.registry.push()).toMatchObject({ state: 'closed', operator: 'ann', pending: 1 });
    await rig.storage.write((tx) => rig.registry.setPush(tx, false, [], 'ann'));
    await rig.pass(1000);
    expect(one.pushes.slice(pushes).map(({ endpoints }) => endpoints[0]?.weight)).toEqual([3]);
  });

  test('many changes within a tenth of a second are one push', async () => {
    await start();
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
    const one = rig.subscriber();
    await rig.until('empty list', () => one.pushes.length === 1);
    const { session } = rig.provider('details');
    for (let i = 1; i <= 500; i++) session.publish(publication({ registId: `r${i}`, port: i }));
    while (!accepted(session)) await turn();
    await rig.pass(3000, () => one.last()?.endpoints.length === 500, 10);
    expect(one.pushes.map(({ endpoints }) => endpoints.length)).toEqual([0, 500]);
    expect(rig.hub.server.receivers(SERVICE_ENDPOINTS_TYPE, INFO)).toHaveLength(1);
  });
});
