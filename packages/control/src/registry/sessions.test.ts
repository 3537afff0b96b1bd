import { createRegistrySession } from '@weft/distribution';
import { createFakeClock } from '@weft/kit/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accepted, publication, RegistryRig, SERVICE } from '../testing/registry-rig.ts';
import { REBUILD_MS } from './index.ts';

describe('sessions of the registry', () => {
  let rig: RegistryRig;
  afterEach(() => rig.close());
  beforeEach(async () => {
    rig = await new RegistryRig().open();
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
  });

  test('the entries of a dead proxy vanish within its lease and a second', async () => {
    const one = rig.subscriber();
    const { session, link } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    // Gone without a word.
    link.close();
    const afterMs = await rig.pass(30_000, () => one.last()?.endpoints.length === 0);
    expect(afterMs).toBeGreaterThan(6000);
    expect(afterMs).toBeLessThanOrEqual(11_000);
  });

  test('a session goes on over a broken connection, and forgets what it does not name again', async () => {
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    session.publish(publication({ registId: 'r2', port: 13332 }));
    await rig.until('pushed', () => one.last()?.endpoints.length === 2);
    const pushes = one.pushes.length;
    rig.network.cut('registry');
    session.unpublish('r2');
    await rig.pass(20_000, () => one.last()?.endpoints.length === 1);
    expect(one.last()?.endpoints.map(({ port }) => port)).toEqual([13331]);
    // Not once was the list without the provider that lives on.
    expect(one.pushes.slice(pushes).every(({ endpoints }) => endpoints.some(({ port }) => port === 13331))).toBe(true);
  });

  test('when this process stood still, leases begin anew instead of ending all at once', async () => {
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    const pushes = one.pushes.length;
    // Nothing ran for a minute; then everything that was due is.
    const { now } = rig.clock;
    Object.assign(rig.clock, { now: () => now() + 60_000 });
    rig.clock.advance(10_000);
    expect(rig.registry.providers('000001', SERVICE)).toHaveLength(1);
    await rig.pass(5000);
    expect(one.pushes.slice(pushes).every(({ endpoints }) => endpoints.length === 1)).toBe(true);
  });

  /** A provider whose proxy says nothing for as long as its own clock stands, while its connection stays. */
  const mute = (app: string, port: number) => {
    const clock = createFakeClock();
    const session = createRegistrySession({ link: rig.link(app), clock });
    session.publish(publication({ registId: app, port }));
    return { session, clock };
  };

  test('of those that are heard, one that is mute vanishes within its lease and a second', async () => {
    const one = rig.subscriber();
    rig.provider('details').session.publish(publication());
    const { session, clock } = mute('mute', 13332);
    await rig.until('pushed', () => one.last()?.endpoints.length === 2);
    expect(await rig.pass(30_000, () => one.last()?.endpoints.length === 1)).toBeLessThanOrEqual(11_000);
    expect(one.last()?.confirmed).toBe(true);
    clock.advance(3000);
    await rig.until('is back', () => one.last()?.endpoints.length === 2);
    expect(accepted(session)).toBe(true);
  });

  test('one that is mute and alone vanishes within its lease and a second', async () => {
    mute('mute', 13332);
    await rig.until('published', () => rig.registry.stats().publications === 1);
    expect(await rig.pass(30_000, () => rig.registry.stats().publications === 0)).toBeLessThanOrEqual(11_000);
  });

  test('a short lease is prolonged as often as it needs', async () => {
    const session = createRegistrySession({ link: rig.link('details'), clock: rig.clock, leaseSeconds: 2 });
    session.publish(publication());
    await rig.until('published', () => rig.registry.stats().publications === 1);
    const lostMs = await rig.pass(60_000, () => rig.registry.stats().publications === 0);
    expect(lostMs).toBeGreaterThanOrEqual(60_000);
    expect(rig.registry.confirmed).toBe(true);
  });

  test('when nobody is heard, leases end and nothing is withdrawn but who does not come back', async () => {
    const one = rig.subscriber();
    const [back] = [mute('back', 13331), mute('lost', 13332)];
    await rig.until('pushed', () => one.last()?.endpoints.length === 2);
    const pushes = one.pushes.length;
    await rig.pass(120_000, () => false, 1000);
    expect(rig.registry.confirmed).toBe(false);
    expect(rig.registry.providers('000001', SERVICE)).toHaveLength(2);
    // Who asks anew meanwhile hears of both.
    const other = rig.subscriber(rig.link('late'));
    await rig.until('told', () => other.last()?.endpoints.length === 2);

    back.clock.advance(3000);
    const goneMs = await rig.pass(2 * REBUILD_MS, () => {
      back.clock.advance(100);
      return one.last()?.endpoints.length === 1;
    });
    expect(goneMs).toBeGreaterThan(REBUILD_MS - 1000);
    expect(one.pushes.slice(pushes).every(({ endpoints }) => endpoints.some(({ port }) => port === 13331))).toBe(true);
    expect(one.last()).toMatchObject({ confirmed: true, endpoints: [{ port: 13331 }] });
    expect(rig.registry.confirmed).toBe(true);
  });

  test('a session whose lease has ended is forgotten with its connection', async () => {
    rig.provider('details').session.publish(publication());
    const link = rig.link('mute');
    createRegistrySession({ link, clock: createFakeClock() }).publish(publication({ registId: 'm', port: 13332 }));
    await rig.until('both', () => rig.registry.stats().publications === 2);
    await rig.pass(12_000);
    expect(rig.registry.stats()).toMatchObject({ publications: 1, sessions: 2 });
    link.close();
    await rig.until('forgotten', () => rig.registry.stats().sessions === 1);
  });
});
